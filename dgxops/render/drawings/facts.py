"""The words and numbers around the racks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dgxops.model.cluster import Cluster
from dgxops.model.node import System
from dgxops.render.drawings.contents import FABRIC_WORDS, MACHINE_UNITS, Item
from dgxops.render.drawings.rows import Row

_MARK_WORDS = {
    "racks.nodes_per_rack": "how many systems a rack holds",
    "racks.rack_units": "the height of the racks",
    "racks.node_units": "the units of the systems",
    "racks.fixtures": "the units of switch trays and power shelves",
}


def headline(cluster: Cluster) -> str:
    """Counts of the whole cluster and the power of its fullest compute rack, on one line."""
    systems = Counter(n.system.name for n in cluster.nodes if n.system)
    words = [f"{count:,} × {name}" for name, count in systems.items()]
    words += [f"{cluster.gpus:,} GPUs", counted(len(cluster.racks), "rack")]
    if cluster.scalable_units:
        words.append(counted(cluster.scalable_units, "scalable unit"))
    power = rack_power(cluster)
    return "  ·  ".join([*words, f"{power[0]:.1f} kW a compute rack"] if power else words)


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def rack_power(cluster: Cluster) -> tuple[float, int, System] | None:
    """kW, systems and kind of system of the compute rack with the most power; None where no power is known."""
    held = Counter((n.rack, n.system) for n in cluster.nodes if n.system and n.system.power_kw)
    choices = [(count * system.power_kw, count, system) for (_, system), count in held.items()]
    return max(choices, key=lambda choice: choice[0], default=None)


def counts(cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """What the whole cluster consists of."""
    return (
        ("Systems", ", ".join(f"{n:,} × {name}" for name, n in _systems(cluster).items())),
        ("GPUs", f"{cluster.gpus:,}"),
        ("Racks", ", ".join(f"{n:,} {kind}" for kind, n in Counter(r.kind for r in cluster.racks).items())),
        *_powers(cluster),
        *_switches(cluster),
    )


def _systems(cluster: Cluster) -> Counter[str]:
    return Counter(n.system.name for n in cluster.nodes if n.system)


def _powers(cluster: Cluster) -> Iterator[tuple[str, str]]:
    power = rack_power(cluster)
    if power is None:
        return
    most, count, system = power
    yield "Power of a compute rack", f"{most:.1f} kW ({count} × {system.power_kw:g} kW{_mark(system, 'power_kw')})"
    yield "Power of all systems", f"{sum(n.system.power_kw or 0 for n in cluster.nodes if n.system):,.1f} kW"


def _mark(system: System, field: str) -> str:
    mark = dict(system.marks).get(field)
    return f", {mark}" if mark else ""


def _switches(cluster: Cluster) -> Iterator[tuple[str, str]]:
    for fabric in cluster.fabrics:
        tiers = ", ".join(f"{n:,} {tier.value}" for tier, n in fabric.switch_counts().items() if n)
        yield f"{FABRIC_WORDS.get(fabric.name, fabric.name).capitalize()} switches", tiers


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
    unknown = [words for mark, words in _MARK_WORDS.items() if dict(cluster.architecture_marks).get(mark) == "unknown"]
    made = ["Front view, to scale: racks 600 mm wide, what stands in them 19 inches wide."]
    made.append(
        "The units of switches and management machines are a layout of dgxops"
        + (f"; so are {_listed(unknown)}, which NVIDIA's document does not give." if unknown else ".")
    )
    if any(i.kind == "machine" for i in items):
        made.append(f"Management machines have {MACHINE_UNITS} units each; how high they are depends on the model bought.")
    if any(i.power_kw for i in items):
        made.append("Power is the systems' maximum; switches and management machines are not counted.")
    return tuple(made)


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
