"""Inventory groups: who is in which, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.node import HostRole


@dataclass(frozen=True, slots=True)
class Group:
    """One group with its members: host names, or other groups' names."""

    name: str
    purpose: str
    hosts: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


def groups(cluster: Cluster) -> tuple[Group, ...]:
    """Every group of the inventory, empty ones too, in the order they are written."""
    return (*_by_role(cluster), *_by_service(cluster), *_by_place(cluster), *_by_system(cluster))


def _by_role(cluster: Cluster) -> tuple[Group, ...]:
    purposes = {
        HostRole.DGX: "DGX systems",
        HostRole.HEAD: "head nodes: Slurm controllers and database",
        HostRole.LOGIN: "login nodes: where people submit jobs",
        HostRole.UFM: "UFM appliances: documented here, not managed by Ansible",
    }
    managed = Group("managed", "every host that Ansible manages", children=("head", "login", "dgx"))
    return (managed, *(Group(role.value, text, _names(cluster, role)) for role, text in purposes.items()))


def _names(cluster: Cluster, role: HostRole) -> tuple[str, ...]:
    return tuple(h.name for h in cluster.hosts_of(role))


def _by_service(cluster: Cluster) -> tuple[Group, ...]:
    slurm = cluster.slurm
    return (
        Group("slurm_controller", "run slurmctld; the first one leads", slurm.controllers),
        Group("slurm_database", "runs slurmdbd and MariaDB", (slurm.database,)),
        Group("slurm_node", "run slurmd", children=("dgx",)),
        Group("slurm_login", "Slurm's commands without a daemon of its own", children=("login",)),
    )


def _by_place(cluster: Cluster) -> tuple[Group, ...]:
    units: dict[str, list[str]] = {f"su_{su:02d}": [] for su in range(1, cluster.scalable_units + 1)}
    racks: dict[str, list[str]] = {rack.name: [] for rack in cluster.racks}
    for host in cluster.hosts:
        if host.placement is None:
            racks[host.rack].append(host.name)
        if host.su:
            units[f"su_{host.su:02d}"].append(host.name)
    return (
        *(Group(name, f"scalable unit {int(name[3:])}", tuple(hosts)) for name, hosts in units.items()),
        *(Group(rack_group(name), f"rack {name}", tuple(hosts)) for name, hosts in racks.items()),
    )


def rack_group(rack: str) -> str:
    """Group name of a rack: Ansible group names have no hyphens."""
    return "rack_" + rack.replace("-", "_").replace(".", "_")


def _by_system(cluster: Cluster) -> tuple[Group, ...]:
    return tuple(
        Group(
            "platform_" + system.id.replace("-", "_"),
            system.name,
            tuple(n.name for n in cluster.nodes if n.system is system),
        )
        for system in cluster.systems
    )
