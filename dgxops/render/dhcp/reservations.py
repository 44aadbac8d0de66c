"""Who is given which address for which hardware address, and who cannot be because none is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from dgxops.model.cluster import Cluster
from dgxops.model.network import Network, Subnet
from dgxops.model.node import Host, PortRole

NETWORKS = ("management", "oob")
_NICS = "NIC"


@dataclass(frozen=True, slots=True)
class Reservation:
    """One address of a network; ``macs`` are those of the ports that may ask for it, first the one that should."""

    network: str
    name: str
    device: str
    ip: IPv4Address
    macs: tuple[str, ...]


def served(cluster: Cluster) -> Iterator[tuple[Network, Subnet]]:
    """Every subnet that a DHCP server needs: the two networks, or those of their parts that hold anything."""
    for network in map(cluster.network, NETWORKS):
        yield from ((network, s) for s in network.subnets if s.holds or not network.parts)


def reservations(cluster: Cluster) -> tuple[Reservation, ...]:
    """Every host in-band, every controller of it and every switch out of band, with or without a hardware address."""
    return tuple(_all(cluster))


def missing(made: tuple[Reservation, ...]) -> tuple[str, ...]:
    """Names of those that no hardware address is known of."""
    return tuple(r.name for r in made if not r.macs)


def _all(cluster: Cluster) -> Iterator[Reservation]:
    for host in cluster.hosts:
        macs = _macs(cluster, host.name, inband_ports(cluster, host))
        yield Reservation("management", host.name, host.name, host.management_ip, macs)
    for host in cluster.hosts:
        for one in host.controllers:
            yield Reservation("oob", one.name, host.name, one.ip, _macs(cluster, host.name, (one.port,)))
    for fabric in cluster.fabrics:
        for one in (one for switch in fabric.switches for one in switch.controllers):
            yield Reservation("oob", one.name, one.device, one.ip, _macs(cluster, one.device, (one.port,)))
    for rack in cluster.racks:
        for one in rack.devices:
            yield Reservation("oob", one.name, one.device, one.ip, _macs(cluster, one.device, (one.port,)))


def inband_ports(cluster: Cluster, host: Host) -> tuple[str, ...]:
    """Ports that the in-band address may be asked for on: those of the bond, or a machine's NICs."""
    if host.system:
        return tuple(p.name for p in host.system.ports_of(PortRole.INBAND))
    record = cluster.hardware_of.get(host.name)
    return tuple(p.port for p in record.ports if p.port.startswith(_NICS)) if record else ()


def _macs(cluster: Cluster, device: str, ports: tuple[str, ...]) -> tuple[str, ...]:
    record = cluster.hardware_of.get(device)
    return tuple(mac for port in ports if (mac := record.mac(port))) if record else ()
