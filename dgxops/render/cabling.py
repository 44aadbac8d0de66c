"""The cable schedule: one row a cable, with both ends and where they stand."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render import csv_text

HEADER = ("id", "fabric", "kind", "a_name", "a_port", "a_rack", "a_u", "z_name", "z_port", "z_rack", "z_u")


def artifacts(cluster: Cluster) -> dict[str, str]:
    """cabling/cables.csv: every cable of every fabric, nodes first, then upwards through the tiers."""
    places = {h.name: (h.rack, h.rack_unit) for h in cluster.hosts}
    rows: list[tuple[object, ...]] = []
    for fabric in cluster.fabrics:
        places |= {s.name: (s.rack, s.rack_unit) for s in fabric.switches}
        rows += [
            (link.id, fabric.name, link.kind.value, link.a.device, link.a.port, *places[link.a.device],
             link.z.device, link.z.port, *places[link.z.device])
            for link in fabric.links
        ]  # fmt: skip
    return {"cabling/cables.csv": csv_text.dump(HEADER, rows)}
