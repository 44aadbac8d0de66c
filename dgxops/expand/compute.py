"""The compute fabric with its names: switches in their racks, every cable by its two ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dgxops.expand import addressing, naming, racking, wiring
from dgxops.expand.wiring import Shape, Uplink
from dgxops.model.fabric import Endpoint, Fabric, Link, LinkKind, Switch, Tier
from dgxops.model.node import Host, HostRole, PortRole

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.spec.schema import ClusterSpec


def compute_fabric(
    spec: ClusterSpec, arch: ArchitectureEntry, radix: int, hosts: Sequence[Host], freed: Sequence[int]
) -> Fabric:
    """Switches and links for ``spec.scalable_units``, with spines sized for ``spec.grow_to`` where that is given.

    ``freed`` are the positions whose leaf ports UFM may take, lowest first.
    """
    shape = wiring.shape_for(max(spec.scalable_units, spec.grow_to or 0), arch.rails, radix)
    switches = {
        Tier.LEAF: _leaves(spec, arch, radix),
        Tier.SPINE: _upper(spec, arch, Tier.SPINE, shape.groups * shape.spines, shape),
        Tier.CORE: _upper(spec, arch, Tier.CORE, shape.core_groups * shape.cores, shape),
    }
    leaves = {(s.su, s.rail): s.name for s in switches[Tier.LEAF]}
    links = (
        *_node_links(hosts, leaves),
        *_ufm_links(hosts, leaves, arch, freed),
        *_between(LinkKind.LEAF_SPINE, wiring.leaf_spine_links(shape, spec.scalable_units), switches, Tier.LEAF),
        *_between(LinkKind.SPINE_CORE, wiring.spine_core_links(shape), switches, Tier.SPINE),
    )
    return Fabric("compute", tuple(s for tier in switches.values() for s in tier), links)


def _leaves(spec: ClusterSpec, arch: ArchitectureEntry, radix: int) -> list[Switch]:
    return [
        _switch(spec, arch, Tier.LEAF, radix, unit * arch.rails + rail, unit + 1, rail)
        for unit in range(spec.scalable_units)
        for rail in range(arch.rails)
    ]


def _upper(spec: ClusterSpec, arch: ArchitectureEntry, tier: Tier, count: int, shape: Shape) -> list[Switch]:
    grouped = tier is Tier.SPINE and shape.groups > 1
    return [
        _switch(spec, arch, tier, shape.radix, index, 0, index // shape.spines if grouped else None)
        for index in range(count)
    ]


def _switch(
    spec: ClusterSpec, arch: ArchitectureEntry, tier: Tier, radix: int, index: int, su: int, rail: int | None
) -> Switch:
    """The ``index``-th switch of its tier (from 0)."""
    rack, unit = racking.switch_place(tier, index)
    return Switch(
        name=naming.switch_name(spec.naming, tier, index + 1)
        if rail is None or not su
        else naming.leaf_name(spec.naming, su, rail),
        fabric="compute",
        tier=tier,
        model=arch.compute.switch,
        radix=radix,
        su=su,
        rail=rail,
        number=index + 1,
        rack=rack,
        rack_unit=unit,
        oob_ip=addressing.switch_pool(spec.networks.oob.subnet, tier).at(index + 1),
    )


def _node_links(hosts: Sequence[Host], leaves: dict[tuple[int, int | None], str]) -> Iterator[Link]:
    for host in hosts:
        for port in host.system.ports_of(PortRole.COMPUTE) if host.system else ():
            leaf = leaves[host.su, port.rail]
            yield Link(LinkKind.NODE_LEAF, Endpoint(host.name, port.name), Endpoint(leaf, str(host.index_in_su)))


def _ufm_links(
    hosts: Sequence[Host], leaves: dict[tuple[int, int | None], str], arch: ArchitectureEntry, freed: Sequence[int]
) -> Iterator[Link]:
    """Each appliance's HCA ports to consecutive rails, on the leaf ports of the first freed position."""
    appliances = [h for h in hosts if h.role is HostRole.UFM]
    each = arch.ufm.links // max(1, len(appliances))
    for link in range(arch.ufm.links if appliances else 0):
        which, port = divmod(link, each)
        su, index_in_su = naming.place_of(freed[0], arch.nodes_per_su)
        upper = Endpoint(leaves[su, link], str(index_in_su))
        yield Link(LinkKind.NODE_LEAF, Endpoint(appliances[which].name, f"HCA{port + 1}"), upper)


def _between(
    kind: LinkKind, uplinks: Iterator[Uplink], switches: dict[Tier, list[Switch]], lower: Tier
) -> Iterator[Link]:
    below = switches[lower]
    above = switches[Tier.SPINE if lower is Tier.LEAF else Tier.CORE]
    for link in uplinks:
        yield Link(
            kind,
            Endpoint(below[link.lower].name, str(link.lower_port)),
            Endpoint(above[link.upper].name, str(link.upper_port)),
        )
