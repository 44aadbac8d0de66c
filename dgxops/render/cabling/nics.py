"""Ports of hosts in the words of other tools: interface, RDMA device, and the number that cable validation counts by.

What the catalogue does not know is called by the name that is printed on the system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint
from dgxops.model.node import HostPort, PortRole, System

_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class Nics:
    """The ports of every kind of host by their printed names."""

    by_host: Mapping[str, Mapping[str, tuple[int, HostPort]]]  # host -> printed name -> number from 1, port; no devices
    planes: int

    def port(self, end: Endpoint) -> HostPort | None:
        """What the catalogue knows of a port; None for machines that are not in it."""
        found = self.by_host.get(end.device, {}).get(end.cage)
        return found[1] if found else None

    def interface(self, end: Endpoint) -> str:
        """The name the host gives the port, as ``ip address show`` prints it; the printed one where unknown."""
        port = self.port(end)
        return port.interface if port and port.interface and end.cage == end.port else end.port

    def known_interface(self, end: Endpoint) -> str | None:
        """The name that ``ip address show`` prints; None where nobody said it. The second half has one of its own."""
        port = self.port(end)
        if port is None:
            return None
        return port.second_interface if end.port.endswith("/2") else port.interface

    def known_rdma(self, end: Endpoint) -> str | None:
        """The RDMA device; None where nobody said it."""
        port = self.port(end)
        if port is None:
            return None
        return port.second_rdma if end.port.endswith("/2") else port.rdma

    def number(self, end: Endpoint) -> int:
        """Rails count from 1, then come the other ports; of a machine not in the catalogue, its own number."""
        found = self.by_host.get(end.device, {}).get(end.cage)
        if found:
            return found[0]
        number = _NUMBER.search(end.port)
        return int(number[0]) if number else 1

    def rail(self, end: Endpoint) -> str | None:
        """ "rail<n>" from 1 for a compute port; with planes, those of a rail side by side."""
        port = self.port(end)
        if port is None or port.rail is None:
            return None
        lane = int(end.port.partition("/")[2] or 1)
        return f"rail{port.rail * self.planes + lane}"


def nics_of(cluster: Cluster, planes: int) -> Nics:
    """The ports of the hosts of a cluster."""
    kinds = {s.id: {p.name: (n, p) for n, p in numbered(s)} for s in cluster.systems}
    return Nics({h.name: kinds[h.system.id] if h.system else {} for h in cluster.hosts}, planes)


def numbered(system: System) -> list[tuple[int, HostPort]]:
    """Ports that a fabric may meet with numbers from 1: rails in order, then storage, then in-band."""
    rails = sorted(system.ports_of(PortRole.COMPUTE), key=lambda p: p.rail or 0)
    others = (*system.ports_of(PortRole.STORAGE), *system.ports_of(PortRole.INBAND))
    return list(enumerate((*rails, *others), 1))
