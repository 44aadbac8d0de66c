"""The bill of materials: what to order, counted from the model. No part numbers: the facts give none for cables.

Transceivers are counted where a document says which: BasePOD's list (RA-11127-001) has twin-port OSFP ones for 400 Gb/s
InfiniBand, flat-top in the twin cages of a DGX and finned in those of a switch, one for two fibres.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.node import HostRole
from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, End, Plant

HEADER = ("category", "item", "use", "quantity", "remark")
Line = tuple[str, str, str, int, str]

_TWIN_CAGE = re.compile(r"OSFP\d+P[12]")
_OPTICS = {"MMF": "2xSR4", "SMF": "2xDR4"}
"""Medium -> the twin-port transceiver that drives it; both links of a cage have one medium."""
_TWIN_RATE, _TWIN_LINKS = 400, 2
_OURS = "length from the layout that dgxops assumes"


def artifacts(plant: Plant) -> dict[str, str]:
    """site/bom.csv."""
    lines = (*_systems(plant.cluster), *_switches(plant.cluster), *_cables(plant.cables), *_transceivers(plant.cables),
             *_racks(plant.cluster))  # fmt: skip
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
    found = Counter((c.fabric.name, c.rate_gbps, c.media or "medium to be chosen", c.length_class) for c in cables)
    counted = {c.fabric.name: c.fabric.links_per_cable for c in cables}
    for (fabric, rate, media, metres), count in sorted(found.items()):
        remark = f"{_OURS}; its document counts {counted[fabric]} links a cable" if counted[fabric] > 1 else _OURS
        yield "cable", f"{media} {metres:g} m, {rate} Gb/s", fabric, count, remark


def _transceivers(cables: Iterable[Cable]) -> Iterator[Line]:
    """Twin-port ones: a cage needs one however few of its ports are in use."""
    cages: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for cable in cables:
        if cable.media in _OPTICS and cable.rate_gbps == _TWIN_RATE and cable.fabric.protocol == "infiniband":
            for end in (cable.a, cable.z):
                kind = _twin(end)
                if kind:
                    item = f"{kind}, {_OPTICS[cable.media]}"
                    cages.setdefault((item, cable.fabric.name), set()).add((end.name, end.cage))
    for (kind, fabric), those in cages.items():
        yield "transceiver", f"OSFP twin-port 2 x 400 Gb/s, {kind}", fabric, len(those), "one a cage"


def _twin(end: End) -> str:
    """ "flat-top" or "finned"; nothing where no document says what goes there."""
    if end.device.face:
        return "finned" if end.device.face.per_cage == _TWIN_LINKS else ""
    return "flat-top" if _TWIN_CAGE.fullmatch(end.at.port) else ""


def _racks(cluster: Cluster) -> Iterator[Line]:
    racks = Counter((rack.kind, rack.units) for rack in cluster.racks if not rack.is_floor)
    yield from (("rack", f"rack of {units} units", kind, count, "") for (kind, units), count in racks.items())
    fixtures = Counter(fixture.kind for rack in cluster.racks for fixture in rack.fixtures)
    yield from (("fixture", kind, "compute racks", count, "") for kind, count in fixtures.items())
    pdus = sum(rack.pdus or 0 for rack in cluster.racks)
    if pdus:
        yield "pdu", "power distribution unit", "compute racks", pdus, "as the architecture's document states"
