"""scontrol show topology: the switch tree that slurmctld loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMAND = "scontrol show topology"
_FIELD = re.compile(r"(\w+)=(\S*)")


@dataclass(frozen=True, slots=True)
class TopologyLine:
    """One switch: node sets and switch sets as folded text, empty where there is none."""

    name: str
    level: int
    nodes: str
    switches: str


def parse(text: str) -> dict[str, TopologyLine]:
    """Switch name -> what hangs on it."""
    found = {}
    for line in text.splitlines():
        fields = dict(_FIELD.findall(line))
        if name := fields.get("SwitchName"):
            switches = fields.get("Switches", "")
            found[name] = TopologyLine(name, int(fields.get("Level", 0)), fields.get("Nodes", ""), switches)
    return found
