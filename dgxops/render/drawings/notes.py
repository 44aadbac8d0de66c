"""What a reader must know before relying on the drawing of a fabric: a line each, below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind, Switch, Tier
from dgxops.model.marks import UNKNOWN
from dgxops.render.drawings.groups import Folded, fold
from dgxops.render.drawings.words import plural
from dgxops.render.subnet_managers import without_ufm

_MULTIHOMING = {
    "mlag": "Two leaves are one to a system that bonds ports over them, by MLAG{links} (inferred).",
    "evpn": "Two leaves are one to a system that bonds ports over them, by EVPN multihoming, without links (inferred).",
}
_TWIN = 2  # ports of a cage
_LARGEST = 12  # number of a ratio that is easily grasped
_OURS = ("inferred", UNKNOWN)


def of_fabric(cluster: Cluster, fabric: Fabric, planes: Sequence[Folded]) -> Iterator[str]:
    """Notes of one fabric."""
    boxes = [b for p in planes for b in (*p.leaves, *p.spines, *p.cores)]
    if any(len(b.switches) > 1 for b in boxes):
        yield "Boxes behind one another stand for several switches, and a line for all links between them."
    if fabric.links_per_cable > 1:
        yield f"NVIDIA's document counts {fabric.links_per_cable} links as one cable."
    if fabric.multihoming:
        joined = " with links between the two" if fabric.link_counts().get(LinkKind.LEAF_LEAF) else ""
        yield _MULTIHOMING[fabric.multihoming].format(links=joined)
    yield from _blocking(fabric)
    yield from _room(fabric)
    yield from _absent(cluster, fabric)
    if fabric.kind == "storage":
        yield "What serves the storage is no part of cluster.yml and not drawn; it takes ports that leaves have free."
    elif "storage" in fabric.serves:
        yield "Storage shares this fabric; what serves it is not drawn, and takes ports that leaves have free."
    if fabric in without_ufm(cluster):
        yield "This fabric needs a subnet manager: no UFM appliance is on it, and no other is part of this design."
    yield from of_models(cluster, fabric)


def _absent(cluster: Cluster, fabric: Fabric) -> Iterator[str]:
    """Who is drawn and is not there."""
    ends = {end.device for link in fabric.links for end in (link.a, link.z)}
    if away := [h.name for h in cluster.hosts if h.absence and h.name in ends]:
        yield f"Absent, with place and cables kept: {fold(away)}."


def of_models(cluster: Cluster, fabric: Fabric) -> Iterator[str]:
    """Which switch models are a default of dgxops, by the mark of the model itself; that of a fabric is of numbers."""
    field = "compute.switch" if fabric.kind == "compute" else f"fabrics.{fabric.kind}.switch"
    field = f"{fabric.kind}.switch" if fabric.out_of_band else field
    marks = [dict(group.marks).get(field) for group in cluster.groups if group.name == fabric.group]
    if any(mark in _OURS for mark in marks):
        models = ", ".join(sorted({s.model for s in fabric.switches}))
        yield (
            f"The model {models} is a default of dgxops as of today: "
            "what was read of the published architecture does not name it (inferred)."
        )


def _blocking(fabric: Fabric) -> Iterator[str]:
    """How much of a leaf's traffic a fabric that blocks carries: of the fullest leaf, and of one with no port free."""
    if not fabric.uplinks or not any(link.kind is LinkKind.LEAF_SPINE for link in fabric.links):
        return
    nodes = Counter(link.z.device for link in fabric.links if link.kind is LinkKind.NODE_LEAF)
    peers = Counter(link.z.device for link in fabric.links if link.kind is LinkKind.LEAF_LEAF)
    radix = min(s.radix for s in fabric.switches if s.tier is Tier.LEAF)
    other = radix - fabric.uplinks - max(peers.values(), default=0)
    if nodes and fabric.uplinks < other:
        up, down = fabric.uplinks * fabric.trunk_gbps, max(nodes.values()) * fabric.rate_gbps
        yield (
            f"A leaf has {up:,} Gb/s up and at most {down:,} Gb/s of node links, {_ratio(down, up)}; "
            f"with all {other} {_sockets(fabric)} for what is below in use it is {_ratio(other, fabric.uplinks)}."
        )


def _ratio(down: int, up: int) -> str:
    """ "5:3", or "9.7:1" where whole numbers would be hard to grasp."""
    ratio = Fraction(down, up)
    plain = max(ratio.numerator, ratio.denominator) <= _LARGEST
    return f"{ratio.numerator}:{ratio.denominator}" if plain else f"{float(ratio):.1f}:1"


def _sockets(fabric: Fabric) -> str:
    return "cages" if fabric.lanes > 1 else "ports"


def _room(fabric: Fabric) -> Iterator[str]:
    """Ports that spines and cores have free, and why."""
    used: dict[str, list[int]] = {s.name: [] for s in fabric.switches if s.tier is not Tier.LEAF}
    for link in (x for x in fabric.links if x.kind is not LinkKind.NODE_LEAF):
        for end in (link.a, link.z):
            if end.device in used:
                used[end.device].append(int(end.port.partition("/")[0]))
    for tier in (Tier.SPINE, Tier.CORE):
        here = [s for s in fabric.switches if s.tier is tier]
        ports = [sorted({port for port in used[s.name] if port <= s.radix}) for s in here]  # others are for UFM alone
        counts = sorted({len(p) for p in ports})
        if here and counts[0] < here[0].radix:
            yield _free(fabric, here[0], counts, sorted({_half_used(here[0], p) for p in ports}))


def _free(fabric: Fabric, one: Switch, counts: Sequence[int], halves: Sequence[int]) -> str:
    who = plural(2, one.tier.value).removeprefix("2 ").capitalize()
    half = f" ({_span(halves)} cages with one of two connectors)" if halves[-1] else ""
    return (
        f"{who} have {_span(counts)} of {one.radix} {_sockets(fabric)} in use{half}: every switch below has as many "
        "links to one as to another, and free ports are kept for units to come."
    )


def _half_used(switch: Switch, ports: Sequence[int]) -> int:
    """Cages of two ports of which one is in use."""
    if switch.cages * _TWIN != switch.radix:
        return 0
    return sum(count == 1 for count in Counter((port - 1) // _TWIN for port in ports).values())


def _span(numbers: Sequence[int]) -> str:
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
