"""CSV as people save it: comma, semicolon or tab, titles above the header, headers again where sheets were joined."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dgxops.importing.text import fault

_DEEPEST = 12  # rows in which the header must stand
_SEPARATORS = ",;\t"

Words = Sequence[str]
"""Cells in small letters and digits alone."""


@dataclass(frozen=True, slots=True)
class Table:
    """The words of a header, its line, and the rows below it with theirs; blank rows and repeated headers are gone."""

    header: Words
    line: int
    rows: tuple[tuple[int, list[str]], ...]


def words(cells: Sequence[str]) -> list[str]:
    """ "A-Node Name" -> "anodename"."""
    return [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in cells]


def header_of(text: str, is_header: Callable[[Words], bool]) -> tuple[str, int] | None:
    """The separator, and how many rows stand above the header; None where no row near the top is one."""
    top = "\n".join(text.split("\n", 4 * _DEEPEST)[: 4 * _DEEPEST])
    for separator in sorted(_SEPARATORS, key=top.count, reverse=True):
        try:
            for place, row in zip(range(_DEEPEST), csv.reader(top.split("\n"), delimiter=separator), strict=False):
                if is_header(words([_plain(cell) for cell in row])):
                    return separator, place
        except csv.Error:
            continue
    return None


def table(name: str, text: str, is_header: Callable[[Words], bool]) -> Table:
    """The rows below the header, or below the first row where none is what was looked for.

    Raises:
        InputError: no CSV.
    """
    first = max(_SEPARATORS, key=text.partition("\n")[0].count), 0
    separator, above = header_of(text, is_header) or first
    rows = csv.reader(text.split("\n"), delimiter=separator)
    try:
        each = list(_numbered(rows))
    except csv.Error as error:
        raise fault(name, rows.line_num, f"is no CSV: {error}") from None
    line, header = each[above] if above < len(each) else (1, [])
    known = words(header)
    below = ((at, cells) for at, cells in each[above + 1 :] if any(cells) and words(cells) != known)
    return Table(known, line, tuple(below))


def _numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line that it begins in."""
    line = 1
    for row in rows:
        yield line, [_plain(cell) for cell in row]
        line = rows.line_num + 1  # type: ignore[attr-defined]


def _plain(cell: str) -> str:
    """Without blanks around it, and without the ="..." by which Excel is told to keep a text."""
    text = cell.strip()
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text
