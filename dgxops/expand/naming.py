"""Names as functions of position: what stands keeps its name when the cluster grows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole

if TYPE_CHECKING:
    from dgxops.spec.names import Naming

NETWORK_RACK = "leaf-rack-{index:02d}"
SPINE_RACK = "spine-rack-{index:02d}"
CORE_RACK = "core-rack-{index:02d}"
MANAGEMENT_RACK = "mgmt-01"
_FIXED_RACK = re.compile(r"(leaf|spine|core)-rack-\d+|mgmt-01")


def is_fixed_rack(name: str) -> bool:
    """Whether a rack is one of switches or management machines, whose names no template makes."""
    return bool(_FIXED_RACK.fullmatch(name))


def node_name(naming: Naming, nodes_per_su: int, nodes_per_rack: int, position: int) -> str:
    """Name of the DGX at ``position`` (from 1)."""
    su, index_in_su = place_of(position, nodes_per_su)
    rack_index, index_in_rack = place_of(index_in_su, nodes_per_rack)
    return naming.node.format(
        index=position,
        su=su,
        index_in_su=index_in_su,
        rack=rack_name(naming, su, rack_index),
        rack_index=rack_index,
        index_in_rack=index_in_rack,
    )


def place_of(position: int, each: int) -> tuple[int, int]:
    """Position -> (scalable unit, index in it), or position in a unit -> (rack, index in it); all from 1."""
    whole, index = divmod(position - 1, each)
    return whole + 1, index + 1


def rack_name(naming: Naming, su: int, index: int) -> str:
    """Name of the ``index``-th compute rack (from 1) of a unit."""
    return naming.rack.format(su=su, index=index)


def host_name(naming: Naming, role: HostRole, index: int) -> str:
    """Name of a management machine."""
    template: str = getattr(naming, role.value)
    return template.format(index=index)


def leaf_name(naming: Naming, su: int, place: int) -> str:
    """Name of the ``place``-th leaf (from 0) of a unit; with one leaf a rail that is the rail."""
    return naming.leaf.format(su=su, number=place + 1)


def access_name(naming: Naming, fabric: str, tier: Tier, index: int) -> str:
    """Name of a switch of the storage or in-band fabric by its number in its tier (from 1)."""
    return naming.switch.format(fabric=fabric, tier=tier.value, index=index)


def oob_name(naming: Naming, index: int, shared: bool) -> str:
    """Name of an out-of-band switch: the ``index``-th (from 1) of the units in order, or of those that all share."""
    return access_name(naming, "oob-shared" if shared else "oob", Tier.LEAF, index)


def switch_name(naming: Naming, tier: Tier, index: int) -> str:
    """Name of a spine or core switch by its number in the whole fabric (from 1)."""
    template: str = getattr(naming, tier.value)
    return template.format(index=index)
