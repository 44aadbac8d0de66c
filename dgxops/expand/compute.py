"""The compute fabric with its names: switches in their racks, every link by its two ports.

Planes are fabrics of their own with the same shape: their switches take turns in every numbering, and plane p meets
lane p of every port.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dgxops.expand import naming, racking, twins, wiring
from dgxops.expand.ufm import Leaves, Uppers, ufm_links
from dgxops.expand.wiring import Shape, Uplink
from dgxops.model.fabric import MANAGEMENT_PORT, Endpoint, Fabric, Link, LinkKind, Switch, Tier
from dgxops.model.node import Host, PortRole

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry, ComputeEntry, SwitchEntry
    from dgxops.expand.pools import Pools
    from dgxops.spec.schema import ClusterSpec


@dataclass(frozen=True, slots=True)
class Design:
    """What the fabric is made of: the architecture, what it says of the fabric, its switch, out-of-band addresses."""

    spec: ClusterSpec
    arch: ArchitectureEntry
    compute: ComputeEntry
    switch: SwitchEntry
    oob: Pools

    @property
    def radix(self) -> int:
        """Ports of a switch at the rate of the links."""
        return self.compute.radix or self.switch.radix

    @property
    def planes(self) -> int:
        return self.compute.planes

    @property
    def height(self) -> int:
        """Rack units of a switch; one where that is not known."""
        return self.switch.rack_units or 1

    @property
    def units(self) -> int:
        """Sets of leaves that are built."""
        return self.spec.units * self.arch.leaf_sets

    @property
    def shape(self) -> Shape:
        """Of one plane, with upper layers sized for ``grow_to`` where that is given."""
        return shape_of(self.arch, self.radix, max(self.spec.units, self.spec.grow_to or 0))


def shape_of(arch: ArchitectureEntry, radix: int, scalable_units: int) -> Shape:
    """The shape of one plane for so many scalable units."""
    units, compute = scalable_units * arch.leaf_sets, arch.compute
    if compute is None:
        return wiring.shape_for(units, arch.rails, radix)
    return wiring.shape_for(units, arch.rails, radix, compute.uplinks, section=compute.section, spare=compute.spare)


def compute_fabric(design: Design, hosts: Sequence[Host], freed: Sequence[int]) -> Fabric:
    """Switches and links of every plane. ``freed`` are the positions whose leaf ports UFM may take, lowest first."""
    shape, compute = design.shape, design.compute
    switches = {
        Tier.LEAF: _leaves(design),
        Tier.SPINE: _upper(design, Tier.SPINE, shape.all_spines, shape),
        Tier.CORE: _upper(design, Tier.CORE, shape.all_cores, shape),
    }
    leaves = _by_place(design, switches[Tier.LEAF])
    links = (
        *_node_links(design, hosts, leaves),
        *ufm_links(design.arch, shape, hosts, Uppers(leaves, switches[Tier.LEAF], switches[Tier.SPINE]), freed),
        *_between(design, LinkKind.LEAF_SPINE, switches, shape),
        *_between(design, LinkKind.SPINE_CORE, switches, shape),
    )
    return Fabric(
        name="compute",
        switches=tuple(s for tier in switches.values() for s in tier),
        links=links,
        protocol=compute.protocol,
        rate_gbps=compute.rate_gbps,
        planes=compute.planes,
        links_per_cable=compute.links_per_cable,
        ufm_gbps=design.switch.ufm_gbps or 0,
        pieces=compute.planes * max(1, shape.core_sets),
    )


def _leaves(design: Design) -> list[Switch]:
    each = design.arch.rails * design.planes
    return [_leaf(design, set_, place) for set_ in range(design.units) for place in range(each)]


def _leaf(design: Design, set_: int, place: int) -> Switch:
    """The ``place``-th leaf of a set: rails in order, the planes of each side by side."""
    arch, planes = design.arch, design.planes
    su, within = divmod(set_, arch.leaf_sets)
    each = arch.rails * planes
    rail, plane = divmod(place, planes)
    index = within * each + place
    name = naming.leaf_name(design.spec.naming, su + 1, index)
    rack = racking.leaf_place(su + 1, index, design.height)
    unit = 0 if design.spec.plain else su + 1
    return _switch(design, Tier.LEAF, set_ * each + place, name, rack, unit, rail, plane)


def _by_place(design: Design, leaves: Sequence[Switch]) -> dict[tuple[int, int, int], str]:
    each = design.arch.rails * design.planes
    return {(i // each, *divmod(i % each, design.planes)): leaf.name for i, leaf in enumerate(leaves)}


def _upper(design: Design, tier: Tier, count: int, shape: Shape) -> list[Switch]:
    """``count`` switches a plane."""
    made = []
    for index in range(count * design.planes):
        number, plane = divmod(index, design.planes)
        rail = shape.rail_of(number) if tier is Tier.SPINE else None
        name = naming.switch_name(design.spec.naming, tier, index + 1)
        rack = racking.switch_place(tier, index, design.height, design.arch.racks.rack_units)
        made.append(_switch(design, tier, index, name, rack, 0, rail, plane))
    return made


def _switch(
    design: Design, tier: Tier, index: int, name: str, place: tuple[str, int], su: int, rail: int | None, plane: int
) -> Switch:
    """The ``index``-th switch of its tier (from 0), at a rack and unit."""
    rack, unit = place
    return Switch(
        name=name,
        fabric="compute",
        tier=tier,
        model=design.compute.switch,
        radix=design.radix,
        su=su,
        rail=rail,
        number=index + 1,
        rack=rack,
        rack_unit=unit,
        oob_ip=design.oob.switches(tier).at(index + 1),
        plane=plane + 1 if design.planes > 1 else 0,
        cages=design.switch.cages or design.switch.radix,
        height=design.height,
        management="" if design.switch.managed is False else MANAGEMENT_PORT,
        ufm_port=design.switch.ufm_port,
    )


def leaf_place(design: Design, su: int, index_in_su: int) -> tuple[int, int]:
    """Set of leaves (from 0) and port on each of them (from 1) of a position of a unit; a plain group is the first."""
    within, port = divmod(index_in_su - 1, design.compute.nodes_per_leaf)
    return (max(1, su) - 1) * design.arch.leaf_sets + within, port + 1


def _node_links(design: Design, hosts: Sequence[Host], leaves: Leaves) -> Iterator[Link]:
    for host in hosts:
        if not host.system:
            continue
        set_, number = leaf_place(design, host.su, host.index_in_su)
        for port in host.system.ports_of(PortRole.COMPUTE):
            for plane in range(design.planes):
                lane = f"{port.name}/{plane + 1}" if design.planes > 1 else port.name
                upper = Endpoint(leaves[set_, port.rail or 0, plane], str(number))
                yield Link(LinkKind.NODE_LEAF, Endpoint(host.name, lane), upper)


def _between(design: Design, kind: LinkKind, switches: dict[Tier, list[Switch]], shape: Shape) -> Iterator[Link]:
    """Links between two layers of switches, plane by plane."""
    down = kind is LinkKind.LEAF_SPINE
    below, above = (Tier.LEAF, Tier.SPINE) if down else (Tier.SPINE, Tier.CORE)
    for plane in range(design.planes):
        lower, upper = switches[below][plane :: design.planes], switches[above][plane :: design.planes]
        leaf_spine = twins.leaf_spine_links(shape, design.units, design.switch.cages)
        uplinks = leaf_spine if down else wiring.spine_core_links(shape)
        yield from (_link(kind, uplink, lower, upper) for uplink in uplinks)


def _link(kind: LinkKind, uplink: Uplink, lower: Sequence[Switch], upper: Sequence[Switch]) -> Link:
    return Link(
        kind,
        Endpoint(lower[uplink.lower].name, str(uplink.lower_port)),
        Endpoint(upper[uplink.upper].name, str(uplink.upper_port)),
    )
