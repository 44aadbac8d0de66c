"""A workbook read back with the standard library alone: sheets as lists of rows."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(data: bytes) -> dict[str, list[list[str | int]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314
    strings = [item.findtext(f"{_NS}t") or "" for item in parts["xl/sharedStrings.xml"]]
    names = [s.attrib["name"] for s in parts["xl/workbook.xml"].iter(f"{_NS}sheet")]
    return {name: _rows(parts[f"xl/worksheets/sheet{n}.xml"], strings) for n, name in enumerate(names, 1)}


def _rows(sheet: ElementTree.Element, strings: list[str]) -> list[list[str | int]]:
    return [[_value(c, strings) for c in row] for row in sheet.iter(f"{_NS}row")]


def _value(cell: ElementTree.Element, strings: list[str]) -> str | int:
    """An empty cell has no value at all."""
    if len(cell) == 0:
        return ""
    number = int(cell.findtext(f"{_NS}v") or "")
    return strings[number] if cell.get("t") == "s" else number
