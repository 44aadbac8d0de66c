"""A fabric, indexed once for all proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint, Fabric, Link, Switch, Tier
from dgxops.model.node import Host, HostPort

_HEIGHT = {tier: height for height, tier in enumerate(Tier)}


@dataclass(frozen=True)
class View:
    """One fabric beside the hosts it serves; ``ports`` holds, by system, every printed port name.

    ``every`` holds the switches of all fabrics, ``devices`` what else in the racks has management ports.
    """

    fabric: Fabric
    hosts: Mapping[str, Host]
    ports: Mapping[str, Mapping[str, HostPort]]
    every: Mapping[str, Switch] = field(default_factory=dict)
    devices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def switches(self) -> dict[str, Switch]:
        return {s.name: s for s in self.fabric.switches}

    def switch(self, end: Endpoint) -> Switch | None:
        """The switch that a cable ends on; one of another fabric on the out-of-band fabric only."""
        return (self.every if self.fabric.out_of_band else self.switches).get(end.device)

    @cached_property
    def trunks(self) -> tuple[tuple[Switch, Switch, Link], ...]:
        """Links between switches of two tiers as (lower, upper, link)."""
        return tuple(self._trunks())

    def _trunks(self) -> Iterator[tuple[Switch, Switch, Link]]:
        for link in self.fabric.links:
            a, z = self.switches.get(link.a.device), self.switches.get(link.z.device)
            if a and z and a.tier is not z.tier:
                yield (a, z, link) if _HEIGHT[a.tier] < _HEIGHT[z.tier] else (z, a, link)

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        """(lower switch, upper switch) -> number of links."""
        return Counter((lower.name, upper.name) for lower, upper, _ in self.trunks)

    def host_port(self, end: Endpoint) -> HostPort | None:
        """The port of a DGX system; None for anything else, and for a port that the system does not have."""
        host = self.hosts.get(end.device)
        return self.ports[host.system.id].get(end.cage) if host and host.system else None

    def downlinks(self) -> Iterator[tuple[Endpoint, Switch, Link]]:
        """Links between a host and a switch as (host end, switch, link)."""
        for link in self.fabric.links:
            for host_end, other in ((link.a, link.z), (link.z, link.a)):
                switch = self.switches.get(other.device)
                if switch and host_end.device in self.hosts:
                    yield host_end, switch, link


def views(cluster: Cluster) -> tuple[View, ...]:
    """Every fabric of the cluster."""
    ports = {s.id: {p.name: p for p in s.ports} for s in cluster.systems}
    return tuple(_view(cluster, fabric, ports) for fabric in cluster.fabrics)


def _view(cluster: Cluster, fabric: Fabric, ports: Mapping[str, Mapping[str, HostPort]]) -> View:
    """A fabric with what belongs to its group."""
    group = fabric.group
    every = {s.name: s for f in cluster.fabrics if f.group == group for s in f.switches}
    shared = _serves_machines(cluster, fabric)
    devices: dict[str, list[str]] = {}
    for rack in cluster.racks:
        if rack.group == group or (shared and not rack.group):
            for one in rack.devices:
                devices.setdefault(one.device, []).append(one.port)
    hosts = {n: h for n, h in cluster.by_name.items() if h.group == group or (shared and not h.group)}
    return View(fabric, hosts, ports, every, devices)


def _serves_machines(cluster: Cluster, fabric: Fabric) -> bool:
    """Whether it serves what the groups share: of the out-of-band fabrics the first one does."""
    if not fabric.out_of_band:
        return True
    return fabric is next(f for f in cluster.fabrics if f.out_of_band)
