"""Racks in rows: one a scalable unit with its network rack in the middle, and one of what the whole cluster shares.

A pure function of the racks' kind, unit and order, to be replaced when the model itself says where a rack stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Tier
from dgxops.model.rack import Rack


@dataclass(frozen=True, slots=True)
class Row:
    """Racks side by side, as seen from the front; ``su`` is 0 for the racks of the whole cluster."""

    su: int
    racks: tuple[Rack, ...]


def rows_of(cluster: Cluster) -> tuple[Row, ...]:
    """Every rack once: the units in order, then the shared row. A plain group has the latter alone; no row is empty."""
    if not cluster.scalable_units:
        return (Row(0, _management_last(list(cluster.racks))),) if cluster.racks else ()
    units = _units_of_racks(cluster)
    by_su: dict[int, list[Rack]] = {}
    for rack in cluster.racks:
        by_su.setdefault(rack.su or units.get(rack.name, 0), []).append(rack)
    shared = by_su.pop(0, [])
    made = [Row(su, _around_the_network(racks)) for su, racks in sorted(by_su.items())]
    return (*made, Row(0, _management_last(shared))) if shared else tuple(made)


def _units_of_racks(cluster: Cluster) -> dict[str, int]:
    """The unit of each rack that holds leaves of one."""
    leaves = (s for f in cluster.fabrics for s in f.switches if s.tier is Tier.LEAF and s.su)
    return {leaf.rack: leaf.su for leaf in leaves}


def _around_the_network(racks: list[Rack]) -> tuple[Rack, ...]:
    compute = [r for r in racks if r.kind == "compute"]
    others = [r for r in racks if r.kind != "compute"]
    half = (len(compute) + 1) // 2
    return (*compute[:half], *others, *compute[half:])


def _management_last(racks: list[Rack]) -> tuple[Rack, ...]:
    return tuple(sorted(racks, key=lambda r: r.kind == "management"))
