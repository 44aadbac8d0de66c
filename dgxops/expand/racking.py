"""Racks, and which rack unit everything stands in: functions of position, like names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dgxops.expand import naming
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole
from dgxops.model.rack import Fixture, Rack

if TYPE_CHECKING:
    from dgxops.catalogue.schema import RacksEntry
    from dgxops.spec.names import Naming

_SWITCH_UNITS_PER_RACK = 32  # of spines and cores; a layout of ours, no document gives one
FIRST_SWITCH_UNIT = 3
_ACCESS_UNITS = 6
_FIRST_ACCESS_UNIT = {"storage": 35, "inband": 41}  # above the compute fabric's 32 units
_FIRST_UNIT = {HostRole.UFM: 3, HostRole.HEAD: 8, HostRole.LOGIN: 18}  # two units apart


def node_place(names: Naming, racks: RacksEntry, su: int, index_in_su: int) -> tuple[str, int]:
    """Rack and lowest rack unit of a DGX."""
    rack, slot = divmod(index_in_su - 1, racks.nodes_per_rack)
    return naming.rack_name(names, su, rack + 1), racks.node_units[slot]


def machine_place(role: HostRole, index: int) -> tuple[str, int]:
    """Rack and lowest rack unit of a management machine."""
    return naming.MANAGEMENT_RACK, _FIRST_UNIT[role] + 2 * (index - 1)


def leaf_place(su: int, place: int, height: int, first: int = FIRST_SWITCH_UNIT) -> tuple[str, int]:
    """Network rack of a unit, and lowest rack unit of the ``place``-th leaf (from 0) of those from ``first`` on."""
    return naming.NETWORK_RACK.format(index=su), first + place * height


def access_place(fabric: str, tier: Tier, index: int, height: int) -> tuple[str, int]:
    """Rack and lowest rack unit of the ``index``-th spine or core (from 0) of the storage or in-band fabric.

    They stand above those of the compute fabric.
    """
    rack, slot = divmod(index, _ACCESS_UNITS // height)
    template = naming.SPINE_RACK if tier is Tier.SPINE else naming.CORE_RACK
    return template.format(index=rack + 1), _FIRST_ACCESS_UNIT[fabric] + slot * height


def switch_place(tier: Tier, index: int, height: int) -> tuple[str, int]:
    """Rack and lowest rack unit of the ``index``-th spine or core (from 0), all ``height`` units high."""
    rack, slot = divmod(index, _SWITCH_UNITS_PER_RACK // height)
    template = {
        Tier.SPINE: naming.SPINE_RACK,
        Tier.CORE: naming.CORE_RACK,
    }[tier]
    return template.format(index=rack + 1), FIRST_SWITCH_UNIT + slot * height


def racks_of(compute: Iterable[tuple[str, int]], others: Iterable[str], racks: RacksEntry) -> tuple[Rack, ...]:
    """All racks in use: compute ones as (name, unit), then network and management ones by name."""
    units = racks.rack_units
    yes = {name: Rack(name, su, units, "compute", tuple(_fixtures(name, racks))) for name, su in dict(compute).items()}
    for name in sorted(others):
        kind = "management" if name == naming.MANAGEMENT_RACK else "network"
        yes.setdefault(name, Rack(name, 0, units, kind))
    return tuple(yes.values())


def _fixtures(rack: str, racks: RacksEntry) -> Iterator[Fixture]:
    for entry in racks.fixtures:
        for number, unit in enumerate(entry.units):
            yield Fixture(entry.name.format(rack=rack, index=number + 1), entry.kind, unit, entry.height)
