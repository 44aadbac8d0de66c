"""Workbooks (.xlsx) -> the sheets as CSV, so that each is read as the same text would be."""

from __future__ import annotations

import csv
import io
import warnings
from zipfile import BadZipFile

from dgxops.importing.text import fault

MAGIC = b"PK\x03\x04"
_MOST_BYTES = 64 << 20  # of a workbook


def sheets(name: str, data: bytes) -> dict[str, str]:
    """Sheet -> its cells as CSV, a line a row; sheets without a cell are left out. Formulae are what they gave last.

    Raises:
        InputError: no workbook, or one that is too large.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    if len(data) > _MOST_BYTES:
        raise fault(name, 0, f"is a workbook of {len(data) >> 20} MiB; at most {_MOST_BYTES >> 20} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and filters that openpyxl does not keep
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            found = {sheet.title: _csv(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    except (InvalidFileException, BadZipFile, KeyError, ValueError, SyntaxError, EOFError, OSError):
        raise fault(name, 0, "is no workbook", "want .xlsx, or a sheet saved as CSV UTF-8") from None
    return {title: text for title, text in found.items() if text.strip(",\n")}


def _csv(rows: object) -> str:
    """Line breaks within a cell become blanks, so that lines are the sheet's rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:  # type: ignore[attr-defined]
        writer.writerow(["" if cell is None else " ".join(_text(cell).split()) for cell in row])
    return out.getvalue()


def _text(cell: object) -> str:
    """A number that is whole without its fraction: Excel keeps 3 as 3.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
