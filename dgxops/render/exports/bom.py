"""The bill of materials: what to order, counted from the model. No part numbers of cables: the facts give none.

An Ethernet link of 800 Gb/s over fibre takes two fibre cables, a splitter serves several links; transceivers are a
matter of :mod:`.optics`. What is not counted is said in notes, whose quantity is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import LinkKind
from dgxops.model.node import HostRole
from dgxops.model.rack import PDU
from dgxops.render import csv_text, subnet_managers
from dgxops.render.cabling.plant import Cable, Plant
from dgxops.render.cabling.splitters import CONFIRM
from dgxops.render.exports import optics
from dgxops.render.exports.optics import Line
from dgxops.render.uncabled import uncabled

HEADER = ("category", "item", "use", "quantity", "remark")
_NO_PART = "part number not known"
_OURS = "length from the layout that dgxops assumes"
_AIRFLOW = "airflow to be chosen"
_HEARTBEAT = "optional, for BCM's failovernet; read for DGX Rubin NVL8 alone; ports and length as the heads have them"


def artifacts(plant: Plant) -> dict[str, str]:
    """site/bom.csv."""
    cluster = plant.cluster
    lines = (*_systems(cluster), *_switches(cluster), *_cables(plant.cables), *_splitters(plant.cables),
             *_heartbeat(cluster), *optics.lines(plant), *_racks(cluster), *_notes(plant),
             *_undesigned(cluster))  # fmt: skip
    return {"site/bom.csv": csv_text.dump(HEADER, lines)}


def _systems(cluster: Cluster) -> Iterator[Line]:
    alone = Counter(node.system.name for node in cluster.nodes if node.system and not node.system.rack)
    trays = Counter((node.system.name, node.rack) for node in cluster.nodes if node.system and node.system.rack)
    racks = Counter(name for name, _ in trays)
    machines = Counter(host.role.value for host in cluster.hosts if host.role is not HostRole.DGX)
    yield from (("system", name, "compute", count, "") for name, count in alone.items())
    for name, count in racks.items():
        within = sum(number for (of, _), number in trays.items() if of == name)
        remark = f"racks, with {within} compute trays, and the switch trays and power shelves below"
        yield "system", name, "compute", count, remark
    yield from (("machine", f"{role} machine", "management", count, "") for role, count in machines.items())


def _switches(cluster: Cluster) -> Iterator[Line]:
    parts = {(g.name, m.name): f"part {m.part}" if m.part else _NO_PART for g in cluster.groups for m in g.models}
    found = Counter((s.group, s.model, f"{f.name} {s.tier.value}") for f in cluster.fabrics for s in f.switches)
    for (group, model, use), count in found.items():
        yield "switch", model, use, count, f"{parts[group, model]}; {_AIRFLOW}"


def _cables(cables: Iterable[Cable]) -> Iterator[Line]:
    """By fabric, medium and length; a medium that is not known is left for the site to choose."""
    found: Counter[tuple[str, int, str, float, int]] = Counter()
    for c in (c for c in cables if not c.splitter):
        found[c.fabric.name, c.rate_gbps, c.media or "medium to be chosen", c.length_class, c.fibres] += c.fibres
    counted = {c.fabric.name: c.fabric.links_per_cable for c in cables}
    for (fabric, rate, media, metres, fibres), count in sorted(found.items()):
        remark = f"{_OURS}; its document counts {counted[fabric]} links a cable" if counted[fabric] > 1 else _OURS
        remark += f"; {fibres} fibre cables a link" if fibres > 1 else ""
        yield "cable", f"{media} {metres:g} m, {f'{rate} Gb/s' if rate else 'rate not known'}", fabric, count, remark


def _splitters(cables: Iterable[Cable]) -> Iterator[Line]:
    """One a cage, or a connector of a cage's transceiver, however few of its legs are in use."""
    made = {c.splitter.id: c for c in cables if c.splitter}
    found = Counter((c.fabric.name, c.what, c.length_class, c.rate_gbps) for c in made.values())
    for (fabric, what, metres, rate), count in sorted(found.items()):
        those = [c for c in made.values() if (c.fabric.name, c.what, c.length_class) == (fabric, what, metres)]
        form, half = (c.splitter.form for c in those[:1] if c.splitter), sum(_half_used(c) for c in those)
        remarks = [_OURS, *([CONFIRM] if those[0].kind is LinkKind.OOB_INBAND else [])]
        remarks += [f"{half} with one leg unused"] if half else []
        yield "splitter", f"{what} {metres:g} m, {next(form)}, 2 x {rate} Gb/s", fabric, count, "; ".join(remarks)


def _half_used(cable: Cable) -> bool:
    return cable.splitter is not None and cable.splitter.alone


def _heartbeat(cluster: Cluster) -> Iterator[Line]:
    heads = sum(host.role is HostRole.HEAD for host in cluster.hosts)
    if heads > 1 and cluster.fabrics:
        yield "heartbeat", "cable from head to head", "management", 1, _HEARTBEAT


def _racks(cluster: Cluster) -> Iterator[Line]:
    whole = {n.rack: "comes with its system" for n in cluster.nodes if n.system and n.system.rack}
    racks = Counter((r.kind, r.units, whole.get(r.name, "")) for r in cluster.racks if not r.is_floor)
    yield from (("rack", f"rack of {units} units", kind, count, who) for (kind, units, who), count in racks.items())
    fixtures = Counter(fixture.kind for rack in cluster.racks for fixture in rack.fixtures)
    yield from (("fixture", kind, "compute racks", count, "comes with its rack") for kind, count in fixtures.items())
    pdus = sum(rack.pdus or 0 for rack in cluster.racks)
    if pdus:
        heights = {r.pdu_units for r in cluster.racks if r.pdus}
        form = " or ".join(
            f"{height} units each" if height else "beside the units (zero-U)" for height in sorted(heights)
        )
        own = any(dict(group.marks).get("racks.pdus") == "site" for group in cluster.groups)
        marks = {mark for g in cluster.groups if (mark := dict(g.marks).get("racks.pdus")) and mark != "site"}
        who = "the site says" if own else f"the architecture's document states{_marked(marks)}"
        yield "pdu", PDU, "compute racks", pdus, f"as {who}; {form}"
    shelved = {r.name for r in cluster.racks if any("power" in f.kind.lower() for f in r.fixtures)}
    bare = sum(r.pdus is None for r in cluster.racks if not r.is_floor and r.name not in shelved)
    if bare:
        why = "how many a rack has is the site's own to choose: no document at hand says it of these racks"
        yield "note", f"{PDU}s", f"{bare} racks without", 0, why


def _marked(marks: Iterable[str]) -> str:
    """How a number is known that was not read in the document itself."""
    return f" ({', '.join(sorted(marks))})" if marks else ""


def _notes(plant: Plant) -> Iterator[Line]:
    """What a buyer would miss."""
    if plant.cables:
        yield "note", "spares", "cables, transceivers, switches", 0, "none are counted; the site adds its share"
    storage = [f.name for f in plant.cluster.fabrics if "storage" in f.serves]
    if storage:
        yield (
            "note",
            "storage systems",
            " ".join(storage),
            0,
            "their cables and transceivers are their vendor's to list",
        )


def _undesigned(cluster: Cluster) -> Iterator[Line]:
    """What is left to the site, with nothing counted."""
    yield from (
        ("not designed", "machines", g.name or "management", 0, line) for g in cluster.groups for line in g.beside
    )
    yield from (("not designed", "cables and switches", "the site's own", 0, line) for line in uncabled(cluster))
    yield from (
        ("not designed", "subnet manager", "the site's own", 0, line) for line in subnet_managers.undesigned(cluster)
    )
