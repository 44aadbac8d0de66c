"""Reverse zones: where the tree of in-addr.arpa can be cut for a subnet, and what an address is called there.

The tree has a node an octet, so a subnet of /8, /16 or /24 is a zone, one between these is several zones of the next
longer kind, and one longer than /24 is none: RFC 2317 gives it a zone below that of the /24, whose holder refers to it
with an alias (CNAME) an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

_OCTETS = (8, 16, 24)


@dataclass(frozen=True, slots=True)
class ReverseZone:
    """A zone for the addresses of ``block``; ``parent`` is the zone of the /24 around one that RFC 2317 makes."""

    name: str
    block: IPv4Network
    parent: str | None = None

    def owner(self, ip: IPv4Address) -> str:
        """The name of an address below the zone's: 7, or 7.1 in a zone of a /16."""
        octets = str(ip).split(".")[min(self.block.prefixlen, 24) // 8 :]
        return ".".join(reversed(octets))


def zones_of(subnet: IPv4Network) -> Iterator[ReverseZone]:
    """The zones that cover a subnet and nothing else; one shorter than /8 has those of every /8 in it."""
    if subnet.prefixlen > _OCTETS[-1]:
        parent = subnet.supernet(new_prefix=24)
        first = int(subnet.network_address) & 255
        yield ReverseZone(f"{first}-{subnet.prefixlen}.{_arpa(parent)}", subnet, _arpa(parent))
        return
    length = next(octets for octets in _OCTETS if subnet.prefixlen <= octets)
    yield from (ReverseZone(_arpa(block), block) for block in subnet.subnets(new_prefix=length))


def _arpa(block: IPv4Network) -> str:
    octets = str(block.network_address).split(".")[: block.prefixlen // 8]
    return ".".join(reversed(octets)) + ".in-addr.arpa"
