"""What a site builds otherwise than its reference architecture says, or knows where that says nothing.

Every key is one of a field of the catalogue's architectures and switch models (:mod:`dgxops.catalogue.schema`), and
null, the default of all, leaves the catalogue's value. :mod:`dgxops.expand.designed` puts them in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool

from dgxops.spec.forms import UFM_PORT, Count, Quantity, Text, Word, as_written
from dgxops.spec.names import Part

Some = Annotated[Count, Field(ge=1, le=10_000)]
None_or_more = Annotated[Count, Field(ge=0, le=10_000)]
RackUnit = Annotated[Count, Field(ge=1, le=100)]
Protocol = Literal["infiniband", "ethernet"]
Roles = Annotated[tuple[Literal["storage", "inband"], ...], Field(min_length=1)]


def _number(key: Any) -> Any:
    """Keys of a document are text."""
    return int(key) if isinstance(key, str) and key.isdigit() and len(key) < 6 else key


UnitNumber = Annotated[int, BeforeValidator(_number), Field(ge=1)]


class ComputeSays(Part):
    """The compute fabric. Port counts are at the rate of one link."""

    protocol: Protocol | None = None
    """infiniband or ethernet."""
    switch: Text | None = None
    """Model of its switches: one of the catalogue's, or one that stands under `switches`."""
    radix: Some | None = None
    """Ports of a switch at the rate of the links, where that is not the switch's own."""
    rate_gbps: Some | None = None
    """Gb/s of one link."""
    nodes_per_leaf: Some | None = None
    """Nodes that share a leaf of each rail."""
    uplinks: Some | None = None
    """Uplinks of a leaf, its last ports; null in the catalogue too: half its ports."""
    section: Some | None = None
    """Leaves of a rail that share spines of their own, where there is more than one such set."""
    spare: None_or_more | None = None
    """Ports that every spine keeps free while there is room, as for UFM."""
    planes: Annotated[Count, Field(ge=1, le=8)] | None = None
    """Planes of the fabric: links of one port that share no switch."""
    links_per_cable: Annotated[Count, Field(ge=1, le=8)] | None = None
    """How many links are counted as one cable."""


class AccessSays(Part):
    """A fabric that nodes meet with a few ports; all of it where the architecture has no such fabric."""

    protocol: Protocol | None = None
    """infiniband or ethernet."""
    switch: Text | None = None
    """Model of its switches: one of the catalogue's, or one that stands under `switches`."""
    rate_gbps: Some | None = None
    """Gb/s of one link of a node."""
    roles: Roles | None = None
    """Which ports of a node meet it: storage, inband, or both."""
    nodes_per_set: Some | None = None
    """Nodes that share a set of leaves."""
    leaves_per_set: Annotated[Count, Field(ge=1, le=16)] | None = None
    """Leaves of such a set."""
    lanes: Annotated[Count, Field(ge=1, le=8)] | None = None
    """Links of nodes that share one port of a leaf: a breakout cable."""
    uplinks: Some | None = None
    """Uplinks of a leaf, its last ports."""
    least_spines: Some | None = None
    """Fewest spines."""
    extra_leaves: Mapping[UnitNumber, Annotated[Count, Field(ge=0, le=100)]] | None = None
    """Scalable unit: how many leaves for storage come with it, all of them."""
    machines_apart: StrictBool | None = None
    """Whether the machines are on such leaves of the first unit, not on those of the first nodes."""
    multihoming: Literal["mlag", "evpn"] | None = None
    """How two leaves are one to a node that bonds its ports: mlag, with peer links, or evpn."""
    peer_links: None_or_more | None = None
    """Links between the two leaves of a pair, with mlag; 0 with evpn."""


class FabricsSays(Part):
    """The fabrics besides the compute fabric and the out-of-band one."""

    storage: AccessSays = AccessSays()
    """The storage fabric."""
    inband: AccessSays = AccessSays()
    """The in-band fabric."""


class OobSays(Part):
    """The out-of-band fabric: the ports of BMCs, PDUs and switches for their management."""

    switch: Text | None = None
    """Model of its switches: one of the catalogue's, or one that stands under `switches`."""
    racks: Some | None = None
    """Neighbouring compute racks of a scalable unit that share switches."""
    switches: Annotated[Count, Field(ge=1, le=16)] | None = None
    """How many switches those share."""
    rack_units: Annotated[tuple[RackUnit, ...], Field(min_length=1)] | None = None
    """Rack unit of each in a compute rack, which then has them alone."""


class UfmSays(Part):
    """UFM's appliances and how they meet the compute fabric."""

    omitted_nodes: None_or_more | None = None
    """Positions at the end of the first scalable unit that give up their leaf ports."""
    appliances: Annotated[Count, Field(ge=0, le=4)] | None = None
    """Appliances."""
    links: None_or_more | None = None
    """Links of all these appliances together to the compute fabric."""
    at: Literal["freed", "free", "spine", "own"] | None = None
    """On which ports: of leaves that omitted nodes freed, free ones of leaves, spare ones of spines, or own: those that
    the first leaves have for UFM alone."""
    storage: Annotated[Count, Field(ge=0, le=4)] | None = None
    """Further appliances, of the storage fabric, on ports that an omitted node freed."""
    elsewhere: Annotated[tuple[Literal["compute", "storage"], ...], Field(min_length=1)] | None = None
    """InfiniBand fabrics whose subnet manager the site brings itself, so that `check` warns of none."""


class FixtureSays(Part):
    """What stands in every compute rack beside nodes, as many as the catalogue knows of."""

    units: Annotated[tuple[RackUnit, ...], Field(min_length=1)] | None = None
    """Lowest rack unit of each."""
    height: Annotated[Count, Field(ge=1, le=20)] | None = None
    """Rack units of each."""
    ports: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """Management ports of each; the first is called as the device itself."""


class RacksSays(Part):
    """The racks, and what stands where in those with nodes."""

    nodes_per_rack: Annotated[Count, Field(ge=1, le=100)] | None = None
    """Nodes of a compute rack."""
    rack_units: Annotated[Count, Field(ge=24, le=100)] | None = None
    """Height of every rack, in rack units."""
    node_units: Annotated[tuple[RackUnit, ...], Field(min_length=1)] | None = None
    """Lowest rack unit of each node, in the order of their positions."""
    fixtures: Mapping[str, FixtureSays] = Field(default_factory=dict)
    """Switch trays and power shelves, by the catalogue's kinds, such as power shelf."""
    pdus: Annotated[Count, Field(ge=0, le=20)] | None = None
    """PDUs of a compute rack that are managed over the network; 0: none."""
    pdu_units: Annotated[Count, Field(ge=0, le=20)] | None = None
    """Rack units of each PDU; 0: they take none."""
    pdu_positions: Annotated[tuple[RackUnit, ...], Field(min_length=1)] | None = None
    """Lowest rack unit of each PDU, where they take some."""


class SchedulingSays(Part):
    """What Slurm is told of the fabric, to keep jobs together."""

    topology: Literal["tree", "block"] | None = None
    """tree, or block where a rack is one NVLink domain."""
    block_size: Some | None = None
    """Nodes of a block."""


class SwitchSays(Part):
    """A switch model; one that the catalogue does not have wants fabric, radix and rate_gbps."""

    fabric: Protocol | None = None
    """infiniband or ethernet."""
    radix: Annotated[Count, Field(ge=2, le=1024)] | None = None
    """Ports at its own rate."""
    rate_gbps: Some | None = None
    """Gb/s of a port."""
    rack_units: Annotated[Count, Field(ge=1, le=6)] | None = None
    """Height in rack units."""
    cages: Some | None = None
    """Cages that the ports sit in."""
    uplinks: None_or_more | None = None
    """Faster ports beside the radix."""
    uplink_gbps: None_or_more | None = None
    """Gb/s of those."""
    ufm_port: Annotated[str, Field(pattern=UFM_PORT), BeforeValidator(as_written)] | None = None
    """What it calls a port for UFM alone, as fnm1; "" where it has none."""
    ufm_gbps: Some | None = None
    """Gb/s of that port."""
    managed: StrictBool | None = None
    """Whether it runs an operating system of its own, and so has a management port."""
    part: Text | None = None
    """Part number, for the bill of materials."""


class Design(Part):
    """What a site builds otherwise than its reference architecture says, or knows where that says nothing."""

    nodes_per_su: Annotated[Count, Field(ge=1, le=1024)] | None = None
    """Nodes of a scalable unit."""
    rails: Annotated[Count, Field(ge=1, le=64)] | None = None
    """Rails of the compute fabric: as many as the system has ports for."""
    unit_kw: Annotated[Count, Field(ge=1, le=1_000_000)] | None = None
    """Power of a scalable unit, in kW; null leaves what the document says, or adds up its racks."""
    rack_kw: Quantity | None = None
    """Power of a full compute rack as the document gives it, in kW; told where its systems add up to another."""
    compute: ComputeSays = ComputeSays()
    """The compute fabric."""
    fabrics: FabricsSays = FabricsSays()
    """The storage and in-band fabrics."""
    oob: OobSays = OobSays()
    """The out-of-band fabric."""
    ufm: UfmSays = UfmSays()
    """UFM's appliances."""
    racks: RacksSays = RacksSays()
    """The racks."""
    slurm: SchedulingSays = SchedulingSays()
    """What Slurm is told of the fabric."""
    switches: Mapping[Word, SwitchSays] = Field(default_factory=dict)
    """Switch models, by the catalogue's names or new ones."""
