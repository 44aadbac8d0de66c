"""Kinds of DGX systems, as the catalogue knows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dgxops.model.marks import above, above_port, mark_of


class SystemKind(StrEnum):
    """What one node of it is."""

    SERVER = "server"
    TRAY = "tray"  # a compute tray of a rack whose NVLink spans the rack
    STATION = "station"
    DESKTOP = "desktop"
    CLOUD = "cloud"  # rented: no fabric of ours to cable


class PortRole(StrEnum):
    """What a host port is cabled to."""

    COMPUTE = "compute"
    STORAGE = "storage"
    INBAND = "inband"
    OOB = "oob"
    UNUSED = "unused"


class NvlinkDomain(StrEnum):
    """How far NVLink between GPUs reaches."""

    NODE = "node"
    RACK = "rack"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class HostPort:
    """One network port of a system. ``rail`` and ``gpu`` count from 0 and are None off the compute fabric.

    ``gpu`` is also None where a port serves several; :attr:`Gpu.nearest_rdma` says which. The ``second`` names are
    those of a port that the host sees as two devices, both of which it takes for the full rate.
    """

    name: str  # as printed on the system, e.g. "OSFP4P2"
    role: PortRole
    interface: str | None
    rdma: str | None
    pci: str | None
    rate_gbps: int | None
    rail: int | None = None
    gpu: int | None = None
    second_interface: str | None = None
    second_rdma: str | None = None


@dataclass(frozen=True, slots=True)
class CpuLayout:
    """What Slurm must be told of the processors."""

    model: str | None
    sockets: int
    cores_per_socket: int
    threads_per_core: int
    numa_nodes: int | None = None  # of the processors, without those of GPU memory

    @property
    def cores(self) -> int:
        return self.sockets * self.cores_per_socket

    @property
    def cpus(self) -> int:
        return self.cores * self.threads_per_core


@dataclass(frozen=True, slots=True)
class Gpu:
    """The GPUs of a system.

    ``cores`` holds, by GPU index, the Slurm core range next to it (e.g. "0-55"), ``nearest_rdma`` the RDMA device;
    both are empty where that is not known. ``memory_options_gb`` names the sizes of one that was sold in several.
    """

    model: str
    slurm_type: str
    count: int
    memory_gb: int | None
    smi_name: str | None
    cores: tuple[str, ...]
    architecture: str | None = None
    tdp_w: int | None = None
    memory_visible_mib: int | None = None
    memory_options_gb: tuple[int, ...] = ()
    nearest_rdma: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nvlink:
    """NVLink between the GPUs of a domain; where the domain is "none" there is nothing to count, and all is None."""

    domain: NvlinkDomain
    generation: int | None
    links_per_gpu: int | None
    per_gpu_gbs: int | None  # GB/s of all links of a GPU
    topology: str | None
    switches: int | None  # switch chips of the domain


@dataclass(frozen=True, slots=True)
class Needs:
    """What must run beside the driver, which kind of kernel module, which driver; None where it is not known.

    ``driver_least`` is a version or branch that knows the GPUs; ``driver_last`` the last branch that still does, None
    where none was said to be.
    """

    fabric_manager: bool | None
    nvlsm: bool | None
    imex: bool | None
    kernel_module: str | None  # open, open-recommended, either, proprietary
    driver_least: str | None = None
    driver_last: str | None = None


@dataclass(frozen=True, slots=True)
class Drives:
    """What a system stores on; ``raid`` levels are numbers, ``count`` is of all its NVMe or SATA drives."""

    os: str | None
    os_raid: int | None
    data: str | None
    data_raid: int | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Bmc:
    """How the board management controller is spoken to."""

    redfish: bool | None
    ipmi: bool | None


@dataclass(frozen=True, slots=True)
class OsSupport:
    """DGX OS releases that run on a system, the oldest image that installs it, and when support ends."""

    releases: tuple[str, ...]
    min_iso: str | None
    end_of_support: str | None


@dataclass(frozen=True, slots=True)
class NvlinkRack:
    """The rack that an NVLink domain fills."""

    trays: int
    switch_trays: int
    power_shelves: int | None
    power_kw: float | None


@dataclass(frozen=True, slots=True)
class KernelSettings:
    """Kernel command line and module options a system needs, as its platform table states them."""

    parameters: tuple[str, ...]
    blacklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """One kind of DGX system.

    ``marks`` pairs a field with "inferred", "secondary" or "unknown" where it was not read in NVIDIA's own text, and
    ``sources`` a field with where it was read; a field that has neither has that of what it is part of.
    ``shapes`` are the other shapes of a rented one, whose own values are those of the one called ``shape``.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: SystemKind
    year: int | None
    arch: str  # as `uname -m` says it
    dmi_patterns: tuple[str, ...]
    cpu: CpuLayout | None
    ram_gb: int | None
    real_memory_mb: int | None
    gpu: Gpu
    nvlink: Nvlink
    needs: Needs
    ports: tuple[HostPort, ...]
    drives: Drives
    bmc: Bmc
    psu: str | None
    power_kw: float | None
    rack_units: int | None
    rack: NvlinkRack | None
    os: OsSupport
    config_packages: tuple[tuple[str, tuple[str, ...]], ...]  # by distribution
    acceptance: tuple[tuple[str, float | None], ...]  # floors, the unit in the name
    kernel: KernelSettings
    conflicts: tuple[str, ...]
    unknown: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()
    shape: str | None = None
    shapes: tuple[System, ...] = ()

    @property
    def of_a_host(self) -> str:
        """What one host of it is called: a system that fills a rack has one a compute tray."""
        return f"{self.name} compute tray" if self.rack else self.name

    @property
    def noun(self) -> str:
        """What one host of it is, in plain text."""
        return "compute tray" if self.rack else "system"

    def ports_of(self, role: PortRole) -> tuple[HostPort, ...]:
        return tuple(p for p in self.ports if p.role is role)

    def interfaces_of(self, role: PortRole) -> tuple[tuple[HostPort, str | None], ...]:
        """Every interface that has an address of its own: a port's, and its second one where it has two."""
        ports = self.ports_of(role)
        second = ((p, p.second_interface) for p in ports if p.second_interface)
        return (*((p, p.interface) for p in ports), *second)

    def mark(self, field: str, value: object) -> str | None:
        """The mark of a field, such as "gpu.cores", that has this value; None where it was read in NVIDIA's text."""
        return mark_of(dict(self.marks), above(field), value)

    def port_mark(self, port: HostPort, field: str) -> str | None:
        """The same for a field of a port."""
        return mark_of(dict(self.marks), above_port(port.name, port.role.value, field), getattr(port, field))

    def in_shape(self, name: str) -> System | None:
        """The system in another of its shapes; None when it has no such shape."""
        return next((s for s in (self, *self.shapes) if s.shape == name), None)


def platform_group(system_id: str) -> str:
    """The inventory group of all systems of one kind."""
    return f"platform_{system_id.replace('-', '_')}"
