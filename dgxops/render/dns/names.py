"""Names that the cluster's zone holds: those of the hosts file, the switches, and what else is managed."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from dgxops.model.cluster import Cluster


def names(cluster: Cluster) -> Iterator[tuple[str, IPv4Address]]:
    """Name without the domain, and address: hosts in-band, their BMCs, switches, and what else is managed in racks."""
    yield from ((h.name, h.management_ip) for h in cluster.hosts)
    yield from ((f"{h.name}-bmc", a.ip) for h in cluster.hosts for a in h.addresses_on("oob"))
    yield from ((s.name, s.oob_ip) for f in cluster.fabrics for s in f.switches)
    yield from (device for rack in cluster.racks for device in rack.devices)
