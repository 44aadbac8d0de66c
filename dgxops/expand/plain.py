"""Plain groups: systems without scalable units, in racks or on a floor, with a small fabric of their own or none.

A plain group is treated as one unit that is as large as it is. Its fabric is none, a cable from port to port (two
nodes), one switch that all ports fit on, or, beyond that, the rail-optimised tree of a SuperPOD.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dgxops.catalogue.schema import ArchitectureEntry, ComputeEntry, RacksEntry, UfmEntry
from dgxops.expand import addressing, naming, racking
from dgxops.expand.designed import fitted
from dgxops.expand.measured import measured
from dgxops.expand.rented import RENTED
from dgxops.model.fabric import MANAGEMENT_PORT, Endpoint, Fabric, Link, LinkKind, Switch, Tier
from dgxops.model.node import Host, PortRole, System
from dgxops.model.system import SystemKind

if TYPE_CHECKING:
    from dgxops.catalogue import Catalogue
    from dgxops.catalogue.schema import SwitchEntry
    from dgxops.spec.schema import ClusterSpec

NONE, DIRECT = "none", "direct"
PLAIN = "plain"
PLAIN_RACK = "rack-{index:02d}"
_RACK_UNITS = 48  # a rack of ours: no document describes one for these systems
_FIRST_NODE_UNIT = 3
_ROOM = 40  # rack units of a rack that nodes take
_ON_A_FLOOR = 1000  # deskside systems of one "rack"


def settled(spec: ClusterSpec) -> ClusterSpec:
    """The spec with the names that a plain group has by default."""
    if not spec.plain or "rack" in spec.naming.model_fields_set:
        return spec
    return spec.model_copy(update={"naming": spec.naming.model_copy(update={"rack": PLAIN_RACK})})


def architecture_of(spec: ClusterSpec, catalogue: Catalogue) -> ArchitectureEntry:
    """The architecture that a spec is built to: the catalogue's, or that of its plain group."""
    if not spec.plain:
        return catalogue.architecture_for(spec.platform, spec.architecture)
    system = measured(catalogue.system(spec.platform), spec.hardware)
    return plain_architecture(spec, system, catalogue.switches.get(spec.fabric))


def plain_architecture(spec: ClusterSpec, system: System, switch: SwitchEntry | None) -> ArchitectureEntry:
    """A plain group in the form of an architecture; with a ``switch`` the ports of all nodes need more than one."""
    ports, nodes = system.ports_of(PortRole.COMPUTE), spec.nodes or 1
    entry = ArchitectureEntry(
        id=RENTED if system.kind is SystemKind.CLOUD else PLAIN,
        name=f"plain group of {system.name}",
        document="none: a layout of dgxops",
        systems=[system.id],
        nodes_per_su=nodes,
        rails=max(1, len(ports)),
        compute=_tree(spec.fabric, system, switch) if switch and len(ports) * nodes > switch.radix else None,
        ufm=UfmEntry(omitted_nodes=0, appliances=0, links=0),
        racks=_racks(system),
    )
    return fitted(entry, spec.design)


def _tree(model: str, system: System, switch: SwitchEntry) -> ComputeEntry:
    return ComputeEntry(
        protocol=switch.fabric,
        switch=model,
        rate_gbps=link_rate(system, switch),
        nodes_per_leaf=switch.radix // 2,
    )


def link_rate(system: System, switch: SwitchEntry | None) -> int:
    """Gb/s of a link: what the slower of its ends can."""
    rates = [p.rate_gbps for p in system.ports_of(PortRole.COMPUTE) if p.rate_gbps]
    return min([*rates, *([switch.rate_gbps] if switch else [])], default=0)


def _racks(system: System) -> RacksEntry:
    height = system.rack_units
    if not height:
        return RacksEntry(nodes_per_rack=_ON_A_FLOOR, rack_units=_ON_A_FLOOR, node_units=[*range(1, _ON_A_FLOOR + 1)])
    units = [*range(_FIRST_NODE_UNIT, _FIRST_NODE_UNIT + _ROOM - height + 1, height)]
    return RacksEntry(nodes_per_rack=len(units), rack_units=_RACK_UNITS, node_units=units)


def plain_fabrics(spec: ClusterSpec, system: System, switch: SwitchEntry | None, hosts: Sequence[Host]) -> list[Fabric]:
    """The fabric of a plain group that needs no tree: none, direct cables, or one switch."""
    nodes = [h for h in hosts if h.system]
    ports = [p.name for p in system.ports_of(PortRole.COMPUTE)]
    if spec.fabric == DIRECT:
        first, second = nodes[0].name, nodes[1].name
        links = tuple(Link(LinkKind.NODE_NODE, Endpoint(first, p), Endpoint(second, p)) for p in ports)
        return [Fabric("compute", (), links, "ethernet", link_rate(system, None))]
    if switch is None:
        return []
    return [_one_switch(spec, system, switch, nodes, ports)]


def _one_switch(
    spec: ClusterSpec, system: System, entry: SwitchEntry, nodes: Sequence[Host], ports: Sequence[str]
) -> Fabric:
    """Every port of every node on one switch, by position."""
    rack, unit = _switch_place(spec, system, entry.rack_units or 1)
    name = naming.leaf_name(spec.naming, 1, 0)
    oob_ip = addressing.switch_pool(spec.networks.oob.subnet, Tier.LEAF).at(1)
    switch = Switch(name, "compute", Tier.LEAF, spec.fabric, entry.radix, 0, None, 1, rack, unit, oob_ip,
                    cages=entry.cages or entry.radix, height=entry.rack_units or 1,
                    management="" if entry.managed is False else MANAGEMENT_PORT)  # fmt: skip
    links = (
        Link(LinkKind.NODE_LEAF, Endpoint(n.name, p), Endpoint(name, str((n.index - 1) * len(ports) + i + 1)))
        for n in nodes
        for i, p in enumerate(ports)
    )
    return Fabric("compute", (switch,), tuple(links), entry.fabric, link_rate(system, entry))


def _switch_place(spec: ClusterSpec, system: System, height: int) -> tuple[str, int]:
    """In the group's first rack, above the units of nodes; beside systems that stand in no rack, in one of its own."""
    first = _FIRST_NODE_UNIT + _ROOM
    if not system.rack_units or first + height - 1 > _RACK_UNITS:
        return racking.leaf_place(1, 0, height)
    return naming.rack_name(spec.naming, 1, 1), first
