"""What the DGX systems of a cluster draw at most; with machines and switches only where a document counts by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dgxops.model.cluster import Cluster, Group
from dgxops.model.node import Host

SYSTEMS = "DGX systems"
UNITS = "scalable units, as NVIDIA's document rates them"


@dataclass(frozen=True, slots=True)
class Power:
    """``kw`` of all systems of which the power is known, and the ids of those of which it is not.

    ``of`` says what is counted: systems, or with them all else that a document counts in a scalable unit.
    """

    kw: float
    unknown: tuple[str, ...]
    of: str = SYSTEMS

    @property
    def whole(self) -> float | None:
        """kW of every system; None where it is not known of all."""
        return None if self.unknown else self.kw


def power_of(cluster: Cluster) -> Power:
    """Systems that are sold by the rack count by the rack, as often as one holds any of them, the others one by one.

    Where the architecture's document rates a scalable unit, a rack has its share of that.
    """
    groups = {group.name: group for group in cluster.groups}
    nodes = [n for n in cluster.nodes if n.system]
    known = sum(n.system.power_kw or 0 for n in nodes if n.system)
    racks = {n.rack: n for n in nodes if _by_the_rack(n, groups)}
    rated = any(groups[n.group].unit_kw for n in racks.values())
    unknown = {n.system.id for n in nodes if n.system and n.system.power_kw is None and not _by_the_rack(n, groups)}
    kw = round(known + sum(_rack_kw(n, groups[n.group]) for n in racks.values()), 1)
    return Power(kw, tuple(sorted(unknown)), (f"{SYSTEMS} and {UNITS}" if known else UNITS) if rated else SYSTEMS)


def _by_the_rack(node: Host, groups: Mapping[str, Group]) -> bool:
    """Whether the power of the rack is known, and of the system itself not."""
    system = node.system
    return bool(system and system.power_kw is None and system.rack and _rack_kw(node, groups[node.group]))


def _rack_kw(node: Host, group: Group) -> float:
    """Of the rack that a node fills with others of its kind; 0 where it is not known."""
    rack = node.system.rack if node.system else None
    if rack and group.unit_kw:
        return group.unit_kw * rack.trays / group.nodes_per_su
    return (rack.power_kw or 0) if rack else 0
