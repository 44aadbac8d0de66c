"""Management controllers: every out-of-band port that has an address of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

BMC = "BMC"
"""What the port of a host's own board management controller is called."""


@dataclass(frozen=True, slots=True)
class Controller:
    """One of them: the device and the port of it, the name that DNS has for it, and its address."""

    device: str
    port: str
    name: str
    ip: IPv4Address


def controller_name(device: str, port: str) -> str:
    """Name of a controller that is not the device itself: "Slot1 BMC" of dgx-001 is dgx-001-slot1-bmc."""
    return f"{device}-{re.sub('[^a-z0-9]+', '-', port.lower()).strip('-')}"
