"""Devices of a dump that nobody named: which they are, and how they are told, so that the rest can be read.

A node description is empty, or what the adapter or switch came with, until the host's driver or somebody sets it:
"MT4129 ConnectX7   Mellanox Technologies" (ibnetdiscover(8) prints it as it is), or the name of a host without one.
"""

from __future__ import annotations

import re

from dgxops.importing.facts import End

NO_CABLE = "Mellanox Technologies Aggregation Node"  # inside a switch
NAMING = "the driver of a named host sets it (rdma-ndd); ibnetdiscover --node-name-map FILE names switches"
_SHOWN = 8
_FACTORY = re.compile(r"|(.*\W)?(Mellanox|NVIDIA) Technologies\W*|(localhost(\.\S*)?|\(none\))( .*)?", re.IGNORECASE)


class Unnamed:
    """Those that were met, by GUID, each with the named ends that its cables lead to."""

    def __init__(self) -> None:
        self._ends: dict[int, set[End]] = {}

    def __bool__(self) -> bool:
        return bool(self._ends)

    def meet(self, guid: int, end: End | None) -> None:
        """A device without a name, and the other end of one of its cables where that has one."""
        self._ends.setdefault(guid, set()).update([end] if end else [])

    def __str__(self) -> str:
        """One sentence: how many, their GUIDs, and where they are plugged."""
        each = [f"{guid:#018x} at {_places(ends)}" for guid, ends in sorted(self._ends.items())]
        rest = f"; and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
        many = f"{len(each)} devices without a name and their {sum(map(len, self._ends.values()))} cables were left out"
        return f"{many}: {'; '.join(each[:_SHOWN])}{rest}"


def is_unnamed(description: str) -> bool:
    """Whether a node description is none that a person gave."""
    return description != NO_CABLE and bool(_FACTORY.fullmatch(description.strip()))


def _places(ends: set[End]) -> str:
    return ", ".join(f"{device} port {port}" for device, port in sorted(ends)) or "nothing that has a name"
