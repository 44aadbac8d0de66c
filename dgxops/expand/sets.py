"""Which set of leaves of the storage or in-band fabric a node is on, and its place there: functions of position.

Sets fill up one after another, over the ends of scalable units. At the end of a bay of the hall they begin anew: the
next unit stands in another bay, beside the first one, and a set in both would send cables across the hall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgxops.expand.floor import ROWS

if TYPE_CHECKING:
    from dgxops.catalogue.schema import AccessEntry


def set_of(entry: AccessEntry, nodes_per_su: int, position: int) -> tuple[int, int]:
    """Set and place in it, both from 0, of the node at ``position`` (from 0)."""
    bay, within = divmod(position, ROWS * nodes_per_su)
    set_, place = divmod(within, entry.nodes_per_set)
    return bay * _in_bay(entry, nodes_per_su) + set_, place


def first_of(entry: AccessEntry, nodes_per_su: int, set_: int) -> int:
    """Position, from 0, of the first node of a set."""
    bay, within = divmod(set_, _in_bay(entry, nodes_per_su))
    return bay * ROWS * nodes_per_su + within * entry.nodes_per_set


def sets_with(entry: AccessEntry, nodes_per_su: int, su: int) -> range:
    """The sets that come with a scalable unit (from 1): those whose first node is in it."""
    before, until = (begun(entry, nodes_per_su, units) for units in (su - 1, su))
    return range(before, until)


def begun(entry: AccessEntry, nodes_per_su: int, units: int) -> int:
    """How many sets so many units have."""
    bays, units = divmod(units, ROWS)
    return bays * _in_bay(entry, nodes_per_su) + -(-units * nodes_per_su // entry.nodes_per_set)


def _in_bay(entry: AccessEntry, nodes_per_su: int) -> int:
    """Sets of a bay of units."""
    return -(-ROWS * nodes_per_su // entry.nodes_per_set)
