"""Time zones by the names that every host has: those of Debian's and Ubuntu's package tzdata.

Both keep older names (US/Eastern) in another package, tzdata-legacy, which no host needs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from zoneinfo import available_timezones

_AREAS = re.compile(r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)/.+|GMT|UTC")
_LEGACY = """
    Africa/Asmera America/Argentina/ComodRivadavia America/Buenos_Aires America/Catamarca America/Cordoba
    America/Fort_Wayne America/Godthab America/Indianapolis America/Jujuy America/Knox_IN America/Louisville
    America/Mendoza America/Rosario Antarctica/South_Pole Asia/Ashkhabad Asia/Calcutta Asia/Choibalsan
    Asia/Chungking Asia/Dacca Asia/Katmandu Asia/Macao Asia/Rangoon Asia/Saigon Asia/Thimbu Asia/Ujung_Pandang
    Asia/Ulan_Bator Atlantic/Faeroe Australia/ACT Australia/LHI Australia/NSW Australia/North Australia/Queensland
    Australia/South Australia/Tasmania Australia/Victoria Australia/West Europe/Kiev Europe/Uzhgorod
    Europe/Zaporozhye Pacific/Enderbury Pacific/Ponape Pacific/Truk
    """
"""Names of these areas that only tzdata-legacy has (Debian 13, 2026f)."""


@cache
def known() -> frozenset[str]:
    """Every name that can be used."""
    return frozenset(name for name in available_timezones() if _AREAS.fullmatch(name)) - frozenset(_LEGACY.split())


def renamed(old: str) -> str:
    """Today's name of a time zone that has an old one; empty where there is none."""
    table = resources.files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8")
    links = {words[2]: words[1] for words in map(str.split, table.splitlines()) if words[:1] == ["L"]}
    now = links.get(old, "")
    return now if now in known() else ""
