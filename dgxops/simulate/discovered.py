"""The text of ibnetdiscover -> devices and cables. Pure; it reads dumps of real fabrics as well as simulated ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

SWITCH, ADAPTER, ROUTER = "Switch", "Ca", "Rt"

_HEAD = re.compile(
    r'(?P<kind>Switch|Ca|Rt)\s+(?P<ports>\d+)\s+"[^"]*"\s*#\s*"(?P<name>.*)"(?:\s+\w+ port 0 lid (?P<lid>\d+))?'
)
_GUID = re.compile(r"(?:switch|ca|rt)guid=0x(?P<guid>[0-9a-f]+)")
_PORT = re.compile(
    r'\[(?P<port>\d+)\](?:\[ext \d+\])?(?:\([0-9a-f]+\))?\s*"[SHR]-(?P<peer>[0-9a-f]{16})"\[(?P<peer_port>\d+)\]'
    r"(?:[^#]*#\s*lid (?P<lid>\d+) lmc)?"
)

Port = tuple[int, int]
"""A port by its device's GUID and its number."""


@dataclass(slots=True)
class Found:
    """One device that answered.

    ``lid`` is a switch's own, or that of an adapter's first cabled port; 0 before a subnet manager gave one.
    """

    guid: int
    name: str  # its node description
    kind: str  # SWITCH, ADAPTER or ROUTER
    ports: int
    lid: int = 0


@dataclass(frozen=True)
class Discovered:
    """All that was found, by GUID, and each cabled port's peer, from both ends."""

    devices: dict[int, Found]
    peers: dict[Port, Port]

    @cached_property
    def by_name(self) -> dict[str, Found]:
        """Devices by node description; where two share one, the last."""
        return {d.name: d for d in self.devices.values()}

    def named_peers(self) -> dict[tuple[str, int], tuple[str, int]]:
        """The peers by node description instead of GUID."""
        name = {guid: d.name for guid, d in self.devices.items()}
        return {(name[a], p): (name[z], q) for (a, p), (z, q) in self.peers.items() if a in name and z in name}

    def count(self, kind: str) -> int:
        return sum(d.kind == kind for d in self.devices.values())


def parse(lines: Iterable[str]) -> Discovered:
    """Devices and cables of a dump, line by line. What is neither (comments, vendor ids) is passed over."""
    devices: dict[int, Found] = {}
    peers: dict[Port, Port] = {}
    guid = 0
    here: Found | None = None
    for line in lines:
        if line.startswith("[") and here and (match := _PORT.match(line)):
            peers[here.guid, int(match["port"])] = int(match["peer"], 16), int(match["peer_port"])
            here.lid = here.lid or int(match["lid"] or 0)
        elif match := _GUID.match(line):
            guid = int(match["guid"], 16)
        elif match := _HEAD.match(line):
            here = Found(guid, match["name"], match["kind"], int(match["ports"]), int(match["lid"] or 0))
            devices[guid] = here
    return Discovered(devices, peers)
