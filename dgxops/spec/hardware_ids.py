"""Hardware addresses and GUIDs in the ways that labels, switches and spreadsheets write them."""

from __future__ import annotations

import re

from dgxops.spec.messages import Said, shown

_MAC = re.compile(
    r"[0-9a-f]{2}(?P<by>[:-])([0-9a-f]{2}(?P=by)){4}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}"
)
_GUID = re.compile(
    r"(0x)?[0-9a-f]{16}|([0-9a-f]{4}:){3}[0-9a-f]{4}|[0-9a-f]{2}(?P<by>[:-])([0-9a-f]{2}(?P=by)){6}[0-9a-f]{2}"
)
_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)?e[+-]?[0-9]+|[0-9]+\.[0-9]*")
_IPOIB = 20  # octets of an IPoIB address (RFC 4391, 9.1.1), of which the last eight are the port's GUID
_GROUP = 0x01  # IEEE 802: the lowest bit of the first octet says that it is of a group


def mac_of(text: str) -> tuple[str | None, Said]:
    """``aa:bb:cc:dd:ee:ff``, or None and what is wrong."""
    low = text.lower()
    digits = re.sub("[^0-9a-f]", "", low)
    if not _MAC.fullmatch(low):
        return None, (f"{shown(text)} is no MAC address", _mac_hint(low, digits))
    if int(digits, 16) in (0, (1 << 48) - 1):
        return None, (f"{text} is a placeholder, no MAC address", "leave the cell empty until it is known")
    if int(digits[:2], 16) & _GROUP:
        return None, (f"{text} is a multicast address, which no port has", "the second digit of a MAC is even")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2)), ("", "")


def _mac_hint(low: str, digits: str) -> str:
    if _NUMBER.fullmatch(low):
        return _SPREADSHEET
    if len(digits) == 2 * _IPOIB:
        return "that is an IPoIB address; its last 8 octets are the port's GUID"
    if len(digits) == 16:
        return "a GUID has 16 digits: it belongs in the column guid"
    return "such as 04:3f:72:aa:bb:cc"


def guid_of(text: str) -> tuple[str | None, Said]:
    """``0x`` and sixteen digits, or None and what is wrong."""
    low = text.lower()
    digits = re.sub("[^0-9a-f]", "", low.removeprefix("0x"))
    if not _GUID.fullmatch(low):
        return None, (f"{shown(text)} is no GUID", _guid_hint(low, digits))
    if int(digits, 16) in (0, (1 << 64) - 1):
        return None, (f"{text} is a placeholder, no GUID", "leave the cell empty until it is known")
    return f"0x{digits}", ("", "")


def _guid_hint(low: str, digits: str) -> str:
    if _NUMBER.fullmatch(low):
        return _SPREADSHEET
    if len(digits) == 12:
        return "a MAC has 12 digits: it belongs in the column mac"
    return "16 hexadecimal digits, such as 0x043f720300aabbcc"


_SPREADSHEET = "a spreadsheet made a number of it: format the column as text and enter it anew"
