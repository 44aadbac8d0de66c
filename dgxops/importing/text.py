"""Bytes of a source -> text, or one clear message."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from dgxops.errors import InputError, Problem


def fault(name: str, line: int, message: str, hint: str = "") -> InputError:
    return InputError([Problem(name, line, 1 if line else 0, "", message, hint)])


def text_of(name: str, data: bytes) -> str:
    """UTF-8 with or without a byte order mark, or UTF-16 with one (Excel's "Unicode text"); any line endings.

    Raises:
        InputError: empty, binary, no UTF-8, or a web page.
    """
    if not data.strip():
        raise fault(name, 0, "is empty")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()
    if b"\0" in data:
        raise fault(name, data[: data.index(b"\0")].count(b"\n") + 1, "is binary, not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault(
            name, data[: error.start].count(b"\n") + 1, "is not UTF-8 text", "Excel: save as CSV UTF-8"
        ) from None
    if text.lstrip()[:15].lower().startswith(("<!doctype", "<html")):
        raise fault(name, 1, "is a web page", "save the file itself, not the page that shows it")
    return text.replace("\r\n", "\n").replace("\r", "\n")
