"""The bill of materials: what to order, counted from the model. No part numbers: the facts give none for cables.

An Ethernet link of 800 Gb/s over fibre takes two fibre cables; transceivers are a matter of :mod:`.optics`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.node import HostRole
from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, Plant
from dgxops.render.exports import optics
from dgxops.render.exports.optics import Line
from dgxops.render.uncabled import uncabled

HEADER = ("category", "item", "use", "quantity", "remark")
_OURS = "length from the layout that dgxops assumes"


def artifacts(plant: Plant) -> dict[str, str]:
    """site/bom.csv."""
    lines = (*_systems(plant.cluster), *_switches(plant.cluster), *_cables(plant.cables), *optics.lines(plant),
             *_racks(plant.cluster), *_undesigned(plant.cluster))  # fmt: skip
    return {"site/bom.csv": csv_text.dump(HEADER, lines)}


def _systems(cluster: Cluster) -> Iterator[Line]:
    systems = Counter(node.system.name for node in cluster.nodes if node.system)
    machines = Counter(host.role.value for host in cluster.hosts if host.role is not HostRole.DGX)
    yield from (("system", name, "compute", count, "") for name, count in systems.items())
    yield from (("machine", f"{role} machine", "management", count, "") for role, count in machines.items())


def _switches(cluster: Cluster) -> Iterator[Line]:
    found = Counter((s.model, f"{f.name} {s.tier.value}") for f in cluster.fabrics for s in f.switches)
    return (("switch", model, use, count, "") for (model, use), count in found.items())


def _cables(cables: Iterable[Cable]) -> Iterator[Line]:
    """By fabric, medium and length; a medium that is not known is left for the site to choose."""
    found: Counter[tuple[str, int, str, float, int]] = Counter()
    for c in cables:
        found[c.fabric.name, c.rate_gbps, c.media or "medium to be chosen", c.length_class, c.fibres] += c.fibres
    counted = {c.fabric.name: c.fabric.links_per_cable for c in cables}
    for (fabric, rate, media, metres, fibres), count in sorted(found.items()):
        remark = f"{_OURS}; its document counts {counted[fabric]} links a cable" if counted[fabric] > 1 else _OURS
        remark += f"; {fibres} fibre cables a link" if fibres > 1 else ""
        yield "cable", f"{media} {metres:g} m, {rate} Gb/s", fabric, count, remark


def _racks(cluster: Cluster) -> Iterator[Line]:
    racks = Counter((rack.kind, rack.units) for rack in cluster.racks if not rack.is_floor)
    yield from (("rack", f"rack of {units} units", kind, count, "") for (kind, units), count in racks.items())
    fixtures = Counter(fixture.kind for rack in cluster.racks for fixture in rack.fixtures)
    yield from (("fixture", kind, "compute racks", count, "") for kind, count in fixtures.items())
    pdus = sum(rack.pdus or 0 for rack in cluster.racks)
    if pdus:
        yield "pdu", "power distribution unit", "compute racks", pdus, "as the architecture's document states"


def _undesigned(cluster: Cluster) -> Iterator[Line]:
    """What is left to the site, with nothing counted."""
    yield from (
        ("not designed", "machines", g.name or "management", 0, line) for g in cluster.groups for line in g.beside
    )
    yield from (("not designed", "cables and switches", "the site's own", 0, line) for line in uncabled(cluster))
