"""Numbers as a reader counts them: "1 to 32" where none is left out, "1, 5 … 29" where they go up in steps.

A short row is written out; what is no row is a list. Rows that follow one another are parted by semicolons where one of
them has an ellipsis, so that "1, 4 … 10; 16, 19 … 25" is read as two rows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

_LEAST = 3  # numbers of a row
_MOST_WRITTEN = 4  # numbers that are all written out
_STEPPED = re.compile(r"(\d+)-(\d+)/(\d+)")
SKIP = " … "


def counted(numbers: Iterable[int]) -> str:
    """Numbers in ascending order, each once, as rows."""
    rows = list(_joined(_rows(sorted(set(numbers)))))
    told = [_row(row) for row in rows]
    return ("; " if any(SKIP in words for words in told) else ", ").join(told)


def plain(folded: str) -> str:
    """A folded name without steps: "leaf-[1-29/4]" -> "leaf-[1,5 … 29]", "leaf-[03-07/2]" -> "leaf-[03,05,07]"."""
    return _STEPPED.sub(lambda found: _written(*found.groups()), folded)


def _written(first: str, last: str, step: str) -> str:
    numbers = [f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1, int(step))]
    if len(numbers) <= _MOST_WRITTEN:
        return ",".join(numbers)
    return f"{numbers[0]},{numbers[1]}{SKIP}{numbers[-1]}"


def _rows(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Rows of one step each, from the first number on; a number that begins none stands alone."""
    start = 0
    while start < len(numbers):
        end = start + 1
        while end < len(numbers) and numbers[end] - numbers[end - 1] == numbers[start + 1] - numbers[start]:
            end += 1
        end = end if end - start >= _LEAST else start + 1
        yield list(numbers[start:end])
        start = end


def _joined(rows: Iterable[list[int]]) -> Iterator[list[int]]:
    """Numbers that stand alone, those side by side as one row."""
    alone: list[int] = []
    for row in rows:
        if len(row) == 1:
            alone += row
            continue
        yield from [alone] if alone else []
        alone = []
        yield row
    yield from [alone] if alone else []


def _row(row: Sequence[int]) -> str:
    steps = {b - a for a, b in itertools.pairwise(row)}
    if len(row) >= _LEAST and steps == {1}:
        return f"{row[0]} to {row[-1]}"
    if len(row) > _MOST_WRITTEN - 1 and len(steps) == 1:
        return f"{row[0]}, {row[1]}{SKIP}{row[-1]}"
    return ", ".join(map(str, row))
