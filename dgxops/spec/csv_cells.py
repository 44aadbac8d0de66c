"""Bytes -> rows of cells with their places: RFC 4180 as spreadsheets write it, a byte order mark and CRLF included.

A quoted cell does not run over the end of its line: nothing that a table of hardware holds needs that, and a quote that
somebody forgot would swallow the rest of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")  # the last is what Excel on a Macintosh may write
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MAX_BYTES = 32 << 20  # a row of 100 bytes for each of 300,000 ports


class Unfit(Exception):
    """The text cannot be used: what is wrong at a place, counted from 1."""

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.hint = line, column, message, hint


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell without blanks around it, and where it begins; columns count characters."""

    text: str
    line: int
    column: int


def rows(data: bytes, faults: list[Unfit]) -> Iterator[list[Cell]]:
    """The cells of every line that holds something; a line that begins with # is a comment.

    Lines that cannot be split, and a text that cannot be read, are added to ``faults``.
    """
    try:
        lines = _LINE_END.split(_text(data))
    except Unfit as fault:
        faults.append(fault)
        return
    for number, line in enumerate(lines, 1):
        try:
            _refuse_controls(line, number)
            cells = [] if line.startswith("#") else list(_cells(line, number))
        except Unfit as fault:
            faults.append(fault)
            continue
        if any(cell.text for cell in cells):
            yield cells


def _refuse_controls(line: str, number: int) -> None:
    """No name, address or serial number holds one, and a terminal or a spreadsheet would act on it."""
    if found := _CONTROL.search(line):
        raise Unfit(number, found.start() + 1, f"holds the control character 0x{ord(found[0]):02X}", "take it out")


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Unfit(0, 0, f"is larger than {MAX_BYTES >> 20} MiB", "a row takes tens of bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        hint = "it looks like UTF-16: save it as UTF-8" if utf16 else "save it as 'CSV UTF-8'"
        raise Unfit(line, column, f"byte 0x{data[error.start]:02X} is not UTF-8 text", hint) from None


def _cells(line: str, number: int) -> Iterator[Cell]:
    start = 0
    while True:
        end, text = _quoted(line, start, number) if line.startswith('"', start) else _plain(line, start)
        blanks = len(text) - len(text.lstrip())
        yield Cell(text.strip(), number, start + blanks + 1)
        if end >= len(line):
            return
        start = end + 1


def _plain(line: str, start: int) -> tuple[int, str]:
    """Where the cell ends (the comma, or the end of the line), and its text."""
    comma = line.find(",", start)
    end = len(line) if comma < 0 else comma
    return end, line[start:end]


def _quoted(line: str, start: int, number: int) -> tuple[int, str]:
    """The same of a cell in quotes, in which two quotes stand for one."""
    text, at = "", start + 1
    while True:
        quote = line.find('"', at)
        if quote < 0:
            raise Unfit(number, start + 1, "a quote is opened here and not closed on this line", "close it")
        text += line[at:quote]
        if line[quote + 1 : quote + 2] != '"':
            break
        text, at = text + '"', quote + 2
    end, rest = _plain(line, quote + 1)
    return end, text + rest
