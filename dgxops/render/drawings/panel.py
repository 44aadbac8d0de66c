"""The block beside or below the racks: what the colours mean, how much there is, and what to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dgxops.render.drawings import svg
from dgxops.render.drawings.contents import Item

_LINE = 22.0
_GAP = 48.0
_WIDEST = 440.0
LEAST_WIDTH = 560.0


@dataclass(frozen=True, slots=True)
class Panel:
    """Its three parts: (kind, words, count) of the legend, (what, how much) of the counts, and notes."""

    legend: tuple[tuple[str, str, int], ...]
    counts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def legend_of(items: Iterable[Item]) -> tuple[tuple[str, str, int], ...]:
    """One entry a kind of thing, in the order of first appearance, systems first."""
    counts = Counter((i.kind, _words(i)) for i in items)
    ordered = sorted(counts.items(), key=lambda entry: entry[0][0] != "system")
    return tuple((kind, words, count) for (kind, words), count in ordered)


def _words(item: Item) -> str:
    model = f" ({item.model})" if item.model and item.kind not in ("system", "machine") else ""
    return f"{item.what[:1].upper()}{item.what[1:]}{model}"


def draw(panel: Panel, x: float, y: float, width: float) -> tuple[str, float]:
    """The block and its height: three columns where there is room for them, else two and the notes below."""
    columns = 3 if width >= 1050 else 2
    each = (width - (columns - 1) * _GAP) / columns
    legend, one = _column("Legend", _legend(panel.legend, min(each, _WIDEST)))
    counts, two = _column("Counts", _counts(panel.counts, min(each, _WIDEST)))
    notes, three = _notes(panel.notes, each if columns == 3 else width)
    top = max(one, two) + 24 if columns == 2 else 0.0
    left = 0.0 if columns == 2 else 2 * (each + _GAP)
    body = (svg.group(legend), svg.group(counts, each + _GAP), svg.group(notes, left, top))
    return svg.group(body, x, y), max(one, two, top + three)


def _column(head: str, rows: Sequence[str]) -> tuple[list[str], float]:
    height = 30 + len(rows) * _LINE
    return [svg.text(0, 14, head, "h2"), *(svg.group(r, 0, 30 + i * _LINE) for i, r in enumerate(rows))], height


def _legend(entries: Iterable[tuple[str, str, int]], width: float) -> list[str]:
    return [
        svg.rect(0.5, 2, 30, 14, kind, rx=2)
        + svg.rect(0.5, 2, 4, 14, f"{kind}-c")
        + svg.text(40, 13.5, svg.shorten(words, 13, width - 100), "l")
        + svg.text(width, 13.5, f"{count:,}", "l e b")
        for kind, words, count in entries
    ]


def _counts(rows: Iterable[tuple[str, str]], width: float) -> list[str]:
    """A line each; what is too long for one goes on below it."""
    made = []
    for what, much in rows:
        first, *more = svg.wrap(much, 13, width - svg.width_of(what, 13) - 10) or [""]
        made.append(svg.text(0, 13.5, what, "l soft") + svg.text(width, 13.5, first, "l e"))
        made += [svg.text(width, 13.5, line, "l e") for line in more]
    return made


def _notes(notes: Iterable[str], width: float) -> tuple[list[str], float]:
    made, y = [svg.text(0, 14, "Notes", "h2")], 43.5
    for note in notes:
        for row in svg.wrap(note, 13, width):
            made.append(svg.text(0, y, row, "l"))
            y += 18
        y += 8
    return made, y - 18
