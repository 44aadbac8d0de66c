"""The text of dump_fts or ibroute -> linear forwarding tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NO_PORT = 255
"""What a linear forwarding table holds where it drops (InfiniBand Architecture Specification, volume 1, 14.2.5.6)."""

Tables = dict[int, bytearray]
"""Switch GUID -> out port by LID; 0 is the switch itself, NO_PORT no way. A LID past the end has no way."""

_HEAD = re.compile(r"Unicast lids \[\w+-(?P<last>0x[0-9a-f]+)\].* guid 0x(?P<guid>[0-9a-f]+)")


def parse(lines: Iterable[str]) -> Tables:
    """The unicast tables of every switch in the text.

    A table is a head that names its switch, and lines such as ``0x001a 033 : (Channel Adapter portguid ...)``, the last
    part of which dump_fts leaves out when told to; lines of any other kind are passed over.
    """
    tables: Tables = {}
    entries: list[str] = []
    table = bytearray()
    for line in lines:
        if line[:2] == "0x":
            entries.append(line)
        elif head := _HEAD.match(line):
            _fill(table, entries)
            entries = []
            table = tables[int(head["guid"], 16)] = bytearray([NO_PORT]) * (int(head["last"], 16) + 1)
    _fill(table, entries)
    return tables


def _fill(table: bytearray, entries: Sequence[str]) -> None:
    """Write the entries into the table; at once where they have no gap, for there are millions of them."""
    if not entries:
        return
    ports = bytes(map(int, [entry[7:10] for entry in entries]))
    first, last = int(entries[0][2:6], 16), int(entries[-1][2:6], 16)
    if last - first + 1 == len(ports):
        table[first : last + 1] = ports
        return
    for entry, port in zip(entries, ports, strict=True):
        table[int(entry[2:6], 16)] = port
