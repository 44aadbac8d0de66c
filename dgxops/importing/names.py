"""Which template makes all names of the nodes, and at which positions they then stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from dgxops.errors import DgxopsError
from dgxops.expand.naming import place_of
from dgxops.importing.template import Split, splits, token_of

Naming = tuple[str, dict[int, str]]
"""A template and position -> name."""

_SPARSE = 4  # positions a node: names that leave more of them empty count something else
_FIELDS = ("index", "su", "index_in_su", "rack_index", "index_in_rack")


@dataclass(frozen=True, slots=True)
class Size:
    """How many positions a scalable unit and a rack have."""

    unit: int
    rack: int

    def fields(self, position: int) -> dict[str, int | str]:
        su, index_in_su = place_of(position, self.unit)
        rack_index, index_in_rack = place_of(index_in_su, self.rack)
        return dict(zip(_FIELDS, (position, su, index_in_su, rack_index, index_in_rack), strict=True))

    def position(self, given: Mapping[str, int]) -> int:
        """From some of the fields; 0 where they are no position."""
        if "index_in_su" in given:
            index = given["index_in_su"]
        else:
            index = (given["rack_index"] - 1) * self.rack + given["index_in_rack"]
        fits = 1 <= index <= self.unit and given.get("index_in_rack", 1) <= self.rack and given.get("su", 1) >= 1
        return (given.get("su", 1) - 1) * self.unit + index if fits else 0


def skeleton(name: str) -> str:
    """A name without its numbers: names of one template have the same."""
    return re.sub(r"\d+", "#", name)


def namings_of(names: Iterable[str], size: Size) -> list[Naming]:
    """Templates that make every name, at different positions; the fewest empty positions first.

    Raises:
        DgxopsError: none does; the message names two names that do not fit each other.
    """
    names = sorted(set(names))
    if stranger := next((n for n in names if skeleton(n) != skeleton(names[0])), None):
        raise DgxopsError(
            f"the nodes' names follow no one template: {names[0]} and {stranger}",
            hint="dgxops names every node from one template; see naming.node in `dgxops schema`",
        )
    found: dict[tuple[int, ...], Naming] = {}
    for split in splits(names):
        for template, positions in _namings(split, size):
            found.setdefault(tuple(positions), (template, positions))
    if not found:
        raise DgxopsError(
            f"no template makes {names[0]} to {names[-1]} from positions that count from 1 and are mostly in use",
            hint="see naming.node in `dgxops schema` for the numbers that a name may hold",
        )
    return sorted(found.values(), key=lambda naming: max(naming[1]))


def _namings(split: Split, size: Size) -> Iterator[Naming]:
    for meaning in _meanings(split):
        positions = _positions(split, meaning, size)
        if len(set(positions)) != len(split.names) or not all(positions):
            continue
        if max(positions) > size.unit + _SPARSE * len(split.names):
            continue
        if template := _template(split, meaning, [size.fields(p) for p in positions]):
            yield template, dict(sorted(zip(positions, split.names, strict=True)))


def _meanings(split: Split) -> Iterator[dict[int, str]]:
    """Which columns tell the position, the last columns first; the others must follow from it."""
    count = len(split.columns)
    varying = {i for i, column in enumerate(split.columns) if len(set(column)) > 1} or {count - 1}
    for place in range(count - 1, -1, -1):
        if place in varying:
            yield {place: "index"}
    for keys in (("su", "index_in_su"), ("rack_index", "index_in_rack"), ("su", "rack_index", "index_in_rack")):
        for places in reversed(list(combinations(range(count), len(keys)))):
            yield dict(zip(places, keys, strict=True))


def _positions(split: Split, meaning: Mapping[int, str], size: Size) -> list[int]:
    rows = [{key: int(split.columns[place][i]) for place, key in meaning.items()} for i in range(len(split.names))]
    return [row["index"] if "index" in row else size.position(row) for row in rows]


def _template(split: Split, meaning: Mapping[int, str], rows: Sequence[Mapping[str, int | str]]) -> str | None:
    """The names' template once their positions are known; None where a number follows from no field."""
    made = split.texts[0]
    for place, (column, after) in enumerate(zip(split.columns, split.texts[1:], strict=True)):
        first = [meaning[place]] if place in meaning else []
        eager = frozenset({*first, *(("su",) if place == split.cut else ())})
        ordered = [{key: row[key] for key in (*first, *(k for k in _FIELDS if k not in first))} for row in rows]
        token = token_of(column, ordered, eager)
        if token is None:
            return None
        made += token + after
    fits = all(made.format(**row) == name for row, name in zip(rows, split.names, strict=True))
    return made if fits else None
