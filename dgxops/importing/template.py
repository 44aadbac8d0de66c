"""Names and the numbers that they were made of -> the template that makes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Fields = Mapping[str, int | str]
Pairs = Sequence[tuple[Fields, str]]
"""Each name with the fields that a template may use; texts are whole words of the name."""

_NUMBER = re.compile(r"(\d+)")
_CUT = 3  # digits that may be two numbers


@dataclass(frozen=True, slots=True)
class Split:
    """Names cut at their numbers, of which one may be cut again; ``cut`` is its place, -1 for none."""

    names: Sequence[str]
    texts: Sequence[str]
    columns: Sequence[tuple[str, ...]]
    cut: int = -1


def splits(names: Sequence[str]) -> Iterator[Split]:
    """As the numbers stand, then with one of equal length in all names cut in two; nothing where the texts differ."""
    parts = [_NUMBER.split(name) for name in names]
    texts = parts[0][::2]
    if any(p[::2] != texts for p in parts):
        return
    columns = list(zip(*(p[1::2] for p in parts), strict=True))
    yield Split(names, texts, columns)
    for place, column in enumerate(columns):
        width = len(column[0])
        for at in range(1, width) if width >= _CUT and {len(text) for text in column} == {width} else ():
            halves = [tuple(t[:at] for t in column), tuple(t[at:] for t in column)]
            cut_texts = [*texts[: place + 1], "", *texts[place + 1 :]]
            yield Split(names, cut_texts, [*columns[:place], *halves, *columns[place + 1 :]], place)


def template_of(pairs: Pairs, default: str = "", eager: frozenset[str] = frozenset(), usual: str = "") -> str | None:
    """The default where it makes every name, or the one that the names allow; None where none does.

    A number that never changes stays as it is, unless it is that of a field in ``eager``, or the names are what the
    ``usual`` template makes behind some text.
    """
    if not pairs or (default and makes(default, pairs)):
        return default or None
    begins = {name.removesuffix(usual.format(**fields)) for fields, name in pairs} if usual else set()
    if len(begins) == 1 and makes(behind := f"{begins.pop()}{usual}", pairs):
        return behind
    rows = [fields for fields, _ in pairs]
    for split in splits([_worded(name, fields) for fields, name in pairs]):
        template = _of_split(split, rows, eager)
        if template and makes(template, pairs):
            return template
    return None


def _of_split(split: Split, rows: Sequence[Fields], eager: frozenset[str]) -> str | None:
    made = split.texts[0]
    for place, (column, after) in enumerate(zip(split.columns, split.texts[1:], strict=True)):
        token = token_of(column, rows, eager | {"su"} if place == split.cut else eager)
        if token is None:
            return None
        made += token + after
    return made


def makes(template: str, pairs: Pairs) -> bool:
    try:
        return all(template.format(**fields) == name for fields, name in pairs)
    except (KeyError, ValueError, IndexError):
        return False


def token_of(column: Sequence[str], rows: Sequence[Fields], eager: frozenset[str]) -> str | None:
    """A number of the names as a field, or as it is where it never changes."""
    fits = [
        key
        for key in rows[0]
        if all(isinstance(row[key], int) and int(text) == row[key] for text, row in zip(column, rows, strict=True))
    ]
    constant = len(set(column)) == 1
    wanted = next((key for key in fits if not constant or key in eager), None)
    if wanted:
        return f"{{{wanted}{width_of(column)}}}"
    return column[0] if constant else None


def width_of(written: Sequence[str]) -> str:
    """Format of a number: zeros to the width of the shortest where zeros lead or all are equally long."""
    least = min(map(len, written))
    padded = any(w.startswith("0") for w in written) or (len(set(written)) > 1 and {len(w) for w in written} == {least})
    return f":0{least}d" if padded and least > 1 else ""


def _worded(name: str, fields: Fields) -> str:
    """The name with its words in the place of the fields that they are."""
    for key, value in fields.items():
        if isinstance(value, str) and value:
            name = name.replace(value, f"{{{key}}}", 1)
    return name
