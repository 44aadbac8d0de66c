"""Inventory groups: who is in which, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass, field

from dgxops.model.cluster import Cluster
from dgxops.model.node import FURTHER_ROLES, HostRole, System
from dgxops.model.system import platform_group
from dgxops.render.repositories import has_stack

ABSENT = "absent"
_MANAGED = ("head", "login", *(role.value for role in FURTHER_ROLES), "dgx")


@dataclass(frozen=True, slots=True)
class Group:
    """One group with its members: host names, or other groups' names."""

    name: str
    purpose: str
    hosts: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    priority: int = 1  # whose variables win among groups of one host: Ansible's default is the last by name


def groups(cluster: Cluster) -> tuple[Group, ...]:
    """Every group of the inventory, empty ones too, in the order they are written."""
    return (*_by_role(cluster), *_by_service(cluster), *_by_place(cluster), *_by_system(cluster))


def _by_role(cluster: Cluster) -> tuple[Group, ...]:
    purposes = {
        HostRole.DGX: "DGX systems",
        HostRole.HEAD: "head nodes: Slurm controllers and database",
        HostRole.LOGIN: "login nodes: where people submit jobs",
        HostRole.K8S: "machines of one Kubernetes; the site installs it",
        HostRole.K8S_ADMIN: "machines of a Kubernetes for administration; the site installs it",
        HostRole.K8S_USER: "machines of a Kubernetes for users; the site installs it",
        HostRole.SERVICE: "other machines of the site's own",
        HostRole.UFM: "UFM appliances: documented here, not managed by Ansible",
    }
    managed = Group("managed", "every host that Ansible manages", children=_MANAGED)
    away = tuple(name for _, names in cluster.absent for name in names)
    return (
        managed,
        *(Group(role.value, text, _names(cluster, role)) for role, text in purposes.items()),
        Group(ABSENT, "away for repair, or retired: no play acts on them", away),
    )


def _names(cluster: Cluster, role: HostRole) -> tuple[str, ...]:
    return tuple(h.name for h in cluster.present if h.role is role)


def _with_driver(cluster: Cluster) -> tuple[str, ...]:
    return tuple(platform_group(s.id) for s in cluster.systems if has_stack(cluster, s))


def fabric_needs(cluster: Cluster, system: System) -> tuple[str, ...]:
    """What joins the GPUs of a system by NVLink beyond its driver, and is put on it: fabric_manager, nvlsm, imex."""
    needs = system.needs
    wanted = {"fabric_manager": needs.fabric_manager, "nvlsm": needs.nvlsm, "imex": needs.imex}
    return tuple(name for name, is_needed in wanted.items() if is_needed) if has_stack(cluster, system) else ()


def _with_fabric(cluster: Cluster) -> tuple[str, ...]:
    return tuple(platform_group(s.id) for s in cluster.systems if fabric_needs(cluster, s))


def _by_service(cluster: Cluster) -> tuple[Group, ...]:
    slurm = cluster.slurm
    return (
        Group("nvidia_driver", "have NVIDIA's driver from the release", children=_with_driver(cluster)),
        Group("fabric_manager", "have the fabric manager, or IMEX, beside the driver", children=_with_fabric(cluster)),
        Group("slurm_controller", "run slurmctld; the first one leads", slurm.controllers),
        Group("slurm_database", "runs slurmdbd and MariaDB", (slurm.database,)),
        Group("slurm_node", "run slurmd", children=("dgx",)),
        Group("slurm_login", "Slurm's commands without a daemon of its own", children=("login",)),
    )


def _by_place(cluster: Cluster) -> tuple[Group, ...]:
    several = [g.name for g in cluster.groups if g.name]
    units = {unit_group(g.name, su): _Unit(g.name, su) for g in cluster.groups for su in range(1, g.scalable_units + 1)}
    racks: dict[str, list[str]] = {rack.name: [] for rack in cluster.racks}
    for host in cluster.present:
        if host.placement is None:
            racks[host.rack].append(host.name)
        if host.su:
            units[unit_group(host.group, host.su)].hosts.append(host.name)
    return (
        *(_whole_group(cluster, g) for g in several),
        *(Group(name, str(unit), tuple(unit.hosts), priority=unit.priority) for name, unit in units.items()),
        *(Group(rack_group(name), f"rack {name}", tuple(hosts)) for name, hosts in racks.items()),
    )


@dataclass(frozen=True, slots=True)
class _Unit:
    """A scalable unit with the names of its hosts."""

    group: str
    su: int
    hosts: list[str] = field(default_factory=list)

    @property
    def priority(self) -> int:
        return 2 * _OF_A_GROUP if self.group else 1

    def __str__(self) -> str:
        return f"scalable unit {self.su}" + (f" of {self.group}" if self.group else "")


_OF_A_GROUP = 10  # above systems' groups, as units and racks are by their names


def _whole_group(cluster: Cluster, group: str) -> Group:
    names = tuple(h.name for h in cluster.present if h.group == group and h.role is HostRole.DGX)
    return Group(group_of(group), f"group {group}", names, priority=_OF_A_GROUP)


def group_of(group: str) -> str:
    """Inventory group of a group of the spec."""
    return "group_" + group.replace("-", "_")


def unit_group(group: str, su: int) -> str:
    """Inventory group of a scalable unit."""
    return f"su_{su:02d}_{group_of(group)}" if group else f"su_{su:02d}"


def rack_group(rack: str) -> str:
    """Group name of a rack: Ansible group names have no hyphens."""
    return "rack_" + rack.replace("-", "_").replace(".", "_")


def _by_system(cluster: Cluster) -> tuple[Group, ...]:
    return tuple(
        Group(
            platform_group(system.id),
            system.name,
            tuple(h.name for h in cluster.present if h.system is system),
        )
        for system in cluster.systems
    )
