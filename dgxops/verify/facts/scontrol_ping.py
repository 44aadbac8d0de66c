"""scontrol ping: which controllers answer."""

from __future__ import annotations

import re

COMMAND = "scontrol ping"
_LINE = re.compile(r"Slurmctld\((?P<role>[^)]*)\) at (?P<host>\S+) is (?P<state>UP|DOWN)")


def parse(text: str) -> dict[str, tuple[str, bool]]:
    """Controller -> (its role: "primary", "backup", ..., whether it answers)."""
    return {m["host"]: (m["role"], m["state"] == "UP") for m in _LINE.finditer(text)}
