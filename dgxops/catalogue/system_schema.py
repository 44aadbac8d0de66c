"""What a file of systems/ may say. Unknown keys are faults, and so are missing ones: what is not known is null."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from dgxops.catalogue.schema import Entry, Marks, Sources, Version

Count = Annotated[int, Field(gt=0)]
Arch = Literal["x86_64", "aarch64"]
KernelModule = Literal["open", "open-recommended", "either", "proprietary"]

_FLOOR = re.compile(r"[a-z0-9_]+_(gbs|gbps|gflops|tflops|mb|w|gen|lanes|ratio)(_min|_max)?")


def _floor_name(name: str) -> str:
    if not _FLOOR.fullmatch(name):
        raise ValueError("has no unit in its name, such as _gbs_min")
    return name


Floors = dict[Annotated[str, AfterValidator(_floor_name)], int | float | None]
PUBLISHED_FLOORS = ("nccl_allreduce_busbw_gbs_min", "ib_write_bw_gbps_min", "hpl_gflops_min")
"""Floors that every system has an entry for, null where nobody published one."""


class CpuEntry(Entry):
    model: str | None
    sockets: Count
    cores_per_socket: Count
    threads_per_core: Count
    numa_nodes: Count | None


class GpuEntry(Entry):
    model: str
    slurm_type: str = Field(pattern=r"^[a-z0-9]+$")
    count: Count
    memory_gb: Count | None
    memory_options_gb: list[Count] = Field(default_factory=list)
    memory_visible_mib: Count | None
    smi_name: str | None
    architecture: str
    tdp_w: Count | None
    cores: list[str]
    nearest_rdma: list[str] = Field(default_factory=list)


class NvlinkEntry(Entry):
    domain: Literal["node", "rack", "none"]
    generation: Count | None
    links_per_gpu: Count | None
    per_gpu_gbs: Count | None
    topology: str | None
    switches: int | None = Field(ge=0)


class NeedsEntry(Entry):
    fabric_manager: bool | None
    nvlsm: bool | None
    imex: bool | None
    kernel_module: KernelModule | None
    driver_least: Version | None
    driver_last: str | None = None


class PortEntry(Entry):
    name: str
    role: Literal["compute", "storage", "inband", "oob", "unused"]
    interface: str | None
    rdma: str | None
    pci: str | None
    rate_gbps: int | None
    rail: int | None = None
    gpu: int | None = None
    second_interface: str | None = None
    second_rdma: str | None = None


class DrivesEntry(Entry):
    os: str | None
    os_raid: int | None
    data: str | None
    data_raid: int | None
    count: Count | None


class BmcEntry(Entry):
    redfish: bool | None
    ipmi: bool | None


class RackEntry(Entry):
    trays: Count
    switch_trays: Count
    power_shelves: Count | None
    power_kw: float | None


class OsEntry(Entry):
    releases: list[str]
    min_iso: str | None
    end_of_support: str | None


class KernelEntry(Entry):
    parameters: list[str]
    blacklist: list[str] = Field(default_factory=list)


class Described(Entry):
    """What every entry says of itself."""

    id: str
    name: str
    aliases: list[str] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    conflicts: list[str] = Field(default_factory=list)
    unknown: list[str] = Field(default_factory=list)
    marks: Marks = Field(default_factory=dict)
    sources: Sources


class SystemEntry(Described):
    kind: Literal["server", "tray", "station", "desktop", "cloud"]
    year: int | None
    arch: Arch
    dmi_patterns: list[str]
    cpu: CpuEntry | None
    ram_gb: Count | None
    real_memory_mb: Count | None
    gpu: GpuEntry
    nvlink: NvlinkEntry
    needs: NeedsEntry
    ports: list[PortEntry]
    drives: DrivesEntry
    bmc: BmcEntry
    psu: str | None
    power_kw: float | None
    rack_units: Count | None
    rack: RackEntry | None = None
    os: OsEntry
    config_packages: dict[Literal["ubuntu2004", "ubuntu2204", "ubuntu2404", "el8", "el9"], list[str]]
    acceptance: Floors
    kernel: KernelEntry

    @model_validator(mode="after")
    def _says_every_usual_floor(self) -> Self:
        if missing := [name for name in PUBLISHED_FLOORS if name not in self.acceptance]:
            raise ValueError(f"acceptance lacks {', '.join(missing)}: null where none is published")
        return self


class ShapeEntry(Entry):
    """One shape of rented capacity; memory as the provider's own health check expects it."""

    name: str
    arch: Arch = "x86_64"
    gpu: str
    slurm_type: str = Field(pattern=r"^[a-z0-9]+$")
    gpus: Count
    gpu_memory_gb: Count | None
    gpu_architecture: str
    sockets: Count | None
    cores_per_socket: Count | None
    threads_per_core: Count | None
    ram_mib: Count | None
    ports: Count | None
    rate_gbps: Count | None
    rdma: list[str] = Field(default_factory=list)
    drives: Count | None
    nvlink_domain: Literal["node", "rack"]
    nccl_allreduce_busbw_gbs_min: int | None
    ib_write_bw_gbps_min: int | None = None
    note: str = ""
    marks: Marks = Field(default_factory=dict)


class CloudEntry(Described):
    """A provider's shapes; ``shape`` is the one that stands for it where none is named."""

    kind: Literal["cloud"]
    shape: str
    interface: str | None  # the Nth port of the compute network, such as "rdma{}"
    inband: str | None
    shapes: list[ShapeEntry]

    @model_validator(mode="after")
    def _knows_its_shape(self) -> Self:
        if self.shape not in {s.name for s in self.shapes}:
            raise ValueError(f"shape: {self.shape} is none of the shapes")
        return self
