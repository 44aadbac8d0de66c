"""The whole cluster, derived and frozen: the one value every later phase reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dgxops.model.absence import Absence, folded
from dgxops.model.fabric import Fabric
from dgxops.model.hardware import HardwareRecord
from dgxops.model.imex import ImexDomain
from dgxops.model.network import Network
from dgxops.model.node import Host, HostRole, System
from dgxops.model.rack import Rack
from dgxops.model.release import Release
from dgxops.model.storage import SharedFilesystem
from dgxops.model.workload import Slurm


@dataclass(frozen=True, slots=True)
class Admin:
    """A person who may log in everywhere, under one number, and use sudo; ``keys`` are OpenSSH public key lines."""

    name: str
    uid: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """Where the cluster stands. Empty tuples mean that the hosts keep what they have."""

    mirror: str | None
    timezone: str
    admins: tuple[Admin, ...]
    ssh_user: str
    ntp_servers: tuple[str, ...]
    dns_servers: tuple[str, ...]
    dns_search: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zones:
    """Who serves the rendered DNS zones (full names without a dot at the end), who answers for them, their serial."""

    servers: tuple[str, ...]
    contact: str
    serial: int


@dataclass(frozen=True, slots=True)
class SwitchModel:
    """What a switch is: its model, the part number where that is known, and marks like those of a system."""

    name: str
    part: str | None
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Systems of one platform, built to one architecture, with fabrics of their own.

    ``name`` is empty where the cluster has only one; a plain group has no scalable units.
    """

    name: str
    architecture: str
    scalable_units: int
    nodes_per_su: int
    marks: tuple[tuple[str, str], ...] = ()  # of its architecture, like System.marks
    models: tuple[SwitchModel, ...] = ()  # of its switches, by name
    beside: tuple[str, ...] = ()  # machines of its architecture's document that are not designed here
    unit_kw: float | None = None  # of a scalable unit, where its architecture's document says it
    rack_kw: float | None = None  # of a full compute rack, likewise
    managed_elsewhere: tuple[
        str, ...
    ] = ()  # kinds of its InfiniBand fabrics for which the site brings a subnet manager


@dataclass(frozen=True)
class Cluster:
    """Every host, network, fabric, rack and partition of one cluster."""

    name: str
    domain: str
    groups: tuple[Group, ...]
    release: Release
    site: Site
    hosts: tuple[Host, ...]  # management machines first, then DGX systems by position
    networks: tuple[Network, ...]
    fabrics: tuple[Fabric, ...]
    racks: tuple[Rack, ...]
    storage: tuple[SharedFilesystem, ...]
    slurm: Slurm
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # site.yml: group -> variable -> value
    zones: Zones = Zones((), "", 1)
    hardware: tuple[HardwareRecord, ...] = ()  # of hardware.csv, by device
    lab: bool = False  # stand-in machines on one computer: never in a rendered production tree

    @cached_property
    def architectures(self) -> tuple[str, ...]:
        """Ids of the architectures that the groups are built to, each once."""
        return tuple(dict.fromkeys(g.architecture for g in self.groups))

    @cached_property
    def scalable_units(self) -> int:
        """Of all groups together."""
        return sum(g.scalable_units for g in self.groups)

    def hosts_of(self, role: HostRole) -> tuple[Host, ...]:
        return tuple(h for h in self.hosts if h.role is role)

    @cached_property
    def nodes(self) -> tuple[Host, ...]:
        """The DGX systems, in order of position; those that are away too."""
        return self.hosts_of(HostRole.DGX)

    @cached_property
    def present(self) -> tuple[Host, ...]:
        """The hosts that are there."""
        return tuple(h for h in self.hosts if h.absence is None)

    @cached_property
    def absent(self) -> tuple[tuple[Absence, tuple[str, ...]], ...]:
        """Why some hosts are away, each reason with their names."""
        return folded((h.name, h.absence) for h in self.hosts if h.absence)

    @cached_property
    def rented(self) -> bool:
        """Whether a provider owns the machines, their places and what joins them."""
        return all(h.placement is not None for h in self.hosts)

    @cached_property
    def imex_domains(self) -> tuple[ImexDomain, ...]:
        """One a rack of systems that share memory between nodes; none of rented ones, whose racks are unknown."""
        racks: dict[str, list[Host]] = {}
        for node in self.nodes:
            if node.system and node.system.needs.imex and node.placement is None:
                racks.setdefault(node.rack, []).append(node)
        return tuple(ImexDomain(rack, tuple(members)) for rack, members in racks.items())

    @cached_property
    def gpus(self) -> int:
        return sum(n.system.gpu.count for n in self.nodes if n.system)

    @cached_property
    def by_name(self) -> dict[str, Host]:
        return {h.name: h for h in self.hosts}

    @cached_property
    def hardware_of(self) -> dict[str, HardwareRecord]:
        """Records by device; a device without one is not there."""
        return {record.device: record for record in self.hardware}

    @cached_property
    def systems(self) -> tuple[System, ...]:
        return tuple({n.system.id: n.system for n in self.nodes if n.system}.values())

    def network(self, name: str) -> Network:
        return next(n for n in self.networks if n.name == name)

    def fabric(self, name: str) -> Fabric:
        return next(f for f in self.fabrics if f.name == name)
