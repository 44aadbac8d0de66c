"""Machines: DGX systems as the catalogue knows them, and the hosts of one cluster."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address


class PortRole(StrEnum):
    """What a host port is cabled to."""

    COMPUTE = "compute"
    STORAGE = "storage"
    INBAND = "inband"
    OOB = "oob"
    UNUSED = "unused"


class HostRole(StrEnum):
    """What a host is there for; also the name of its group in the inventory."""

    DGX = "dgx"
    HEAD = "head"
    LOGIN = "login"
    UFM = "ufm"


@dataclass(frozen=True, slots=True)
class HostPort:
    """One network port of a system. ``rail`` and ``gpu`` count from 0 and are None off the compute fabric."""

    name: str  # as printed on the system, e.g. "OSFP4P2"
    role: PortRole
    interface: str | None
    rdma: str | None
    pci: str | None
    rate_gbps: int | None
    rail: int | None = None
    gpu: int | None = None


@dataclass(frozen=True, slots=True)
class CpuLayout:
    """What Slurm must be told of the processors."""

    model: str
    sockets: int
    cores_per_socket: int
    threads_per_core: int

    @property
    def cpus(self) -> int:
        return self.sockets * self.cores_per_socket * self.threads_per_core


@dataclass(frozen=True, slots=True)
class Gpu:
    """The GPUs of a system; ``cores`` holds, by GPU index, the Slurm core range next to it (e.g. "0-55")."""

    model: str
    slurm_type: str
    count: int
    memory_gb: int
    smi_name: str | None
    cores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KernelSettings:
    """Kernel command line and module options a system needs, as its platform table states them."""

    parameters: tuple[str, ...]
    blacklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """One kind of DGX system.

    ``marks`` pairs a field with "inferred", "secondary" or "unknown" where it was not read in NVIDIA's own text.
    """

    id: str
    name: str
    dmi_patterns: tuple[str, ...]
    cpu: CpuLayout
    ram_gb: int
    real_memory_mb: int
    gpu: Gpu
    ports: tuple[HostPort, ...]
    rack_units: int
    power_kw: float
    kernel: KernelSettings
    marks: tuple[tuple[str, str], ...]

    def ports_of(self, role: PortRole) -> tuple[HostPort, ...]:
        return tuple(p for p in self.ports if p.role is role)


@dataclass(frozen=True, slots=True)
class Address:
    """One address of one host. ``interface`` is the name the host gives the port; None for a BMC."""

    network: str
    ip: IPv4Address
    prefix: int
    interface: str | None
    rail: int | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """One machine of the cluster. ``su`` and ``index_in_su`` count from 1 and are 0 for management machines.

    ``index`` is the position that name and addresses are functions of: for a DGX (su - 1) x nodes per unit +
    index_in_su, for a management machine its number within its role.
    """

    name: str
    role: HostRole
    index: int
    su: int
    index_in_su: int
    rack: str
    rack_unit: int
    system: System | None
    addresses: tuple[Address, ...]

    @property
    def management_ip(self) -> IPv4Address:
        return next(a.ip for a in self.addresses if a.network == "management")

    def addresses_on(self, network: str) -> tuple[Address, ...]:
        return tuple(a for a in self.addresses if a.network == network)
