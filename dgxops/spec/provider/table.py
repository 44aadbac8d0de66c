"""A table of machines: comma-separated, its first line names the columns; lines that begin with # are comments."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from dgxops.errors import Problem
from dgxops.spec.messages import meant_or_known, shown
from dgxops.spec.provider.rows import COLUMNS, MEANS, REQUIRED, Cell, Listing, Row

_OTHER_SEPARATORS = {";": "a semicolon", "\t": "a tab"}


def read_table(file: str, text: str) -> Listing:
    """The rows of the table, and every fault in its form."""
    problems: list[Problem] = []
    lines = list(_lines(file, text, problems))
    if not lines:
        problems = problems or [_problem(file, Cell("", 1, 1), "", "lists no machine", f"first line: {_EXAMPLE}")]
        return Listing((), tuple(problems))
    head, *body = lines
    if problems and problems[0].line < head[0].line:  # the line that names the columns
        return Listing((), tuple(problems))
    problems += _separator_faults(file, head) or _head_faults(file, head)
    if any(p.line == head[0].line for p in problems):
        return Listing((), tuple(problems))
    if not body:
        problems.append(_problem(file, Cell("", 1, 1), "", "lists no machine", "a line each"))
    columns = [_column(cell) for cell in head]
    rows = []
    for cells in body:
        if len(cells) > len(columns):
            extra = cells[len(columns)]
            message = f"{len(cells)} values, but there are {len(columns)} columns"
            problems.append(_problem(file, extra, "", message, "a value with a comma stands in double quotes"))
        named = zip(columns, cells, strict=False)
        rows.append(Row(cells[0].line, 1, {column: cell for column, cell in named if cell.text}))
    return Listing(tuple(rows), tuple(problems))


_EXAMPLE = "name,address,role,block"


def _lines(file: str, text: str, problems: list[Problem]) -> Iterator[list[Cell]]:
    """The cells of every line that has any; a line that is no table's goes to ``problems``."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip(" ,\t") or line.lstrip().startswith("#"):
            continue
        try:
            (values,) = csv.reader([line], strict=True)
        except (csv.Error, ValueError):
            place = Cell("", number, line.find('"') + 1)
            problems.append(_problem(file, place, "", "double quotes do not go around a value", 'x, "x" or "x, y"'))
            continue
        yield list(_cells(line, number, values))


def _cells(line: str, number: int, values: Sequence[str]) -> Iterator[Cell]:
    begin = 0
    for value in values:
        text = value.strip()
        at = max(begin, line.find(text, begin))
        yield Cell(text, number, at + 1)
        begin = at + len(text) if text else line.find(",", begin) + 1


def _column(cell: Cell) -> str:
    """The column that a heading names: Fault Domain and fault-domain are fault_domain."""
    name = cell.text.lower().replace(" ", "_").replace("-", "_")
    return MEANS.get(name, name)


def _separator_faults(file: str, head: Sequence[Cell]) -> list[Problem]:
    for separator, words in _OTHER_SEPARATORS.items():
        if len(head) == 1 and separator in head[0].text:
            return [_problem(file, head[0], "", f"columns are separated by {words}", "separate them by commas")]
    return []


def _head_faults(file: str, head: Sequence[Cell]) -> list[Problem]:
    if not any(_column(cell) in COLUMNS for cell in head):
        return [_problem(file, head[0], "", "the first line names no column", f"such as {_EXAMPLE}")]
    found: list[Problem] = []
    seen: set[str] = set()
    for cell in head:
        column = _column(cell)
        if column not in COLUMNS:
            hint = meant_or_known(column, COLUMNS)
            found.append(_problem(file, cell, "", f"there is no column {shown(cell.text)}", hint))
        elif column in seen:
            found.append(_problem(file, cell, "", f"a column before this one is {column} too", "keep one of them"))
        seen.add(column)
    lacking = [column for column in REQUIRED if column not in seen]
    if lacking and not (found and len(seen - set(COLUMNS)) >= len(lacking)):
        found.append(_problem(file, head[0], "", f"there is no column {' and no column '.join(lacking)}",
                              f"first line: {_EXAMPLE}"))  # fmt: skip
    return found


def _problem(file: str, place: Cell, path: str, message: str, hint: str = "") -> Problem:
    return Problem(file, place.line, place.column, path, message, hint)
