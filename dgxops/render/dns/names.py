"""Names that the cluster's zone holds: those of the hosts file, the switches, and what else is managed."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from dgxops.model.cluster import Cluster


def names(cluster: Cluster) -> Iterator[tuple[str, IPv4Address]]:
    """Name without the domain, and address: hosts in-band, their controllers, switches, and what else is managed."""
    yield from ((h.name, h.management_ip) for h in cluster.hosts)
    yield from ((one.name, one.ip) for h in cluster.hosts for one in h.controllers)
    yield from ((one.name, one.ip) for f in cluster.fabrics for s in f.switches for one in s.controllers)
    yield from ((one.name, one.ip) for rack in cluster.racks for one in rack.devices)
