"""A fabric folded for a drawing: what one box stands for, and how many links run between two boxes.

Everything follows from the fabric's own links, so the numbers always add up to its cables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind, Switch, Tier
from dgxops.model.node import Host
from dgxops.render.drawings import series

Thing = TypeVar("Thing")
Pairs = Mapping[tuple[str, str], int]
"""(lower device, upper device) -> links between the two"""


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Switches or hosts drawn as one; ``rail`` is None where they serve several, ``column`` counts from 0."""

    name: str
    members: tuple[str, ...]
    switches: tuple[Switch, ...] = ()
    rail: int | None = None
    column: int = 0
    su: int = 0  # of hosts, where every box holds those of one scalable unit
    noun: str = "system"  # what a host of it is


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """All links between two boxes; ``least`` and ``most`` count them between two devices."""

    lower: Box
    upper: Box
    links: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Folded:
    """One plane of a fabric. ``columns`` counts the groups of leaves that have spines of their own."""

    plane: int
    hosts: tuple[Box, ...]
    machines: tuple[Box, ...]
    leaves: tuple[Box, ...]
    spines: tuple[Box, ...]
    cores: tuple[Box, ...]
    bundles: Mapping[LinkKind, tuple[Bundle, ...]]
    columns: int

    def links(self, kind: LinkKind) -> int:
        return sum(b.links for b in self.bundles[kind])


_BETWEEN_PARTS = re.compile(r",(?![^\[]*\])")  # commas outside of brackets
_MOST_LEAVES = 72
_MOST_SPINES = 40
_MOST_COLUMNS = 16
_MOST_CORES = 12


def folded(cluster: Cluster, fabric: Fabric, plane: int) -> Folded:
    """One plane of ``fabric`` (0 where it has none) in boxes that one sheet holds."""
    here = [s for s in fabric.switches if s.plane == plane]
    tiers = {tier: [s for s in here if s.tier is tier] for tier in Tier}
    names = {s.name for s in here}
    pairs = _pairs(fabric, names)
    hosts, machines = _host_boxes(cluster, pairs[LinkKind.NODE_LEAF])
    columns = _columns(tiers, pairs[LinkKind.LEAF_SPINE])
    flat = len(set(columns.values())) <= 1 and not tiers[Tier.CORE]
    leaves = _leaf_boxes(tiers[Tier.LEAF], columns, flat, hosts, pairs[LinkKind.NODE_LEAF])
    spines = _spine_boxes(tiers[Tier.SPINE], columns, flat)
    cores = _core_boxes(tiers[Tier.CORE], columns, pairs[LinkKind.SPINE_CORE])
    boxes = (*hosts, *machines, *leaves, *spines, *cores)
    drawn: list[LinkKind] = [kind for kind in LinkKind if kind is not LinkKind.UFM]  # those are told in words
    bundles = {kind: _bundles(pairs[kind], boxes) for kind in drawn}
    return Folded(plane, hosts, machines, leaves, spines, cores, bundles, len(set(columns.values())) or 1)


def _pairs(fabric: Fabric, names: set[str]) -> dict[LinkKind, Pairs]:
    """Of the links whose upper end is among ``names``."""
    found: dict[LinkKind, Counter[tuple[str, str]]] = {kind: Counter() for kind in LinkKind}
    for link in fabric.links:
        if link.z.device in names:
            found[link.kind][link.a.device, link.z.device] += 1
    return dict(found)


def _bundles(pairs: Pairs, boxes: Iterable[Box]) -> tuple[Bundle, ...]:
    of = {member: box for box in boxes for member in box.members}
    found: dict[tuple[Box, Box], list[int]] = {}
    for (lower, upper), count in pairs.items():
        found.setdefault((of[lower], of[upper]), []).append(count)
    return tuple(Bundle(a, z, sum(counts), min(counts), max(counts)) for (a, z), counts in found.items())


def _host_boxes(cluster: Cluster, pairs: Pairs) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """Systems that meet the same leaves, and machines of one role."""
    met: dict[str, list[str]] = {}
    for lower, upper in pairs:
        met.setdefault(lower, []).append(upper)
    linked = [h for h in cluster.hosts if h.name in met]
    systems = _split((h for h in linked if h.system), lambda h: tuple(sorted(met[h.name])))
    machines = _split((h for h in linked if not h.system), lambda h: h.role)
    units = all(len({h.su for h in group}) == 1 for group in systems)
    return tuple(_hosts(group, units) for group in systems), tuple(_hosts(group, False) for group in machines)


def _hosts(hosts: Sequence[Host], units: bool) -> Box:
    names = tuple(h.name for h in hosts)
    return Box(
        fold(names), names, su=hosts[0].su if units else 0, noun=one_noun(h.system.noun for h in hosts if h.system)
    )


def one_noun(nouns: Iterable[str]) -> str:
    """The word for several hosts: "compute tray" where all are trays of systems that fill racks, else "system"."""
    found = set(nouns)
    return found.pop() if len(found) == 1 else "system"


def _columns(tiers: Mapping[Tier, Sequence[Switch]], pairs: Pairs) -> dict[str, int]:
    """Leaf or spine -> the column it stands in; spines that meet the same leaves share one, with these leaves."""
    below: dict[str, list[str]] = {}
    for lower, upper in pairs:
        below.setdefault(upper, []).append(lower)
    numbers: dict[tuple[object, ...], int] = {}
    found: dict[str, int] = {}
    many = len({tuple(sorted(below.get(s.name, ()))) for s in tiers[Tier.SPINE]}) > _MOST_COLUMNS
    for spine in tiers[Tier.SPINE]:
        leaves = below.get(spine.name, [])
        key: tuple[object, ...] = (spine.rail,) if many else tuple(sorted(leaves))
        column = numbers.setdefault(key, len(numbers))
        found |= {spine.name: column} | dict.fromkeys(leaves, column)
    return found


def _leaf_boxes(
    leaves: Sequence[Switch], columns: Mapping[str, int], flat: bool, hosts: Sequence[Box], pairs: Pairs
) -> tuple[Box, ...]:
    """Each leaf in two tiers, or those of the same hosts where there are very many; in three tiers a column each."""
    if not flat:
        return tuple(_box(group, columns) for group in _split(leaves, lambda s: columns.get(s.name, 0)))
    if len(leaves) <= _MOST_LEAVES:
        return tuple(_box([leaf], columns) for leaf in leaves)
    first = {box.members[0]: index for index, box in enumerate(hosts)}
    serves = {upper: first[lower] for lower, upper in pairs if lower in first}
    return tuple(_box(group, columns) for group in _split(leaves, lambda s: serves.get(s.name, -1)))


def _spine_boxes(spines: Sequence[Switch], columns: Mapping[str, int], flat: bool) -> tuple[Box, ...]:
    if flat and len(spines) <= _MOST_SPINES:
        return tuple(_box([spine], columns) for spine in spines)
    return tuple(_box(group, columns) for group in _split(spines, lambda s: columns.get(s.name, 0)))


def _core_boxes(cores: Sequence[Switch], columns: Mapping[str, int], pairs: Pairs) -> tuple[Box, ...]:
    """Cores that meet the same spines; where these are too many, those that meet the same columns."""
    below: dict[str, list[str]] = {}
    for lower, upper in pairs:
        below.setdefault(upper, []).append(lower)
    groups = _split(cores, lambda s: tuple(sorted(below.get(s.name, ()))))
    if len(groups) > _MOST_CORES:
        groups = _split(cores, lambda s: tuple(sorted({columns.get(b, 0) for b in below.get(s.name, ())})))
    return tuple(_box(group, {}) for group in groups)


def _box(switches: Sequence[Switch], columns: Mapping[str, int]) -> Box:
    names, rails = tuple(s.name for s in switches), {s.rail for s in switches}
    rail = next(iter(rails)) if len(rails) == 1 else None
    return Box(fold(names), names, tuple(switches), rail, columns.get(names[0], 0))


def _split(things: Iterable[Thing], key: Callable[[Thing], object]) -> list[list[Thing]]:
    """Things by key, keys in order of first appearance."""
    found: dict[object, list[Thing]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return list(found.values())


def fold(names: Iterable[str]) -> str:
    """``leaf-01-1, leaf-02-1`` -> ``leaf-[01-02]-1``; every fourth of a row as ``leaf-01-[1,5 … 29]``.

    Names of several patterns, as of trays that are called after their racks, keep the order that they come in.
    """
    given = list(names)
    folded = NodeSet.fromlist(given, autostep=3, resolver=RESOLVER_NOGROUP)
    patterns = parts(str(folded))
    if len(patterns) == 1:
        return series.plain(patterns[0])
    order = {name: place for place, name in enumerate(reversed(given))}
    of = {part: max(order[n] for n in NodeSet(part, resolver=RESOLVER_NOGROUP)) for part in patterns}
    return series.plain(",".join(sorted(of, key=of.__getitem__, reverse=True)))


def parts(folded: str) -> list[str]:
    """A folded name by its patterns: "a01-c[01-03,05],a02-c[01-09]" are two."""
    return _BETWEEN_PARTS.split(folded)
