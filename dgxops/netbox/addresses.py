"""Prefixes, addresses, and by which of them a device is managed.

NetBox gives an address to an interface, so what has none among the cables' interfaces gets one: a bond is a "lag", and
where the design does not know the port (management machines that no catalogue describes) there is a virtual interface
with the name of the network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from ipaddress import IPv4Network, ip_interface

from dgxops.model.cluster import Cluster
from dgxops.model.controller import BMC
from dgxops.model.node import Address, Host
from dgxops.model.system import PortRole
from dgxops.netbox.objects import Kind, Ref, Value, Wanted
from dgxops.render.cabling.plant import Plant

_MANAGEMENT, _OOB = "management", "oob"


def addresses(cluster: Cluster, plant: Plant, site: Ref, ports: Collection[Ref]) -> list[Wanted]:
    """Prefixes, further interfaces than ``ports``, addresses and management addresses."""
    made: dict[Ref, Wanted] = {w.ref: w for w in _prefixes(cluster, site)}
    for host in cluster.hosts:
        for address in host.addresses:
            name, kind = _interface(host, address)
            port = Ref(Kind.INTERFACE, (host.name.lower(), name))
            if port not in ports:
                made.setdefault(port, _further(host.name, port, kind))
            at = _address(f"{address.ip}/{address.prefix}", port, address.network, _dns(cluster, host, address))
            made[at.ref] = at
        made |= {w.ref: w for w in _managed(host)}
    for one in (one for fabric in cluster.fabrics for s in fabric.switches for one in s.controllers):
        length, port = cluster.network(_OOB).prefix_at(one.ip), Ref(Kind.INTERFACE, (one.device.lower(), one.port))
        at = _address(f"{one.ip}/{length}", port, _OOB, "")
        made[at.ref] = at
        managed = Wanted(Ref(Kind.MANAGEMENT, (one.device.lower(),)), {"primary_ip4": at.ref, "oob_ip": at.ref})
        made[managed.ref] = managed
    return list(made.values())


def _prefixes(cluster: Cluster, site: Ref) -> Iterator[Wanted]:
    """Each network, and the subnets it is cut into."""
    parts = {n.name: dict.fromkeys(part.subnet for part in n.parts) for n in cluster.networks}
    for address in (a for h in cluster.hosts for a in h.addresses):
        parts[address.network][IPv4Network(f"{address.ip}/{address.prefix}", strict=False)] = None
    for network in cluster.networks:
        smaller = [p for p in parts[network.name] if p != network.subnet]
        for subnet in (network.subnet, *sorted(smaller)):
            status = "container" if smaller and subnet == network.subnet else "active"
            initial: dict[str, Value] = {"status": status, "scope_type": "dcim.site", "scope_id": site}
            initial["description"] = f"{cluster.name} {network.name}"
            yield Wanted(Ref(Kind.PREFIX, (str(subnet),)), {"prefix": str(subnet)}, initial)


def _interface(host: Host, address: Address) -> tuple[str, str]:
    """Name and type of the interface that has an address."""
    if address.network == _OOB:
        return address.port or BMC, "1000base-t"
    if address.interface:
        return address.interface, "lag" if address.interface.startswith("bond") else "other"
    printed = _printed(host, address)
    return (printed, "other") if printed else (address.network, "virtual")


def _printed(host: Host, address: Address) -> str:
    """The printed name of a port whose interface nobody knows the name of; empty where there is no such port."""
    if host.system is None:
        return ""
    if address.rail is not None:
        ports = [p for p in host.system.ports_of(PortRole.COMPUTE) if p.rail == address.rail]
        return ports[0].name if ports else ""
    if address.network != PortRole.STORAGE.value:
        return ""
    ports = list(host.system.ports_of(PortRole.STORAGE))
    number = host.addresses_on(address.network).index(address)
    return ports[number].name if number < len(ports) else ""


def _further(device: str, port: Ref, kind: str) -> Wanted:
    fields: dict[str, Value] = {
        "device": Ref(Kind.DEVICE, (device.lower(),)),
        "name": port.key[1],
        "type": kind,
        "mgmt_only": False,
    }
    return Wanted(port, fields)


def _dns(cluster: Cluster, host: Host, address: Address) -> str:
    return f"{host.name}.{cluster.domain}".lower() if address.network == _MANAGEMENT else ""


def _address(text: str, port: Ref, network: str, dns: str) -> Wanted:
    fields: dict[str, Value] = {
        "address": text,
        "assigned_object_type": "dcim.interface",
        "assigned_object_id": port,
        "dns_name": dns,
    }
    ref = Ref(Kind.ADDRESS, (str(ip_interface(text).ip),))
    return Wanted(ref, fields, {"status": "active", "description": network})


def _managed(host: Host) -> Iterator[Wanted]:
    """The address a host is reached by, and that of its BMC."""
    fields: dict[str, Value] = {}
    for field, network in (("primary_ip4", _MANAGEMENT), ("oob_ip", _OOB)):
        for address in host.addresses_on(network)[:1]:
            fields[field] = Ref(Kind.ADDRESS, (str(address.ip),))
    if fields:
        yield Wanted(Ref(Kind.MANAGEMENT, (host.name.lower(),)), fields)
