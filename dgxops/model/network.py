"""IP networks of the cluster."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet of a network, with its own router; ``number`` (from 1) stays with it however the network grows.

    ``pod`` is the scalable unit (from 1) whose it is, 0 where all share it; ``holds`` says of what, and is empty where
    nothing has an address in it.
    """

    subnet: IPv4Network
    gateway: IPv4Address | None
    number: int = 0
    pod: int = 0
    holds: str = ""

    @property
    def said(self) -> str:
        """What it holds, with whose pod: empty for a network that nothing cuts."""
        return f"{self.holds} of pod {self.pod}" if self.pod and self.number else self.holds


@dataclass(frozen=True, slots=True)
class Network:
    """One subnet. ``gateway`` is None where it is not routed; ``mtu`` in bytes, None: the operating system's choice.

    One that a plan cuts has ``parts``, and the routers are theirs: then ``gateway`` is None too.
    """

    name: str  # management, oob, compute, storage
    subnet: IPv4Network
    gateway: IPv4Address | None
    mtu: int | None
    plan: str = ""  # which one: mission-control
    parts: tuple[Subnet, ...] = ()

    @property
    def subnets(self) -> tuple[Subnet, ...]:
        """The subnets that a router has an address in: the parts, or the network itself."""
        return self.parts or (Subnet(self.subnet, self.gateway),)

    @property
    def used(self) -> frozenset[IPv4Network]:
        """The parts that hold anything."""
        return frozenset(part.subnet for part in self.parts if part.holds)

    def prefix_at(self, ip: IPv4Address) -> int:
        """Prefix length that an interface with this address is configured with; the network's where no part has it."""
        return next((part.subnet.prefixlen for part in self.parts if ip in part.subnet), self.subnet.prefixlen)
