"""The out-of-band fabric: a port for every BMC and BlueField card, every management port of a switch, every known PDU.

Where each is plugged in is planned in :mod:`dgxops.expand.oob_plan`, and what leads up in
:mod:`dgxops.expand.oob_uplinks`. All of that is inferred: documents give numbers of switches at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dgxops.expand import access, naming, racking
from dgxops.expand.oob_plan import OutOfBand, Port
from dgxops.expand.oob_uplinks import Key, name_of, uplinks
from dgxops.model.controller import BMC
from dgxops.model.fabric import OUT_OF_BAND, Endpoint, Fabric, Link, LinkKind, Switch, Tier
from dgxops.model.node import Host, HostRole, PortRole, System
from dgxops.model.rack import DEVICE_PORT, pdu_names

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry, OobEntry, SwitchEntry
    from dgxops.expand.pools import Pools
    from dgxops.spec.schema import ClusterSpec

Place = tuple[int, int]
"""(scalable unit, compute rack of it from 0)"""


def out_of_band(
    spec: ClusterSpec, arch: ArchitectureEntry, entry: OobEntry, known: Mapping[str, SwitchEntry], system: System
) -> OutOfBand:
    """The plan at the size of a spec; ``known`` are all switch models."""
    ports = len(system.ports_of(PortRole.OOB))
    return OutOfBand(entry, arch, known, spec.naming, spec.units, spec.grow_to or 0, ports)


def oob_fabric(
    oob: OutOfBand,
    hosts: Sequence[Host],
    fabrics: Sequence[Fabric],
    pools: Pools,
    inband: Sequence[Host],
    freed: Sequence[int] = (),
) -> Fabric:
    """Its switches and links: hosts, then other devices, then uplinks.

    ``pools`` are the out-of-band network's; ``inband`` are the hosts on the in-band fabric, ``freed`` the positions
    whose ports UFM may take.
    """
    ends = [*_hosts(oob, hosts, freed), *_devices(oob, hosts, fabrics)]
    standing = _standing(oob, hosts, [port for _, _, port in ends])
    links = (
        *(Link(kind, end, Endpoint(name_of(oob, port), str(port.number))) for kind, end, port in ends),
        *uplinks(oob, inband, standing),
    )
    return Fabric(
        name=OUT_OF_BAND,
        switches=tuple(_switch(oob, key, pools) for key in standing),
        links=links,
        protocol=oob.switch.fabric,
        rate_gbps=oob.switch.rate_gbps,
        pieces=len(standing),
        uplink_gbps=oob.switch.uplink_gbps,
    )


def first_racks(oob: OutOfBand) -> list[tuple[str, int, int]]:
    """Compute racks that stand for their switches even without a node: (name, unit, index of the first node in it)."""
    units = range(1, oob.units + 1) if oob.entry.rack_units else ()
    return [(naming.rack_name(oob.naming, su, 1), su, 1) for su in units]


Ends = Iterator[tuple[LinkKind, Endpoint, Port]]


def _hosts(oob: OutOfBand, hosts: Sequence[Host], freed: Sequence[int]) -> Ends:
    for host in hosts:
        if host.system:
            rack, slot = divmod(host.index_in_su - 1, oob.arch.racks.nodes_per_rack)
            for number, own in enumerate(host.system.ports_of(PortRole.OOB), slot * oob.node_ports):
                port = oob.rack_port(max(1, host.su), rack, number)
                yield LinkKind.NODE_LEAF, Endpoint(host.name, own.name), port
        elif freed and host.role is HostRole.UFM and host.index > oob.arch.ufm.appliances:
            number = host.index - oob.arch.ufm.appliances - 1
            yield LinkKind.NODE_LEAF, Endpoint(host.name, BMC), oob.freed_port(freed[0], number)
        else:
            yield LinkKind.NODE_LEAF, Endpoint(host.name, BMC), oob.machine_port(host.role, host.index)


def _places(oob: OutOfBand, hosts: Sequence[Host]) -> list[Place]:
    """Compute racks that stand, in order."""
    each = oob.arch.racks.nodes_per_rack
    held = {(max(1, h.su), (h.index_in_su - 1) // each) for h in hosts if h.system}
    return sorted(held | {(su, 0) for _, su, _ in first_racks(oob)})


def _devices(oob: OutOfBand, hosts: Sequence[Host], fabrics: Sequence[Fabric]) -> Ends:
    for fabric in fabrics:
        for switch in fabric.switches:
            if switch.management:
                yield LinkKind.DEVICE_LEAF, Endpoint(switch.name, switch.management), oob.ports[switch.name]
    for su, rack in _places(oob, hosts):
        for slot, end in enumerate(_in_rack(oob, su, rack), oob.arch.racks.nodes_per_rack * oob.node_ports):
            yield LinkKind.DEVICE_LEAF, end, oob.rack_port(su, rack, slot)


def _in_rack(oob: OutOfBand, su: int, rack: int) -> Iterator[Endpoint]:
    """Ports of what a compute rack holds beside nodes: PDUs, then fixtures."""
    name, racks = naming.rack_name(oob.naming, su, rack + 1), oob.arch.racks
    yield from (Endpoint(pdu, DEVICE_PORT) for pdu in pdu_names(name, racks.pdus))
    for fixture in racks.fixtures:
        for index in range(len(fixture.units)):
            own = fixture.name.format(rack=name, index=index + 1)
            yield from (Endpoint(own, port) for port in fixture.ports)


def _standing(oob: OutOfBand, hosts: Sequence[Host], ports: Sequence[Port]) -> list[Key]:
    """The switches that are there: those of every unit or of every compute rack, and shared ones that are needed."""
    if oob.entry.rack_units:
        numbers = [oob.rack_port(su, rack, 0).index for su, rack in _places(oob, hosts)]
        own = [number + which for number in numbers for which in range(oob.entry.switches)]
    else:
        own = [*range(1, oob.units * oob.per_unit + 1)]
    shared = {port.index for port in ports if port.shared}
    return [*(Key(False, index) for index in own), *(Key(True, index) for index in sorted(shared))]


def _switch(oob: OutOfBand, key: Key, pools: Pools) -> Switch:
    su, slot = (0, 0) if key.shared else divmod(key.index - 1, oob.per_unit)
    rack, unit = _place(oob, key, su + 1, slot)
    return Switch(
        name=name_of(oob, key),
        fabric=OUT_OF_BAND,
        tier=Tier.LEAF,
        model=oob.entry.switch,
        radix=oob.switch.radix,
        su=0 if key.shared else su + 1,
        rail=None,
        number=key.index,
        rack=rack,
        rack_unit=unit,
        oob_ip=pools.oob_switches(key.shared).at(key.index),
        cages=oob.switch.cages or oob.switch.radix,
        height=oob.height,
        uplinks=oob.switch.uplinks,
    )


def _place(oob: OutOfBand, key: Key, su: int, slot: int) -> tuple[str, int]:
    """Rack and rack unit; ``slot`` counts the switches of a unit from 0."""
    if key.shared:
        return racking.shared_oob_place(key.index - 1, oob.arch.racks.rack_units)
    if oob.entry.rack_units:
        rack, which = divmod(slot, oob.entry.switches)
        return naming.rack_name(oob.naming, su, rack + 1), oob.entry.rack_units[which]
    return racking.leaf_place(su, slot, oob.height, _above_leaves(oob))


def _above_leaves(oob: OutOfBand) -> int:
    """The rack unit above all other leaves that a network rack may hold."""
    arch, unit = oob.arch, racking.FIRST_SWITCH_UNIT
    if arch.compute:
        unit += arch.leaves_per_su * (oob.known[arch.compute.switch].rack_units or 1)
    for entry in arch.fabrics.values():
        unit += access.most_leaves(entry, arch.nodes_per_su) * (oob.known[entry.switch].rack_units or 1)
    return unit
