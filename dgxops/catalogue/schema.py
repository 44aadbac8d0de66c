"""What the catalogue may say of architectures, switches and releases. Unknown keys are faults.

What it may say of systems is in :mod:`dgxops.catalogue.system_schema`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Mark = Literal["inferred", "secondary", "unknown"]
Marks = dict[str, Mark]
Sources = dict[str, list[str]]  # field -> keys of sources.yml


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SwitchEntry(Entry):
    """A switch model; ``radix`` is its number of ports at ``rate_gbps``."""

    fabric: Literal["infiniband", "ethernet"]
    radix: int = Field(gt=0)
    rate_gbps: int = Field(gt=0)
    rack_units: int | None = Field(gt=0)
    cages: int | None = Field(gt=0)
    uplinks: int = Field(default=0, ge=0)  # faster ports besides the radix
    uplink_gbps: int = Field(default=0, ge=0)
    managed: bool | None  # whether it runs an operating system of its own
    part: str | None
    marks: Marks = {}
    sources: list[str]


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
    marks: Marks = {}


class ReleaseEntry(Entry):
    dgx_os: str
    slurm: str
    tested_on: list[str]
    packages: dict[str, list[str]]
