"""IP networks of the cluster."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True)
class Network:
    """One subnet. ``gateway`` is None where it is not routed; ``mtu`` in bytes, None: the operating system's choice."""

    name: str  # management, oob, compute, storage
    subnet: IPv4Network
    gateway: IPv4Address | None
    mtu: int | None
