"""Racks, and which rack unit everything stands in: functions of position, like names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dgxops.expand import naming
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole
from dgxops.model.rack import Rack

if TYPE_CHECKING:
    from dgxops.catalogue.schema import RacksEntry
    from dgxops.spec.schema import Naming

_LEAVES_PER_RACK = 32  # four units of eight rails; a layout of ours, no document gives one
_SPINES_PER_RACK = 32
_FIRST_SWITCH_UNIT = 3
_FIRST_UNIT = {HostRole.UFM: 3, HostRole.HEAD: 8, HostRole.LOGIN: 18}  # two units apart


def node_place(names: Naming, racks: RacksEntry, su: int, index_in_su: int) -> tuple[str, int]:
    """Rack and lowest rack unit of a DGX."""
    rack, slot = divmod(index_in_su - 1, racks.nodes_per_rack)
    return naming.rack_name(names, su, rack + 1), racks.node_units[slot]


def machine_place(role: HostRole, index: int) -> tuple[str, int]:
    """Rack and lowest rack unit of a management machine."""
    return naming.MANAGEMENT_RACK, _FIRST_UNIT[role] + 2 * (index - 1)


def switch_place(tier: Tier, index: int) -> tuple[str, int]:
    """Rack and rack unit of the ``index``-th switch (from 0) of a tier; spines and cores stand apart from leaves."""
    per_rack = _LEAVES_PER_RACK if tier is Tier.LEAF else _SPINES_PER_RACK
    rack, slot = divmod(index, per_rack)
    template = {
        Tier.LEAF: naming.NETWORK_RACK,
        Tier.SPINE: naming.SPINE_RACK,
        Tier.CORE: naming.CORE_RACK,
    }[tier]
    return template.format(index=rack + 1), _FIRST_SWITCH_UNIT + slot


def racks_of(compute: Iterable[tuple[str, int]], others: Iterable[str], units: int) -> tuple[Rack, ...]:
    """All racks in use: compute ones as (name, unit), then network and management ones by name."""
    yes = {name: Rack(name, su, units, "compute") for name, su in compute}
    for name in sorted(others):
        kind = "management" if name == naming.MANAGEMENT_RACK else "network"
        yes.setdefault(name, Rack(name, 0, units, kind))
    return tuple(yes.values())
