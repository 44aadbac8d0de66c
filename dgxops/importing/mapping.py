"""The mapping file of UFM's Cable Validation Tool up to 1.6: which RDMA device the number of a host's port is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dgxops.importing.facts import SeenCable
from dgxops.importing.table import Words, table
from dgxops.importing.text import fault

_FIRST = ("hca 1", "hca 2")
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
    """The cables with devices for the numbers of host ports; what is not mapped keeps its number, and is told.

    Machines with ports 1 and 2 alone, among others with more, are of another kind than those that the file is of.
    """
    names: dict[str, set[str]] = {}
    for seen in devices:
        names.setdefault(f"hca {seen.number}", set()).add(seen.device)
    known = {number: each.pop() for number, each in names.items() if len(each) == 1}
    numbered = {end for cable in cables for end in (cable.a, cable.z) if end[1].startswith("hca ")}
    if names.keys() != known.keys():
        open_.append("ports of hosts: the mapping files say different devices for one number, and are not used")
        known = {}
    small = {device for device, _ in numbered} - {device for device, port in numbered if port not in _FIRST}
    others = small if len(small) < len({device for device, _ in numbered}) else set()
    rest = [end for end in numbered if end[1] not in known and end[0] not in others]
    if rest:
        why = "taken as dgxops counts them (rails in order, then storage, then in-band)"
        open_.append(f"ports of hosts: {len(rest)} are numbers and no mapping file says which devices they are; {why}")
    ends = {end: (end[0], known[end[1]]) for end in numbered if end[1] in known and end[0] not in others}
    return tuple(replace(c, a=ends.get(c.a, c.a), z=ends.get(c.z, c.z)) for c in cables)
