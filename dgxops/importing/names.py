"""Which template makes all names of the nodes, and at which positions they then stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dgxops.errors import DgxopsError

Naming = tuple[str, dict[int, str]]
"""A template and position -> name."""

_SPARSE = 4  # positions a node: names that leave more of them empty count something else


def naming_of(names: Iterable[str], per_unit: int) -> Naming:
    """The first of {index}, {su} with {index_in_su}, or the latter alone with a fixed unit, that makes every name.

    Raises:
        DgxopsError: none does; the message names one that does not fit the others.
    """
    names = sorted(set(names))
    split = [re.split(r"(\d+)", name) for name in names]
    texts = split[0][::2]
    if stranger := next((n for n, parts in zip(names, split, strict=True) if parts[::2] != texts), None):
        raise DgxopsError(
            f"the nodes' names follow no one template: {names[0]} and {stranger}",
            hint="dgxops names every node from one template; see naming.node in `dgxops schema`",
        )
    numbers = [parts[1::2] for parts in split]
    for template in _templates(texts, numbers):
        positions = _positions(template, names, numbers, per_unit)
        if positions and max(positions) <= per_unit + _SPARSE * len(names):
            return template, positions
    raise DgxopsError(
        f"no template makes {names[0]} to {names[-1]} from positions that count from 1 and are mostly in use",
        hint="names that hold the name of a rack are not inferred",
    )


def _templates(texts: Sequence[str], numbers: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each field, or each pair of fields, as a counter, the others as they are; the last fields first."""
    fields = len(numbers[0])
    varying = [f for f in range(fields) if len({row[f] for row in numbers}) > 1] or [fields - 1]
    if len(varying) == 1:
        yield _template(texts, numbers, {varying[0]: "index"})
    for first in range(fields - 1, -1, -1):
        for second in range(fields - 1, first, -1):
            if set(varying) <= {first, second}:
                yield _template(texts, numbers, {first: "su", second: "index_in_su"})


def _template(texts: Sequence[str], numbers: Sequence[Sequence[str]], counters: dict[int, str]) -> str:
    made = texts[0]
    for field, after in enumerate(texts[1:]):
        written = [row[field] for row in numbers]
        made += f"{{{counters[field]}{_width(written)}}}" if field in counters else written[0]
        made += after
    return made


def _width(written: Sequence[str]) -> str:
    """Format of a number: zeros to the width of the shortest where zeros lead or all are equally long."""
    least = min(map(len, written))
    padded = any(w.startswith("0") for w in written) or (len(written) > 1 and {len(w) for w in written} == {least})
    return f":0{least}d" if padded and least > 1 else ""


def _positions(template: str, names: Sequence[str], numbers: Sequence[Sequence[str]], per_unit: int) -> dict[int, str]:
    """Position -> name; empty where the template does not make a name again."""
    wanted, top = set(names), max(int(n) for row in numbers for n in row)
    most = top if "{index:" in template or "{index}" in template else top * per_unit
    if most > 100_000:
        return {}
    made = {}
    for position in range(1, most + 1):
        su, index = divmod(position - 1, per_unit)
        name = template.format(index=position, su=su + 1, index_in_su=index + 1)
        if name in wanted:
            made[position] = name
    return made if len(made) == len(wanted) else {}
