"""What the catalogue may say of architectures, switches and releases. Unknown keys are faults.

What it may say of systems is in :mod:`dgxops.catalogue.system_schema`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dgxops.model.release import SLURM_VERSION, VERSION

Mark = Literal["inferred", "secondary", "unknown"]
Marks = dict[str, Mark]
Sources = dict[str, list[str]]  # field -> keys of sources.yml


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SwitchEntry(Entry):
    """A switch model; ``radix`` is its number of ports at ``rate_gbps``.

    ``ufm_port`` is what the switch calls a port that it has for UFM alone, empty where it has none; its number is
    the one behind all others, its rate ``ufm_gbps``.
    """

    fabric: Literal["infiniband", "ethernet"]
    radix: int = Field(gt=0)
    rate_gbps: int = Field(gt=0)
    rack_units: int | None = Field(gt=0)
    cages: int | None = Field(gt=0)
    uplinks: int = Field(default=0, ge=0)  # faster ports besides the radix
    uplink_gbps: int = Field(default=0, ge=0)
    ufm_port: str = Field(default="", pattern=r"^([a-z]+[0-9]+)?$")
    ufm_gbps: int | None = Field(default=0, ge=0)
    managed: bool | None  # whether it runs an operating system of its own
    part: str | None
    marks: Marks = {}
    sources: list[str]


class ComputeEntry(Entry):
    """The compute fabric. Port counts are at the rate of one link: a 64-cage 800G switch has 128 ports of 400G.

    ``nodes_per_leaf`` nodes meet one leaf a rail. ``section`` counts the leaves of a rail that share spines of their
    own where there is more than one such set, which are then joined by cores (a "spine-leaf group").
    """

    protocol: Literal["infiniband", "ethernet"] = "infiniband"
    switch: str
    radix: int | None = Field(default=None, gt=0)  # ports at the links' rate; None: the switch's own
    rate_gbps: int = Field(gt=0)
    nodes_per_leaf: int = Field(gt=0)
    uplinks: int | None = Field(default=None, gt=0)  # of a leaf; None: half its ports
    section: int | None = Field(default=None, gt=0)  # None: as many as spines carry
    planes: int = Field(default=1, gt=0)
    links_per_cable: int = Field(default=1, gt=0)  # how many links the document counts as one cable
    spare: int = Field(default=0, ge=0)  # ports that every spine keeps for what is no leaf, as UFM


class AccessEntry(Entry):
    """A fabric that nodes meet with a few ports: storage, in-band. Port counts are those of the switch at its own rate.

    ``nodes_per_set`` nodes share ``leaves_per_set`` leaves, each with the same number of links to every node;
    ``lanes`` of these links share one switch port (a breakout cable). Then come ``spare`` ports for machines and
    storage, ``uplinks``, and last ``peer_links`` from each leaf of a pair to the other. ``extra_leaves`` says with
    which scalable unit how many leaves for storage come; ``machines_apart``: the machines are on those of the first
    unit, not on the leaves of the first nodes. ``multihoming`` says how two leaves are one to a node that bonds its
    ports over them: MLAG, with peer links, or EVPN multihoming without (Cumulus Linux user guide).
    """

    protocol: Literal["infiniband", "ethernet"]
    switch: str
    rate_gbps: int = Field(gt=0)  # of one link of a node
    roles: list[Literal["storage", "inband"]]
    nodes_per_set: int = Field(gt=0)
    leaves_per_set: int = Field(default=2, gt=0)
    lanes: int = Field(default=1, gt=0)
    uplinks: int = Field(gt=0)
    least_spines: int = Field(default=2, gt=0)
    extra_leaves: dict[int, int] = {}
    machines_apart: bool = False
    multihoming: Literal["mlag", "evpn"] | None = None
    peer_links: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if (self.multihoming == "mlag") != (self.peer_links > 0) or (self.peer_links and self.leaves_per_set != 2):
            raise ValueError("peer_links join two leaves in MLAG, and nothing else")
        if self.machines_apart and not self.extra_leaves.get(1):
            raise ValueError("machines_apart wants extra_leaves with the first unit")
        return self


class OobEntry(Entry):
    """The out-of-band fabric: ``racks`` neighbouring compute racks of a scalable unit share ``switches`` switches.

    These stand in the unit's network rack or, where ``rack_units`` has a unit for each of them, in the compute rack
    itself, which is then the only one that they serve.
    """

    switch: str
    racks: int = Field(gt=0)
    switches: int = Field(default=1, gt=0)
    rack_units: list[int] = []


class UfmEntry(Entry):
    """UFM appliances of the compute fabric, and the ``links`` of all of them together.

    They are ``at`` leaf ports that omitted nodes freed, at those behind the last node of the first unit (free), at
    spare ports of the spines, or at the port that the first leaves have for UFM alone (own). Without links they are
    somewhere that is not known.
    """

    omitted_nodes: int = Field(ge=0)
    appliances: int = Field(ge=0)
    links: int = Field(ge=0)
    at: Literal["freed", "free", "spine", "own"] = "freed"
    storage: int = Field(default=0, ge=0)  # further appliances, of the storage fabric: a freed port of a leaf each
    elsewhere: list[Literal["compute", "storage"]] = []  # fabrics whose subnet manager is no part of the design

    @property
    def every(self) -> int:
        """Appliances of both fabrics; those of the storage fabric are numbered behind the others."""
        return self.appliances + self.storage


class FixtureEntry(Entry):
    """Something that stands in every compute rack beside the nodes: ``units`` are the lowest rack unit of each."""

    kind: str
    name: str  # {rack} and {index}
    height: int = Field(gt=0)
    units: list[int]
    ports: list[str] = []  # management ports of each; the first has the name of the device itself


class RacksEntry(Entry):
    nodes_per_rack: int = Field(gt=0)
    rack_units: int = Field(gt=0)
    node_units: list[int]
    fixtures: list[FixtureEntry] = []
    pdus: int | None = Field(default=None, ge=0)  # of a compute rack; None: the document does not say
    pdu_units: int | None = Field(default=None, ge=0)  # rack units of each, where PDUs take some
    pdu_positions: list[int] = []  # lowest rack unit of each, where PDUs take some


class SchedulingEntry(Entry):
    topology: Literal["tree", "block"] = "tree"
    block_size: int | None = Field(default=None, gt=0)


class ArchitectureEntry(Entry):
    id: str
    name: str
    document: str
    systems: list[str]
    nodes_per_su: int = Field(gt=0)
    rails: int = Field(gt=0)
    compute: ComputeEntry | None = None
    fabrics: dict[Literal["storage", "inband"], AccessEntry] = {}
    oob: OobEntry | None = None
    ufm: UfmEntry
    racks: RacksEntry
    slurm: SchedulingEntry = SchedulingEntry()
    nvlink_domain: Literal["node", "rack"] = "node"
    standard_units: int | None = Field(default=None, gt=0)  # largest size of the standard design
    unit_kw: float | None = Field(default=None, gt=0)  # of a scalable unit, where the document says it
    rack_kw: float | None = Field(default=None, gt=0)  # of a full compute rack, likewise
    beside: list[str] = []  # machines that the document has and the design does not
    marks: Marks = {}

    @property
    def leaf_sets(self) -> int:
        """Sets of leaves, one a rail, that a scalable unit needs."""
        return -(-self.nodes_per_su // self.compute.nodes_per_leaf) if self.compute else 0

    @property
    def leaves_per_su(self) -> int:
        """Leaves of the compute fabric that a scalable unit brings, those of all planes."""
        return self.leaf_sets * self.rails * (self.compute.planes if self.compute else 0)


class TimeEntry(Entry):
    pool: str
    leap_seconds: str


Version = Annotated[str, Field(pattern=VERSION)]


class DriverEntry(Entry):
    """A branch of the driver; ``end_of_life`` is a month, ``cuda`` the highest major version that it carries."""

    kind: Literal["long-term", "production", "new-feature"]
    end_of_life: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    cuda: Version
    sources: list[str]


class VersionsEntry(Entry):
    """Versions of one release; null where none is published."""

    dgx_os: Version
    driver_branch: str = Field(pattern=r"^[0-9]+$")
    driver: Version | None
    fabric_manager: Version | None
    imex: Version | None
    nvlsm: str | None
    cuda: Version | None
    doca: Version | None
    mft: str | None
    dcgm: Version | None
    container_toolkit: str | None
    slurm: str = Field(pattern=SLURM_VERSION)
    enroot: Version | None
    pyxis: Version | None

    @model_validator(mode="after")
    def _of_one_driver(self) -> Self:
        """The fabric manager and IMEX refuse a driver of another version than their own."""
        for name, version in (("fabric_manager", self.fabric_manager), ("imex", self.imex)):
            if version != self.driver:
                raise ValueError(f"{name} is {version}, the driver {self.driver}")
        if self.driver and self.driver.split(".")[0] != self.driver_branch:
            raise ValueError(f"driver {self.driver} is not of branch {self.driver_branch}")
        return self


class RepositoryEntry(Entry):
    """A package repository, as :class:`dgxops.model.release.Repository`."""

    purpose: str
    public: str | None = Field(pattern=r"^https?://[a-z0-9.-]+$")
    address: str = Field(pattern=r"^\{mirror\}/")
    suites: list[str] = Field(min_length=1)
    components: list[str]
    key: str | None = Field(pattern=r"^\{mirror\}/")


Purpose = Literal["driver", "fabric_manager", "nvlsm", "nvsdm", "imex", "dcgm", "dcgm_exporter"]
"""What packages of NVIDIA's are for."""


class ReleaseEntry(Entry):
    tested_on: list[str]
    versions: VersionsEntry
    time: TimeEntry
    packages: dict[str, list[str]]
    stack: dict[str, dict[Purpose, list[str]]]
    repositories: dict[str, RepositoryEntry]
    marks: Marks = {}
    sources: Sources
