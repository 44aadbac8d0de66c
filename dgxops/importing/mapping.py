"""The mapping file of UFM's Cable Validation Tool up to 1.6: which RDMA device the number of a host's port is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dgxops.importing.facts import End, SeenCable
from dgxops.importing.table import Words, table
from dgxops.importing.text import fault

_COLUMNS = ("port", "hcaname")


@dataclass(frozen=True, slots=True)
class SeenDevice:
    """A row of the file."""

    number: str
    device: str


def is_header(words: Words) -> bool:
    return tuple(words[:2]) == _COLUMNS


def parse(name: str, text: str) -> tuple[SeenDevice, ...]:
    """Its rows.

    Raises:
        InputError: another header, a row without a number and a name, or no row.
    """
    rows = table(name, text, is_header)
    if not is_header(rows.header):
        raise fault(name, rows.line, "is no mapping file", "its header is port,hca-name")
    found = []
    for line, row in rows.rows:
        if len(row) < len(_COLUMNS) or not row[0].isdigit() or not row[1]:
            raise fault(name, line, "is no row of a mapping file", "want a number and a name, such as 2,mlx5_3")
        found.append(SeenDevice(row[0], row[1]))
    if not found:
        raise fault(name, rows.line, "has a header and no port")
    return tuple(found)


def mapped(cables: Sequence[SeenCable], devices: Sequence[SeenDevice], open_: list[str]) -> tuple[SeenCable, ...]:
    """The cables with devices for the numbers of host ports; what is not mapped keeps its number, and is told."""
    names: dict[str, set[str]] = {}
    for seen in devices:
        names.setdefault(f"hca {seen.number}", set()).add(seen.device)
    known = {number: each.pop() for number, each in names.items() if len(each) == 1}
    numbered = {end for cable in cables for end in (cable.a, cable.z) if end[1].startswith("hca ")}
    if names.keys() != known.keys():
        open_.append("ports of hosts: the mapping files say different devices for one number, and are not used")
        known = {}
    rest = [end for end in numbered if end[1] not in known]
    if rest:
        why = "taken as dgxops counts them (rails in order, then storage, then in-band)"
        open_.append(f"ports of hosts: {len(rest)} are numbers and no mapping file says which devices they are; {why}")
    return tuple(replace(c, a=_named(c.a, known), z=_named(c.z, known)) for c in cables)


def _named(end: End, known: Mapping[str, str]) -> End:
    return end[0], known.get(end[1], end[1])
