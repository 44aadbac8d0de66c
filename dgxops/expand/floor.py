"""Where racks stand: functions of position, so that growth moves none. A layout of ours; no document gives one.

Row 0 holds what the whole cluster shares: the management rack first, then spine and core racks in turn. Each scalable
unit is a row of its own behind it, its network rack in the middle. Sixteen units fill a bay of the hall, and the next
sixteen stand beside them: the same rows again, with places ``BAY`` further on.
"""

from __future__ import annotations

from dgxops.expand import naming

ROWS = 16  # of units in a bay
BAY = 22
"""Places from one bay to the next: the widest unit of the catalogue (18 compute racks, a network rack) and a way."""

Place = tuple[int, int]
"""Row (0 the shared one) and place in it (from 1)."""


def compute_place(su: int, number: int, per_unit: int) -> Place:
    """Of the ``number``-th compute rack (from 1) of a unit that has ``per_unit`` of them when full."""
    row, first = _row(su)
    return row, first + number + (number > _half(per_unit))


def network_place(su: int, per_unit: int) -> Place:
    """Of the network rack of a unit: behind the first half of its compute racks."""
    row, first = _row(su)
    return row, first + _half(per_unit) + 1


def shared_places(most: int) -> dict[str, Place]:
    """Of the management rack and the first ``most`` spine and core racks, by name."""
    places = {naming.MANAGEMENT_RACK: (0, 1)}
    for index in range(1, most + 1):
        places[naming.SPINE_RACK.format(index=index)] = 0, 2 * index
        places[naming.CORE_RACK.format(index=index)] = 0, 2 * index + 1
    return places


def group_row(number: int, row: int) -> int:
    """Where the ``row`` of the group at ``number`` (from 0) of several is: each has a bay's rows, behind row 0."""
    return 1 + number * (ROWS + 1) + row


def _half(per_unit: int) -> int:
    return -(-per_unit // 2)


def _row(su: int) -> Place:
    """Row of a unit, and the place before its first; a plain group stands where unit 1 would."""
    bay, row = divmod(max(su, 1) - 1, ROWS)
    return row + 1, bay * BAY
