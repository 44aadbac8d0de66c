"""Racks, and which rack unit everything stands in: functions of position, like names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from dgxops.expand import floor, naming, services
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole
from dgxops.model.rack import MACHINE_UNITS, Fixture, Rack

if TYPE_CHECKING:
    from dgxops.catalogue.schema import RacksEntry
    from dgxops.expand.pools import Pools
    from dgxops.spec.names import Naming

_USUAL_UNITS = 48  # of a rack; in a lower one less is left for spines and cores, and what stands above comes down
_SWITCH_UNITS_PER_RACK = 32  # of spines and cores; a layout of ours, no document gives one
FIRST_SWITCH_UNIT = 3
_ACCESS_UNITS = 6
_FIRST_ACCESS_UNIT = {"storage": 35, "inband": 41}  # above the compute fabric's 32 units
_FIRST_SHARED_OOB_UNIT, _SHARED_OOB_UNITS = 47, 2  # above those
_FIRST_UNIT = {HostRole.UFM: 3, HostRole.HEAD: 8, HostRole.LOGIN: 18}

_UFM_BELOW_HEADS, _FIRST_UNIT_ABOVE_LOGINS = 2, 38  # further UFM appliances stand above all logins


def node_place(names: Naming, racks: RacksEntry, su: int, index_in_su: int) -> tuple[str, int]:
    """Rack and lowest rack unit of a DGX."""
    rack, slot = divmod(index_in_su - 1, racks.nodes_per_rack)
    return naming.rack_name(names, su, rack + 1), racks.node_units[slot]


def machine_place(role: HostRole, index: int) -> tuple[str, int]:
    """Rack and lowest rack unit of a management machine."""
    role, index = services.place_of(role, index)
    if role is HostRole.UFM and index > _UFM_BELOW_HEADS:
        return naming.MANAGEMENT_RACK, _FIRST_UNIT_ABOVE_LOGINS + MACHINE_UNITS * (index - 1 - _UFM_BELOW_HEADS)
    return naming.MANAGEMENT_RACK, _FIRST_UNIT[role] + MACHINE_UNITS * (index - 1)


def leaf_place(su: int, place: int, height: int, first: int = FIRST_SWITCH_UNIT) -> tuple[str, int]:
    """Network rack of a unit, and lowest rack unit of the ``place``-th leaf (from 0) of those from ``first`` on."""
    return naming.NETWORK_RACK.format(index=su), first + place * height


def access_place(fabric: str, tier: Tier, index: int, height: int, rack_units: int) -> tuple[str, int]:
    """Rack and lowest rack unit of the ``index``-th spine or core (from 0) of the storage or in-band fabric.

    They stand above those of the compute fabric, in racks of so many units.
    """
    rack, slot = access_rack(index, height)
    template = naming.SPINE_RACK if tier is Tier.SPINE else naming.CORE_RACK
    return template.format(index=rack + 1), _FIRST_ACCESS_UNIT[fabric] - _lower(rack_units) + slot * height


def switch_place(tier: Tier, index: int, height: int, rack_units: int) -> tuple[str, int]:
    """Rack and lowest rack unit of the ``index``-th spine or core (from 0), all ``height`` of ``rack_units`` high."""
    rack, slot = switch_rack(index, height, rack_units)
    template = {
        Tier.SPINE: naming.SPINE_RACK,
        Tier.CORE: naming.CORE_RACK,
    }[tier]
    return template.format(index=rack + 1), FIRST_SWITCH_UNIT + slot * height


def access_rack(index: int, height: int) -> tuple[int, int]:
    """Spine or core rack, and place in it, of the ``index``-th spine or core of such a fabric; all from 0."""
    return divmod(index, _ACCESS_UNITS // height)


def switch_rack(index: int, height: int, rack_units: int) -> tuple[int, int]:
    """The same of the ``index``-th spine or core of the compute fabric."""
    return divmod(index, (_SWITCH_UNITS_PER_RACK - _lower(rack_units)) // height)


def _lower(rack_units: int) -> int:
    """By how many units a rack is lower than the usual one."""
    return max(0, _USUAL_UNITS - rack_units)


def shared_oob_place(index: int, rack_units: int) -> tuple[str, int]:
    """Rack and rack unit of the ``index``-th out-of-band switch (from 0) of those that no unit brings.

    They stand in the spine racks, above the spines of all fabrics.
    """
    rack, slot = divmod(index, _SHARED_OOB_UNITS)
    return naming.SPINE_RACK.format(index=rack + 1), _FIRST_SHARED_OOB_UNIT - _lower(rack_units) + slot


def shared_oob_of(rack: int) -> range:
    """Those of them that stand in a spine rack, all from 0."""
    return range(rack * _SHARED_OOB_UNITS, (rack + 1) * _SHARED_OOB_UNITS)


def racks_of(
    compute: Iterable[tuple[str, int, int]],
    others: Iterable[str],
    racks: RacksEntry,
    nodes_per_su: int,
    oob: Pools,
    ports: int = 1,
) -> tuple[Rack, ...]:
    """All racks in use: compute ones as (name, unit, index in it of a node), then network and management ones by name.

    ``nodes_per_su`` is 0 for a plain group, which is never full.
    Where they stand is a matter of :mod:`dgxops.expand.floor`; ``oob`` has the addresses of what is managed in them,
    ``ports`` how many out-of-band ports a node has.
    """
    per_unit, units = -(-nodes_per_su // racks.nodes_per_rack), racks.rack_units
    yes: dict[str, Rack] = {}
    for name, su, index in compute:
        if name not in yes:
            row, place = floor.compute_place(su, (index - 1) // racks.nodes_per_rack + 1, per_unit)
            fixtures, number = tuple(_fixtures(name, racks)), (index - 1) // racks.nodes_per_rack
            ips = _device_ips(oob, racks, (max(su, 1) - 1) * per_unit + number)
            further = _further_ips(oob, racks, ports, (max(su, 1) - 1) * per_unit + number)
            height = racks.pdu_units or 0
            pdus = tuple(racks.pdu_positions)
            yes[name] = Rack(
                name, su, units, "compute", fixtures, row, place, racks.pdus, "", ips, further, height, pdus
            )
    for name, (row, place) in _other_places(sorted(set(others) - set(yes)), per_unit):
        kind = "management" if name == naming.MANAGEMENT_RACK else "network"
        yes[name] = Rack(name, 0, units, kind, row=row, place=place)
    return tuple(yes.values())


def devices_per_rack(racks: RacksEntry) -> int:
    """How much is managed in a compute rack beside hosts and switches: PDUs, then fixtures."""
    return (racks.pdus or 0) + sum(len(f.units) for f in racks.fixtures if f.ports)


def _device_ips(oob: Pools, racks: RacksEntry, number: int) -> tuple[IPv4Address, ...]:
    """Their addresses in the ``number``-th compute rack of the cluster or group, from 0."""
    each, pool = devices_per_rack(racks), oob.devices()
    return tuple(pool.at(number * each + slot + 1) for slot in range(each))


def further_per_rack(racks: RacksEntry, ports: int) -> int:
    """Out-of-band ports of a compute rack that are no first one of their device, with ``ports`` of each node."""
    fixtures = sum(len(f.units) * max(0, len(f.ports) - 1) for f in racks.fixtures)
    return racks.nodes_per_rack * further_ports(ports) + fixtures


def further_ports(ports: int) -> int:
    """Out-of-band ports of a node besides that of its BMC, of as many as it has."""
    return max(0, ports - 1)


def further_number(racks: RacksEntry, ports: int, rack: int, slot: int) -> int:
    """Number of the ``slot``-th of them (from 0) in the ``rack``-th compute rack of the cluster or group (from 0)."""
    return rack * further_per_rack(racks, ports) + slot + 1


def _further_ips(oob: Pools, racks: RacksEntry, ports: int, rack: int) -> tuple[IPv4Address, ...]:
    """Of the fixtures of a rack; those of its nodes come first."""
    slots = range(racks.nodes_per_rack * further_ports(ports), further_per_rack(racks, ports))
    pool = oob.further()
    return tuple(pool.at(further_number(racks, ports, rack, slot)) for slot in slots)


def _other_places(names: Sequence[str], per_unit: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Racks without nodes, of which there are not more than these names, with their places."""
    numbers = range(1, len(names) + 1)
    places = {naming.NETWORK_RACK.format(index=su): floor.network_place(su, per_unit) for su in numbers}
    places |= floor.shared_places(len(names))
    return ((name, places[name]) for name in names)


def _fixtures(rack: str, racks: RacksEntry) -> Iterator[Fixture]:
    for entry in racks.fixtures:
        for number, unit in enumerate(entry.units):
            name, ports = entry.name.format(rack=rack, index=number + 1), tuple(entry.ports)
            yield Fixture(name, entry.kind, unit, entry.height, ports)
