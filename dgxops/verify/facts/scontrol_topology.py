"""scontrol show topology: the switch tree, or the blocks, that slurmctld loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMAND = "scontrol show topology"
_FIELD = re.compile(r"(\w+)=(\S*)")


@dataclass(frozen=True, slots=True)
class TopologyLine:
    """One switch or block: node sets and switch sets as folded text, empty where there is none."""

    name: str
    level: int
    nodes: str
    switches: str


def parse(text: str) -> dict[str, TopologyLine]:
    """Name of a switch or block -> what hangs on it."""
    found = {}
    for line in text.splitlines():
        fields = dict(_FIELD.findall(line))
        if name := fields.get("SwitchName") or fields.get("BlockName"):
            switches = fields.get("Switches", "")
            found[name] = TopologyLine(name, int(fields.get("Level", 0)), fields.get("Nodes", ""), switches)
    return found
