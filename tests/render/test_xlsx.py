"""Workbooks open, hold what was written, and are the same bytes always."""

from __future__ import annotations

import hashlib
import io
import zipfile

import openpyxl
import pytest

from dgxops.render import xlsx
from tests.render import xlsx_reader

SHEETS: dict[str, list[xlsx.Row]] = {
    "Links": [("A-Node", "A-Port"), ("dgx-001", 1), ('a < b & "c"', "1/2")],
    "Ethernet": [("Name",), ("dgx-001",)],
}


def test_a_workbook_reads_back() -> None:
    assert xlsx_reader.sheets(xlsx.dump(SHEETS)) == {name: [list(r) for r in rows] for name, rows in SHEETS.items()}


def test_another_reader_opens_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.dump(SHEETS)))
    found = {s.title: [tuple(v for v in row if v is not None) for row in s.values] for s in book.worksheets}
    assert found == {name: [tuple(r) for r in rows] for name, rows in SHEETS.items()}


def test_the_bytes_depend_on_nothing_but_the_rows() -> None:
    data = xlsx.dump(SHEETS)
    assert hashlib.sha256(data).hexdigest() == "a65cfdf81fec71815ab4ce98564211c31bb9b0e4c0ff4bb163a47d10dc4fb2b2"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {(i.compress_type, i.date_time[0]) for i in archive.infolist()} == {(zipfile.ZIP_STORED, 1980)}


def test_a_name_that_no_tool_would_take_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 31 characters"):
        xlsx.dump({"x" * 32: []})
