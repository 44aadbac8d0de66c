"""The words and numbers around the racks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set

from dgxops.model.cluster import Cluster
from dgxops.model.marks import UNKNOWN, above, mark_of
from dgxops.model.rack import MACHINE_UNITS
from dgxops.model.system import System
from dgxops.render.drawings.contents import Item, fabric_words
from dgxops.render.drawings.rows import Row
from dgxops.render.hostlist import fold
from dgxops.render.power import SYSTEMS, power_of
from dgxops.render.uncabled import uncabled

POWER_OF_SYSTEMS = "Power is the systems' maximum; switches and management machines are not counted."
POWER_OF_UNITS = "The document rates a scalable unit and does not say what it counts; a rack's power is its systems'."
_MARK_WORDS = {
    "racks.nodes_per_rack": "how many systems a rack holds",
    "racks.rack_units": "the height of the racks",
    "racks.node_units": "the units of the systems",
    "racks.fixtures": "the units of switch trays and power shelves",
    "racks.pdu_positions": "the units of PDUs",
}


def headline(cluster: Cluster) -> str:
    """Counts of the whole cluster and the power of its fullest compute rack, on one line."""
    systems = _systems(cluster)
    words = [f"{count:,} × {name}" for name, count in systems.items()]
    racks = sum(not rack.is_floor for rack in cluster.racks)
    words.append(f"{cluster.gpus:,} GPUs")
    words += [counted(racks, "rack")] if racks else []
    floors = {rack.name for rack in cluster.racks if rack.is_floor}
    standing = sum(n.rack in floors for n in cluster.nodes)
    words += [f"{counted(standing, 'system')} on the floor"] if standing else []
    if cluster.scalable_units:
        words.append(counted(cluster.scalable_units, "scalable unit"))
    power = rack_power(cluster)
    return "  ·  ".join([*words, f"{power[0]} a compute rack"] if power else words)


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def rack_power(cluster: Cluster) -> tuple[str, str] | None:
    """Power of a compute rack, "at most 21.0 kW" where they differ, and how the most is known; None where it is not."""
    systems, groups = {s.id: s for s in cluster.systems}, {g.name: g for g in cluster.groups}
    floors = {r.name for r in cluster.racks if r.is_floor}
    held = Counter((n.rack, n.system.id, n.group) for n in cluster.nodes if n.system and n.rack not in floors)
    powers = [_power_of(systems[id_], count, groups[group].rack_kw) for (_, id_, group), count in held.items()]
    known = [power for power in powers if power]
    if not known:
        return None
    most, how = max(known)
    alike = len({kw for kw, _ in known}) == 1 and len(known) == len(powers)
    return f"{'' if alike else 'at most '}{most:.1f} kW{'' if len(known) == len(powers) else ' where known'}", how


def _power_of(system: System, count: int, rated: float | None) -> tuple[float, str] | None:
    """Of so many systems in one rack: a whole rack's where they are sold as one, else their sum; and how one knows."""
    if system.rack and system.rack.power_kw:
        return system.rack.power_kw, system.mark("rack.power_kw", system.rack.power_kw) or "whole"
    if system.power_kw:
        mark = system.mark("power_kw", system.power_kw)
        kw, how = count * system.power_kw, f"{count} × {system.power_kw:g} kW" + (f", {mark}" if mark else "")
        return kw, f"{how}; the document: {rated:g} kW" if rated and f"{rated:.1f}" != f"{kw:.1f}" else how
    return None


def counts(cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """What the whole cluster consists of."""
    return (
        ("Systems", ", ".join(f"{n:,} × {name}" for name, n in _systems(cluster).items())),
        ("GPUs", f"{cluster.gpus:,}"),
        *_racks(cluster),
        *_powers(cluster),
        *_switches(cluster),
    )


def _racks(cluster: Cluster) -> Iterator[tuple[str, str]]:
    kinds = Counter(rack.kind for rack in cluster.racks if not rack.is_floor)
    if kinds:
        yield "Racks", ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())


def _systems(cluster: Cluster) -> Counter[str]:
    return Counter(n.system.of_a_host for n in cluster.nodes if n.system)


def _powers(cluster: Cluster) -> Iterator[tuple[str, str]]:
    power = rack_power(cluster)
    if power:
        yield "Power of a compute rack", f"{power[0]} ({power[1]})"
    total = power_of(cluster)
    if total.kw:
        without = f" without {', '.join(total.unknown)}" if total.unknown else ""
        what = "Power of all systems" if total.of == SYSTEMS else "Power, as scalable units are rated"
        yield what, f"{total.kw:,.1f} kW{without}"


def _switches(cluster: Cluster) -> Iterator[tuple[str, str]]:
    for fabric in cluster.fabrics:
        tiers = ", ".join(f"{n:,} {tier.value}" for tier, n in fabric.switch_counts().items() if n)
        words = fabric_words(fabric)
        if tiers:
            yield f"{words[0].upper()}{words[1:]} switches", tiers


def headline_of_row(row: Row, items: Sequence[Item]) -> str:
    """Counts of one unit, on one line."""
    systems = [i for i in items if i.kind == "system"]
    words = [f"{n} × {name}" for name, n in Counter(i.what for i in systems).items()]
    words += [counted(len(row.racks), "rack"), _between(row)]
    power = sum(i.power_kw for i in systems)
    return "  ·  ".join([*words, f"{power:,.1f} kW of systems"] if power else words)


def _between(row: Row) -> str:
    names = [rack.name for rack in row.racks if rack.kind == "compute"]
    return f"{names[0]} to {names[-1]}" if len(names) > 1 else "".join(names)


def counts_of_row(row: Row, items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """What one unit consists of."""
    systems = [i for i in items if i.kind == "system"]
    power = sum(i.power_kw for i in systems)
    return (
        ("Systems", f"{systems[0].name} to {systems[-1].name}" if systems else "none"),
        ("Racks", ", ".join(f"{n} {kind}" for kind, n in Counter(r.kind for r in row.racks).items())),
        *([("Power of all systems", f"{power:,.1f} kW")] if power else []),
    )


def notes(cluster: Cluster, items: Sequence[Item]) -> tuple[str, ...]:
    """What a reader must know before relying on the drawing."""
    made = [_layout(cluster)]
    racks = not all(r.is_floor for r in cluster.racks)
    if racks:
        made.insert(
            0, "Front view, to scale: racks 600 mm wide, what stands in them 19 inches wide; rears are not drawn."
        )
    floors = {rack.name for rack in cluster.racks if rack.is_floor}
    standing = {n.system.id for n in cluster.nodes if n.system and n.rack not in floors}
    unmeasured = [s.name for s in cluster.systems if not s.rack_units and s.id in standing]
    if unmeasured and any(i.kind == "system" for i in items):
        made.append(f"How high a {_listed(unmeasured)} is, the catalogue does not know; one unit is drawn.")
    if racks and any(i.kind == "machine" for i in items):
        made.append(
            f"Management machines have {MACHINE_UNITS} units each; how high they are depends on the model bought."
        )
    if _gaps(cluster, {i.name for i in items if i.kind == "machine"}):
        made.append("Units between the machines of a management rack are kept for growth: further ones of each kind.")
    if away := [i.name for i in items if i.absent]:
        made.append(f"Dashed: absent, its place kept: {fold(away)}. Its power is counted all the same.")
    if (power := power_of(cluster)).kw:
        made.append(POWER_OF_SYSTEMS if power.of == SYSTEMS else POWER_OF_UNITS)
    return (*made, *uncabled(cluster))


def _gaps(cluster: Cluster, names: Set[str]) -> bool:
    """Whether units are free between any two of these machines in one rack."""
    units: dict[str, set[int]] = {}
    for host in cluster.hosts:
        if host.name in names:
            units.setdefault(host.rack, set()).update(range(host.rack_unit, host.rack_unit + MACHINE_UNITS))
    return any(max(taken) - min(taken) >= len(taken) for taken in units.values())


def _layout(cluster: Cluster) -> str:
    """Whose idea the positions are."""
    if not cluster.scalable_units:
        return "Where things stand is a layout of dgxops: no document gives one for these systems."
    known = [dict(g.marks) for g in cluster.groups if g.scalable_units]
    unknown = [
        words
        for field, words in _MARK_WORDS.items()
        if any(mark_of(marks, above(field), None) == UNKNOWN for marks in known)
    ]
    others = f"; so are {_listed(unknown)}, which NVIDIA's document does not give" if unknown else ""
    return f"The units of switches and management machines are a layout of dgxops{others}."


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
