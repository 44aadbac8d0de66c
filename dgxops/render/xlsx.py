"""Workbooks as dgxops writes them: the fewest parts that ECMA-376 asks for, and the same bytes on every machine.

Parts are stored, not deflated: what deflate makes of a text differs from one zlib to the next, a tree that a colleague
rendered must not look stale, and git compresses what it keeps. Times are the oldest that a zip archive can state.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | None
Row = Sequence[Cell]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OLDEST = (1980, 1, 1, 0, 0, 0)
_LONGEST_NAME = 31


def dump(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """A workbook of these sheets, in their order; text stays text, numbers are numbers.

    Raises:
        ValueError: a sheet's name is longer than 31 characters.
    """
    if any(len(name) > _LONGEST_NAME for name in sheets):
        raise ValueError(f"a sheet's name has at most {_LONGEST_NAME} characters: {', '.join(sheets)}")
    strings: dict[str, int] = {}
    bodies = [_sheet(rows, strings) for rows in sheets.values()]
    parts = {
        "[Content_Types].xml": _content_types(len(bodies)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(bodies) + 1)),
             ("sharedStrings", "sharedStrings.xml")]
        ),
        **{f"xl/worksheets/sheet{n}.xml": body for n, body in enumerate(bodies, 1)},
        "xl/sharedStrings.xml": _shared(strings),
    }  # fmt: skip
    return _archive(parts)


def _archive(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _OLDEST)
            info.create_system = 3  # Unix, whatever this machine is
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return out.getvalue()


def _sheet(rows: Iterable[Row], strings: dict[str, int]) -> str:
    body = "".join(_rows(rows, strings))
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _rows(rows: Iterable[Row], strings: dict[str, int]) -> Iterator[str]:
    cells: dict[Cell, str] = {}
    for row in rows:
        yield "<row>"
        for value in row:
            text = cells.get(value)
            if text is None:
                text = cells[value] = _cell(value, strings)
            yield text
        yield "</row>\n"


def _cell(value: Cell, strings: dict[str, int]) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'


def _shared(strings: Mapping[str, int]) -> str:
    items = "\n".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'


def _workbook(sheets: Iterable[str]) -> str:
    listed = "".join(f'<sheet name={quoteattr(s)} sheetId="{n}" r:id="rId{n}"/>' for n, s in enumerate(sheets, 1))
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{listed}</sheets></workbook>'


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    overrides = {"/xl/workbook.xml": "sheet.main", "/xl/sharedStrings.xml": "sharedStrings"}
    overrides |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, sheets + 1)}
    listed = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in overrides.items()
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{default}{xml}{listed}</Types>'
