"""Which devices a hardware.csv may name, which ports each has, and what else a port is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host, HostPort
from dgxops.model.rack import DEVICE_PORT

BMC, SWITCH_PORT = "BMC", "mgmt0"

Ports = Mapping[str, str]
"""What a port may be called, in lower case -> what the model calls it."""


class Names:
    """Devices of a cluster by their name in lower case, with the ports that each has."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._of_system: dict[str, Ports] = {}

    @cached_property
    def devices(self) -> Mapping[str, str]:
        """Name in lower case -> name."""
        return {name.lower(): name for name in (*self._hosts, *self._switches, *self._fixtures)}

    @cached_property
    def _hosts(self) -> Mapping[str, Host]:
        return self._cluster.by_name

    @cached_property
    def _switches(self) -> frozenset[str]:
        return frozenset(s.name for f in self._cluster.fabrics for s in f.switches)

    @cached_property
    def _fixtures(self) -> frozenset[str]:
        """PDUs, trays and shelves of the racks."""
        names = (name for r in self._cluster.racks for name in (*r.managed, *(x.name for x in r.fixtures)))
        return frozenset(names)

    @cached_property
    def _cabled(self) -> Mapping[str, list[str]]:
        """Ports of machines that no catalogue describes, as the cables call them."""
        found: dict[str, list[str]] = {}
        for fabric in self._cluster.fabrics:
            for link in fabric.links:
                host = self._hosts.get(link.a.device)
                if host and not host.system:
                    found.setdefault(host.name, []).append(link.a.port)
        return found

    def ports(self, device: str) -> Ports:
        """The ports of a device that is there."""
        if device not in self._hosts:
            return _plain(SWITCH_PORT) if device in self._switches else self._of_fixture(device)
        system = self._hosts[device].system
        if not system:
            return _plain(BMC, "NIC1", *self._cabled.get(device, ()))
        if system.id not in self._of_system:
            self._of_system[system.id] = {called.lower(): n for p in system.ports for called, n in _called(p)}
        return self._of_system[system.id]

    def _of_fixture(self, device: str) -> Ports:
        """The first may be called as that of a PDU is, and what has one port alone may call it BMC."""
        ports = self._managed.get(device, (DEVICE_PORT,))
        return {DEVICE_PORT: ports[0], BMC.lower(): ports[0]} | _plain(*ports)

    @cached_property
    def _managed(self) -> Mapping[str, list[str]]:
        """Management ports of what is in racks beside hosts and switches."""
        found: dict[str, list[str]] = {}
        for one in (one for rack in self._cluster.racks for one in rack.devices):
            found.setdefault(one.device, []).append(one.port)
        return found

    def is_switch(self, device: str) -> bool:
        return device in self._switches or device in self._fixtures


def _plain(*ports: str) -> dict[str, str]:
    return {port.lower(): port for port in ports}


def _called(port: HostPort) -> Iterator[tuple[str, str]]:
    """A port by its printed name, its interface and its RDMA device; its second half is ``<name>/2``, as in cables."""
    first = (port.name, port.interface, port.rdma)
    second = (port.second_interface, port.second_rdma)
    yield from ((called, port.name) for called in first if called)
    if any(second):
        half = f"{port.name}/2"
        yield from ((called, half) for called in (half, *second) if called)
