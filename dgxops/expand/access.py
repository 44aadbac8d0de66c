"""Fabrics that a node meets with a few ports: storage and in-band.

Nodes share sets of leaves by position, port by port: port j of a node meets leaf j of its set (again from the first
where there are fewer leaves than ports). Sets are added with positions, so growth moves no cable of a node; spines are
the fewest that the leaves' uplinks spread over evenly, at least two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from dgxops.expand import naming, racking, services, sets, wiring
from dgxops.expand.wiring import Shape, Uplink
from dgxops.model.fabric import MANAGEMENT_PORT, Endpoint, Fabric, Link, LinkKind, Switch, Tier
from dgxops.model.node import Host, HostPort, HostRole, PortRole, System

if TYPE_CHECKING:
    from dgxops.catalogue.schema import AccessEntry, ArchitectureEntry, SwitchEntry
    from dgxops.expand.pools import Pools
    from dgxops.spec.schema import ClusterSpec

MACHINE_SLOTS = {HostRole.HEAD: 0, HostRole.UFM: 4, HostRole.LOGIN: 6}
"""First place of each kind of machine on the ports (or lanes) that their leaves keep for them."""
_UFM_SLOTS, _FURTHER_UFM_SLOT = 2, 16  # appliances beyond the second come behind the logins


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf before it has a name: it comes with scalable unit ``su`` (from 1) as its ``slot``-th of this fabric (from
    0), and serves ``nodes``, a set of nodes (from 0), or storage (None)."""

    su: int
    slot: int
    nodes: int | None


@dataclass(frozen=True, slots=True)
class Access:
    """One such fabric at the size of a spec; ``first_unit`` is the rack unit of its first leaf in each network rack."""

    name: str
    entry: AccessEntry
    switch: SwitchEntry
    spec: ClusterSpec
    arch: ArchitectureEntry
    system: System
    first_unit: int
    oob: Pools
    freed: tuple[int, ...] = ()  # positions whose ports UFM may take, lowest first

    @property
    def height(self) -> int:
        """Rack units of a switch; one where that is not known."""
        return self.switch.rack_units or 1

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return leaves_of(self.entry, self.arch.nodes_per_su, self.spec.units)

    @property
    def shape(self) -> Shape:
        """Sized for ``grow_to`` where that is given."""
        units = max(self.spec.units, self.spec.grow_to or 0)
        return shape_of(self.entry, self.switch.radix, self.arch.nodes_per_su, units)


def leaves_of(entry: AccessEntry, nodes_per_su: int, units: int) -> tuple[Leaf, ...]:
    """All leaves of so many units; those of fewer units come first, in the same order."""
    made: list[Leaf] = []
    for su in range(1, units + 1):
        own = [s for s in sets.sets_with(entry, nodes_per_su, su) for _ in range(entry.leaves_per_set)]
        served = [None] * entry.extra_leaves.get(su, 0) + own
        made += [Leaf(su, slot, nodes) for slot, nodes in enumerate(served)]
    return tuple(made)


def most_leaves(entry: AccessEntry, nodes_per_su: int) -> int:
    """Leaves that a unit can bring at most."""
    most = -(-nodes_per_su // entry.nodes_per_set)
    return most * entry.leaves_per_set + max(entry.extra_leaves.values(), default=0)


def shape_of(entry: AccessEntry, radix: int, nodes_per_su: int, units: int) -> Shape:
    """The tree above the leaves of so many units."""
    further = sum(count for su, count in entry.extra_leaves.items() if su <= units)
    leaves = sets.begun(entry, nodes_per_su, units) * entry.leaves_per_set + further
    return wiring.shape_for(leaves, 1, radix, entry.uplinks, entry.least_spines, shifts=False)


def access_fabric(access: Access, hosts: Sequence[Host]) -> Fabric:
    """Its switches and links."""
    shape = access.shape
    leaves = [_leaf(access, i, leaf) for i, leaf in enumerate(access.leaves)]
    spines = [_upper(access, Tier.SPINE, i) for i in range(shape.all_spines)]
    cores = [_upper(access, Tier.CORE, i) for i in range(shape.all_cores)]
    links = (
        *_host_links(access, hosts, leaves),
        *_peer_links(access, leaves),
        *_uplinks(LinkKind.LEAF_SPINE, _leaf_spine(access, len(leaves)), leaves, spines),
        *_uplinks(LinkKind.SPINE_CORE, wiring.spine_core_links(shape), spines, cores),
    )
    entry = access.entry
    return Fabric(
        name=access.name,
        switches=(*leaves, *spines, *cores),
        links=links,
        protocol=entry.protocol,
        rate_gbps=entry.rate_gbps,
        lanes=entry.lanes,
        uplinks=entry.uplinks,
        roles=tuple(entry.roles),
        multihoming=entry.multihoming or "",
    )


def _leaf(access: Access, index: int, leaf: Leaf) -> Switch:
    place = racking.leaf_place(leaf.su, leaf.slot, access.height, access.first_unit)
    return _switch(access, Tier.LEAF, index, place)


def _upper(access: Access, tier: Tier, index: int) -> Switch:
    place = racking.access_place(access.name, tier, index, access.height, access.arch.racks.rack_units)
    return _switch(access, tier, index, place)


def _switch(access: Access, tier: Tier, index: int, place: tuple[str, int]) -> Switch:
    """The ``index``-th switch of its tier, from 0, at a rack and unit."""
    switch = access.switch
    return Switch(
        name=naming.access_name(access.spec.naming, access.name, tier, index + 1),
        fabric=access.name,
        tier=tier,
        model=access.entry.switch,
        radix=switch.radix,
        su=0,
        rail=None,
        number=index + 1,
        rack=place[0],
        rack_unit=place[1],
        oob_ip=access.oob.access_switches(access.name, tier).at(index + 1),
        cages=switch.cages or switch.radix,
        height=access.height,
        management="" if switch.managed is False else MANAGEMENT_PORT,
    )


def ports_on(entry: AccessEntry, system: System) -> tuple[HostPort, ...]:
    """Ports of a node that meet this fabric."""
    return tuple(p for role in entry.roles for p in system.ports_of(PortRole(role)))


def _host_links(access: Access, hosts: Sequence[Host], leaves: Sequence[Switch]) -> Iterator[Link]:
    sets_ = _sets(access, leaves)
    of_machines = sets_[machine_set(access.entry)]
    for host in hosts:
        if host.system:
            yield from _node_links(access, host, sets_)
        elif host.role is HostRole.UFM and host.index > access.arch.ufm.appliances:
            yield from _storage_ufm_links(access, host, sets_)
        elif "inband" in access.entry.roles:
            yield from _machine_links(access, host, of_machines)


def machine_set(entry: AccessEntry) -> int | None:
    """The set of leaves that the machines are on: the first nodes' one (0), or that of storage (None)."""
    return None if entry.machines_apart else 0


def _sets(access: Access, leaves: Sequence[Switch]) -> dict[int | None, list[Switch]]:
    """Set of nodes (None: storage) -> its leaves."""
    found: dict[int | None, list[Switch]] = {}
    for planned, leaf in zip(access.leaves, leaves, strict=True):
        found.setdefault(planned.nodes, []).append(leaf)
    return found


def _node_links(access: Access, host: Host, leaves: Mapping[int | None, list[Switch]]) -> Iterator[Link]:
    """A node's ports go round its leaves; on each leaf it has the same few lanes, by its place in the set."""
    entry = access.entry
    set_, place = sets.set_of(entry, access.arch.nodes_per_su, host.index - 1)
    ports = ports_on(entry, host.system) if host.system else ()
    each = links_per_leaf(entry, ports)
    for number, port in enumerate(ports):
        round_, leaf = divmod(number, entry.leaves_per_set)
        lane = lane_name(place * each + round_, entry.lanes)
        yield Link(LinkKind.NODE_LEAF, Endpoint(host.name, port.name), Endpoint(leaves[set_][leaf].name, lane))


def _storage_ufm_links(access: Access, host: Host, there: Mapping[int | None, list[Switch]]) -> Iterator[Link]:
    """An appliance of the storage fabric has a port of a node that is left out: of its leaves each has another one."""
    if not access.freed:
        return
    entry, ports = access.entry, ports_on(access.entry, access.system)
    set_, place = sets.set_of(entry, access.arch.nodes_per_su, access.freed[0] - 1)
    leaves = there[set_]
    leaf = leaves[(host.index - access.arch.ufm.appliances - 1) % len(leaves)]
    kind, own = (LinkKind.UFM, "HCA1") if access.name == "storage" else (LinkKind.NODE_LEAF, "NIC1")
    lane = lane_name(place * links_per_leaf(entry, ports), entry.lanes)
    yield Link(kind, Endpoint(host.name, own), Endpoint(leaf.name, lane))


def links_per_leaf(entry: AccessEntry, ports: Sequence[HostPort]) -> int:
    """Links of one node to each leaf of its set."""
    return -(-len(ports) // entry.leaves_per_set)


def lane_name(index: int, lanes: int) -> str:
    """Port of the ``index``-th lane (from 0) of a switch: "7", or "7/2" where lanes share a port."""
    port, lane = divmod(index, lanes)
    return f"{port + 1}/{lane + 1}" if lanes > 1 else str(port + 1)


def node_ports(entry: AccessEntry, ports: Sequence[HostPort]) -> int:
    """Switch ports of a leaf that its nodes take."""
    return -(-entry.nodes_per_set * links_per_leaf(entry, ports) // entry.lanes)


def ports_before_machines(entry: AccessEntry, system: System) -> int:
    """Switch ports of the leaves of machines that nodes have; none where they have leaves of their own."""
    return 0 if entry.machines_apart else node_ports(entry, ports_on(entry, system))


def _machine_links(access: Access, host: Host, leaves: Sequence[Switch]) -> Iterator[Link]:
    """A management machine or UFM appliance has one link to each leaf of their set, behind the nodes' ports.

    Where nodes share ports, machines do: their links run at the same rate.
    """
    lanes = access.entry.lanes
    first = ports_before_machines(access.entry, access.system) * lanes
    port = lane_name(first + machine_slot(host.role, host.index) - 1, lanes)
    for number, leaf in enumerate(leaves):
        yield Link(LinkKind.NODE_LEAF, Endpoint(host.name, f"NIC{number + 1}"), Endpoint(leaf.name, port))


def _peer_links(access: Access, leaves: Sequence[Switch]) -> Iterator[Link]:
    """Between the two leaves of a set, on their last ports, the same number at both ends."""
    ports = range(access.switch.radix - access.entry.peer_links + 1, access.switch.radix + 1)
    for set_, (first, *others) in _sets(access, leaves).items():
        for other, port in product(others, map(str, ports)) if set_ is not None else ():
            yield Link(LinkKind.LEAF_LEAF, Endpoint(first.name, port), Endpoint(other.name, port))


def _leaf_spine(access: Access, leaves: int) -> Iterator[Uplink]:
    """Links of the first leaves, below the ports of their peer links."""
    for link in wiring.leaf_spine_links(access.shape, leaves):
        yield replace(link, lower_port=link.lower_port - access.entry.peer_links)


def _uplinks(
    kind: LinkKind, uplinks: Iterator[Uplink], lower: Sequence[Switch], upper: Sequence[Switch]
) -> Iterator[Link]:
    for link in uplinks:
        below, above = lower[link.lower], upper[link.upper]
        yield Link(kind, Endpoint(below.name, str(link.lower_port)), Endpoint(above.name, str(link.upper_port)))


def machine_slot(role: HostRole, index: int) -> int:
    """Place, from 1, of the ``index``-th machine of a role (from 1) on those ports or lanes."""
    role, index = services.place_of(role, index)
    if role is HostRole.UFM and index > _UFM_SLOTS:
        return _FURTHER_UFM_SLOT + index - _UFM_SLOTS
    return MACHINE_SLOTS[role] + index


def machine_room(access: AccessEntry, radix: int, system: System) -> int:
    """Links to machines that each leaf of theirs has room for, between those to nodes and the uplinks."""
    return (uplinks_from(access, radix) - 1 - ports_before_machines(access, system)) * access.lanes


def uplinks_from(access: AccessEntry, radix: int) -> int:
    """The first port of a leaf's uplinks; behind them are the ports to the other leaf of its pair, if any."""
    return radix - access.peer_links - access.uplinks + 1
