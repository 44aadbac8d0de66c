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
    """Racks side by side, as seen from the front; ``su`` is 0 for the racks of the whole cluster or ``group``."""

    su: int
    racks: tuple[Rack, ...]
    group: str = ""

    @property
    def title(self) -> str:
        """Which racks these are."""
        of = f" of {self.group}" if self.group else ""
        return f"Scalable unit {self.su}{of}" if self.su else f"Racks{of or ' of the whole cluster'}"


def rows_of(cluster: Cluster) -> tuple[Row, ...]:
    """Every rack once: group by group the units in order, then what they share; no row is empty."""
    units = _units_of_racks(cluster)
    found: dict[tuple[str, int], list[Rack]] = {}
    for rack in cluster.racks:
        found.setdefault((rack.group, rack.su or units.get(rack.name, 0)), []).append(rack)
    plain = {g.name for g in cluster.groups if not g.scalable_units}
    names = [*dict.fromkeys([*(g.name for g in cluster.groups), ""])]
    made = []
    for group, su in sorted(found, key=lambda key: (names.index(key[0]), not key[1], key[1])):
        racks = found[group, su]
        if not su or group in plain:
            made.append(Row(0, _management_last(racks), group))
        else:
            made.append(Row(su, _around_the_network(racks), group))
    return tuple(made)


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
