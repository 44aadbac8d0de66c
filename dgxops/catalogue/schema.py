"""What a catalogue file may say. Unknown keys are faults; every number's source stands in the file itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Mark = Literal["inferred", "secondary", "unknown"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CpuEntry(Entry):
    model: str
    sockets: int = Field(gt=0)
    cores_per_socket: int = Field(gt=0)
    threads_per_core: int = Field(gt=0)


class GpuEntry(Entry):
    model: str
    slurm_type: str
    count: int = Field(gt=0)
    memory_gb: int = Field(gt=0)
    smi_name: str | None
    cores: list[str]


class PortEntry(Entry):
    name: str
    role: Literal["compute", "storage", "inband", "oob", "unused"]
    interface: str | None
    rdma: str | None
    pci: str | None
    rate_gbps: int | None
    rail: int | None = None
    gpu: int | None = None


class KernelEntry(Entry):
    parameters: list[str]
    blacklist: list[str] = []


class SystemEntry(Entry):
    id: str
    name: str
    dmi_patterns: list[str]
    cpu: CpuEntry
    ram_gb: int = Field(gt=0)
    real_memory_mb: int = Field(gt=0)
    gpu: GpuEntry
    ports: list[PortEntry]
    rack_units: int = Field(gt=0)
    power_kw: float = Field(gt=0)
    kernel: KernelEntry
    marks: dict[str, Mark] = {}


class SwitchEntry(Entry):
    fabric: Literal["infiniband", "ethernet"]
    radix: int = Field(gt=0)
    rate_gbps: int = Field(gt=0)
    rack_units: int = Field(gt=0)
    cages: int = Field(gt=0)


class ComputeEntry(Entry):
    switch: str
    leaves_per_su: int = Field(gt=0)


class UfmEntry(Entry):
    omitted_nodes: int = Field(ge=0)
    appliances: int = Field(ge=0)
    links: int = Field(ge=0)


class RacksEntry(Entry):
    nodes_per_rack: int = Field(gt=0)
    rack_units: int = Field(gt=0)
    node_units: list[int]


class ArchitectureEntry(Entry):
    id: str
    systems: list[str]
    nodes_per_su: int = Field(gt=0)
    rails: int = Field(gt=0)
    compute: ComputeEntry
    ufm: UfmEntry
    racks: RacksEntry
    marks: dict[str, Mark] = {}


class TimeEntry(Entry):
    pool: str
    leap_seconds: str


class ReleaseEntry(Entry):
    dgx_os: str
    slurm: str
    tested_on: list[str]
    time: TimeEntry
    packages: dict[str, list[str]]
