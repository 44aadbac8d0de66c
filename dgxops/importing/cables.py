"""Point-to-point cable lists as CSV: our cables.csv, Mission Control's P2P file, UFM's, and lists made by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence

from dgxops.importing.facts import SeenCable
from dgxops.importing.text import fault

_COLUMNS = {
    "a_name": ("aname", "srcname", "anode", "anodename", "startdevice", "source", "src", "sourcedevice", "from"),
    "a_port": ("aport", "srchcaport", "srcport", "startport", "sourceport", "fromport"),
    "z_name": ("zname", "dstname", "znode", "znodename", "enddevice", "destination", "dst", "destinationdevice", "to"),
    "z_port": ("zport", "dstport", "endport", "destinationport", "toport"),
}
"""Header texts of one meaning, in small letters and digits alone."""

_RACKS = (("arack", "srcrack", "startrack", "sourcerack"), ("zrack", "dstrack", "endrack", "destinationrack"))
"""The same for the racks of both ends, which a list may lack."""


def parse(name: str, text: str) -> tuple[SeenCable, ...]:
    """The cables of a CSV with a header, separated by comma, semicolon or tab; other columns are passed over.

    Raises:
        InputError: no header that names both ends, a row cut short, an end without a name, or no row at all.
    """
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.reader(text.split("\n"), delimiter=separator)
    try:
        header = next(rows, [])
        found = tuple(_cables(name, rows, _places(name, header), _racks(header)))
    except csv.Error as error:
        raise fault(name, rows.line_num, f"is no CSV: {error}") from None
    if not found:
        raise fault(name, 1, "has a header and no cable")
    return found


def names_both(words: Collection[str]) -> bool:
    """Whether these words of a header name both ends of a cable."""
    return all(any(word in words for word in _COLUMNS[column]) for column in ("a_name", "z_name"))


def _words(header: Sequence[str]) -> list[str]:
    return [re.sub(r"[^a-z0-9]", "", word.lower()) for word in header]


def _racks(header: Sequence[str]) -> list[int]:
    words = _words(header)
    return [next((words.index(w) for w in known if w in words), -1) for known in _RACKS]


def _places(name: str, header: Sequence[str]) -> list[int]:
    words = _words(header)
    places = [next((words.index(w) for w in known if w in words), -1) for known in _COLUMNS.values()]
    if missing := [column for column, place in zip(_COLUMNS, places, strict=True) if place < 0]:
        raise fault(name, 1, f"the header has no column for {', '.join(missing)}", f"want {', '.join(_COLUMNS)}")
    return places


def _cables(name: str, rows: Iterator[list[str]], places: Sequence[int], racks: Sequence[int]) -> Iterator[SeenCable]:
    line = 2
    for row in rows:
        if any(cell.strip() for cell in row):
            if len(row) <= max(places):
                raise fault(name, line, f"the row ends after {len(row)} of {max(places) + 1} columns")
            a, a_port, z, z_port = (row[place].strip() for place in places)
            if not a or not z:
                raise fault(name, line, "an end of the cable has no name")
            a_rack, z_rack = (row[place].strip() if 0 <= place < len(row) else "" for place in racks)
            yield SeenCable((a, a_port), (z, z_port), a_rack, z_rack)
        line = rows.line_num + 1  # type: ignore[attr-defined]
