"""One machine of the lab, and which machines a cluster has."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from dgxops.model.cluster import Cluster
from dgxops.model.node import FURTHER_ROLES, Host, HostRole

BOOTED_ROLES = (HostRole.HEAD, HostRole.LOGIN, *FURTHER_ROLES, HostRole.DGX)


@dataclass(frozen=True, slots=True)
class LabMachine:
    """What must be known to boot one machine; ``gpus`` counts stand-ins, ``gateway`` is the host's own address,
    ``shared`` is where it sees the heads' shared folder (empty where it does not)."""

    name: str
    fqdn: str
    role: HostRole
    ip: IPv4Address
    prefix: int
    gateway: IPv4Address
    gpus: int
    shared: str = ""

    @property
    def interface(self) -> IPv4Interface:
        return IPv4Interface(f"{self.ip}/{self.prefix}")

    @property
    def subnet(self) -> IPv4Network:
        return self.interface.network

    def as_data(self) -> dict[str, Any]:
        """Plain values for JSON; :func:`from_data` is its inverse."""
        return asdict(self) | {"ip": str(self.ip), "gateway": str(self.gateway), "role": str(self.role)}


def from_data(data: dict[str, Any]) -> LabMachine:
    """What a newer dgxops remembers besides is left out: its lab can be seen and taken down all the same."""
    given = {key: value for key, value in data.items() if key in LabMachine.__dataclass_fields__}
    return LabMachine(
        ip=IPv4Address(given.pop("ip")),
        gateway=IPv4Address(given.pop("gateway")),
        role=HostRole(given.pop("role")),
        **given,
    )


def machines_of(cluster: Cluster) -> tuple[LabMachine, ...]:
    """The heads, logins and DGX systems of a cluster, in its order, with their management addresses."""
    return tuple(_machine(cluster, host) for host in cluster.present if host.role in BOOTED_ROLES)


def _machine(cluster: Cluster, host: Host) -> LabMachine:
    address = host.addresses_on("management")[0]
    return LabMachine(
        name=host.name,
        fqdn=f"{host.name}.{cluster.domain}",
        role=host.role,
        ip=address.ip,
        prefix=cluster.network("management").subnet.prefixlen,  # one bridge, whatever subnets a plan cuts
        gateway=_gateway(cluster),
        gpus=host.system.gpu.count if host.system else 0,
        shared=cluster.slurm.settings.state_save_location if host.role is HostRole.HEAD else "",
    )


def _gateway(cluster: Cluster) -> IPv4Address:
    """The management network's gateway; the subnet's last free host address where the network has none."""
    network = cluster.network("management")
    if network.gateway:
        return network.gateway
    taken = {a.ip for h in cluster.hosts for a in h.addresses_on("management")}
    last = int(network.subnet.broadcast_address) - 1
    return next(ip for ip in map(IPv4Address, range(last, 0, -1)) if ip not in taken)
