"""What the DGX systems of a cluster draw at most. Machines and switches are not in it."""

from __future__ import annotations

from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host


@dataclass(frozen=True, slots=True)
class Power:
    """``kw`` of all systems of which the power is known, and the ids of those of which it is not."""

    kw: float
    unknown: tuple[str, ...]

    @property
    def whole(self) -> float | None:
        """kW of every system; None where it is not known of all."""
        return None if self.unknown else self.kw


def power_of(cluster: Cluster) -> Power:
    """Systems that are sold by the rack count by the rack, as often as one holds any of them, the others one by one."""
    nodes = [n for n in cluster.nodes if n.system]
    known = sum(n.system.power_kw or 0 for n in nodes if n.system)
    racks = {(n.rack, n.system.rack.power_kw) for n in nodes if _by_the_rack(n) and n.system and n.system.rack}
    unknown = {n.system.id for n in nodes if n.system and n.system.power_kw is None and not _by_the_rack(n)}
    return Power(round(known + sum(kw or 0 for _, kw in racks), 1), tuple(sorted(unknown)))


def _by_the_rack(node: Host) -> bool:
    """Whether the power of the rack is known, and of the system itself not."""
    system = node.system
    return bool(system and system.power_kw is None and system.rack and system.rack.power_kw)
