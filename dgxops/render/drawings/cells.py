"""The boxes of a fabric drawing: where they stand, and how one, or a stack of many, looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dgxops.render.drawings import svg
from dgxops.render.drawings.contents import switch_kind
from dgxops.render.drawings.groups import Box, parts

_SIZE, _LEAST_SIZE = 11.0, 9.0
UPRIGHT_WIDTH = 24.0
_MOST_LINES = 3  # of a name
_STEP = 4.0  # between the sheets of a stack


@dataclass(frozen=True, slots=True)
class Place:
    """A box on the sheet."""

    box: Box
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def nearest(self, x: float) -> float:
        """The point of its width that is nearest to x."""
        return min(max(x, self.x + 6), self.x + self.width - 6)


def name_width(boxes: Sequence[Box]) -> float:
    """Width of a cell that holds the longest name, written level."""
    return max(svg.width_of(b.name, _SIZE) for b in boxes) + 14


def spread(boxes: Sequence[Box], x: float, y: float, width: float, height: float, cell: float) -> list[Place]:
    """Cells of one width, evenly over ``width``."""
    pitch = width / max(len(boxes), 1)
    wide = min(cell, pitch - 4)
    return [Place(box, x + (i + 0.5) * pitch - wide / 2, y, wide, height) for i, box in enumerate(boxes)]


def kind_of(box: Box) -> str:
    """Class of a box's colour: its rail's, else that of its kind of switch."""
    return f"r{box.rail}" if box.rail is not None else switch_kind(box.switches[0])


def draw(place: Place, class_: str, words: Sequence[str]) -> str:
    """A box with its name and, below it, ``words``; behind it its like where it stands for several."""
    box = place.box
    behind = [
        svg.rect(place.x + i * _STEP, place.y - i * _STEP, place.width, place.height, class_, rx=3)
        for i in (2, 1)
        if len(box.switches) > 1
    ]
    front = svg.rect(place.x, place.y, place.width, place.height, class_, rx=3)
    text = _upright(place) if place.width < 1.3 * UPRIGHT_WIDTH else _level(place, words)
    return svg.group((svg.title(_about(box)), *behind, front, *text), class_="box")


def _about(box: Box) -> str:
    return box.name if len(box.members) == 1 else f"{box.name} ({len(box.members)})"


def _upright(place: Place) -> list[str]:
    words = svg.shorten(place.box.name, _SIZE, place.height - 8)
    return [svg.upright(place.middle + 4, place.y + place.height / 2, words, "m")]


def _level(place: Place, words: Sequence[str]) -> list[str]:
    """The name and ``words`` below it; a name of several patterns that is too long takes two lines or three."""
    names = _lines(place.box.name, place.width - 8, bool(words))
    words = [", ".join(words)] if len(names) == _MOST_LINES and words else words
    pitch = 15.0 if len(names) == 1 else 13.0
    top = place.y + place.height / 2 + 4 - pitch / 2 * (len(names) + len(words) - 1)
    return [
        *(
            svg.text(place.middle, top + pitch * i, name, "m b" if words else "m", size=size)
            for i, (name, size) in enumerate(names)
        ),
        *(
            svg.text(place.middle, top + pitch * i, svg.shorten(line, 10, place.width - 6), "m soft", size=10)
            for i, line in enumerate(words, len(names))
        ),
    ]


def _lines(name: str, width: float, bold: bool) -> list[tuple[str, float]]:
    """Lines of a name with the size of each; of more than three patterns the first, the last, and how many between."""
    parts_ = parts(name)
    if len(parts_) == 1 or svg.width_of(name, _LEAST_SIZE, bold) <= width:
        return [svg.fit(name, _SIZE, width, bold=bold)]
    between = parts_[1:-1] if len(parts_) <= _MOST_LINES else [f"{len(parts_) - 2} more"]
    lines = [*(f"{part}," for part in (parts_[0], *between)), parts_[-1]]
    return [svg.fit(line, _SIZE, width, bold=bold) for line in lines]


def pill(x: float, y: float, words: str, bold: bool = True) -> str:
    """Words on a lozenge around (x, y), over a wire."""
    width = svg.width_of(words, _SIZE, bold) + 14
    return svg.rect(x - width / 2, y - 9, width, 18, "pill", rx=9) + svg.text(x, y + 4, words, "m b" if bold else "m")
