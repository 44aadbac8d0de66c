"""Point-to-point cable lists as CSV: our cables.csv, Mission Control's P2P file, UFM's, and lists made by hand.

UFM's are link lists of its NDT plugin, and the sheets of its Cable Validation Tool: of 1.7 and later "A-Node, A-Port,
Z-Node, Z-Port"; up to 1.6 "A-Node Name ..." for Ethernet, and for InfiniBand one without letters for the ends, in which
a host's port is a number: it is called "hca 3" here, and a mapping file says which device it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from dgxops.importing.facts import SeenCable
from dgxops.importing.table import Table, Words, header_of, table
from dgxops.importing.text import fault

_COLUMNS = {
    "a_name": ("aname", "srcname", "anode", "anodename", "startdevice", "fieldsstartdevice", "source", "src",
               "sourcedevice", "from"),
    "a_port": ("aport", "srchcaport", "srcport", "startport", "sourceport", "fromport"),
    "z_name": ("zname", "dstname", "znode", "znodename", "enddevice", "destination", "dst", "destinationdevice", "to"),
    "z_port": ("zport", "dstport", "endport", "destinationport", "toport"),
}  # fmt: skip
"""Header texts of one meaning, in small letters and digits alone."""

_RACKS = (("arack", "srcrack", "startrack", "sourcerack"), ("zrack", "dstrack", "endrack", "destinationrack"))
"""The same for the racks of both ends, which a list may lack."""
_VALIDATION = (("rack", "u", "name", "hcaport", "rack"), ("name", "port"))
"""How the InfiniBand sheet of Cable Validation 1.4 to 1.6 begins and ends; between them is "U", printed "Name" too."""
_PORT = re.compile(r"port\s+(\d+)", re.IGNORECASE)  # UFM's words for port N of a switch


@dataclass(frozen=True, slots=True)
class _Places:
    """The columns of names, ports and racks (-1: no such column); ``numbers`` where host ports may be numbers."""

    ends: Sequence[int]
    racks: Sequence[int]
    numbers: bool = False


def parse(name: str, text: str, left: list[str] | None = None) -> tuple[SeenCable, ...]:
    """The cables of a CSV with a header, separated by comma, semicolon or tab; other columns are passed over.

    Rows above the header are titles. Rows that name one end or none are left out, and told in ``left``.

    Raises:
        InputError: no header that names both ends, a row cut short, or no row at all.
    """
    rows = table(name, text, _names_all if header_of(text, _names_all) else names_both)
    places = _places(name, rows)
    found = list(_cables(name, rows, places, [] if left is None else left))
    if not found:
        raise fault(name, rows.line, "has a header and no cable")
    return tuple(_hosts_numbered(found) if places.numbers else found)


def names_both(words: Collection[str]) -> bool:
    """Whether these words of a header name both ends of a cable."""
    return _validation(tuple(words)) or all(
        any(w in words for w in _COLUMNS[column]) for column in ("a_name", "z_name")
    )


def _names_all(words: Words) -> bool:
    """Whether they name the ports too: a row above such a header may name the ends alone, over several columns each."""
    return _validation(words) or all(any(w in words for w in known) for known in _COLUMNS.values())


def _validation(words: Words) -> bool:
    begins, ends = _VALIDATION
    return tuple(words[: len(begins)]) == begins and tuple(words[6:8]) == ends


def _first(words: Words, known: Collection[str]) -> int:
    return next((words.index(w) for w in known if w in words), -1)


def _places(name: str, rows: Table) -> _Places:
    if _validation(rows.header):
        return _Places((2, 3, 6, 7), (0, 4), numbers=True)
    places = [_first(rows.header, known) for known in _COLUMNS.values()]
    if missing := [column for column, place in zip(_COLUMNS, places, strict=True) if place < 0]:
        message = f"the header has no column for {', '.join(missing)}"
        raise fault(name, rows.line, message, f"want {', '.join(_COLUMNS)}")
    return _Places(places, [_first(rows.header, known) for known in _RACKS])


def _cables(name: str, rows: Table, places: _Places, left: list[str]) -> Iterator[SeenCable]:
    nameless = []
    for line, row in rows.rows:
        if len(row) <= max(places.ends):
            raise fault(name, line, f"the row ends after {len(row)} of {max(places.ends) + 1} columns")
        a, a_port, z, z_port = (row[place] for place in places.ends)
        if not a or not z:
            nameless.append(line)
            continue
        a_rack, z_rack = (row[place] if 0 <= place < len(row) else "" for place in places.racks)
        yield SeenCable((a, _port(a_port)), (z, _port(z_port)), a_rack, z_rack)
    if nameless:
        where = f"the first is line {nameless[0]}"
        left.append(f"{name}: {len(nameless)} rows lack the name of an end and were left out; {where}")


def _port(text: str) -> str:
    match = _PORT.fullmatch(text)
    return match[1] if match else text


def _hosts_numbered(cables: Sequence[SeenCable]) -> Iterator[SeenCable]:
    """Hosts are what no cable leads to; that their ports are numbers is said in the port."""
    switches = {cable.z[0] for cable in cables}
    for cable in cables:
        name, port = cable.a
        yield replace(cable, a=(name, f"hca {port}")) if name not in switches and port.isdigit() else cable
