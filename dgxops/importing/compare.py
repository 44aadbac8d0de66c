"""The cluster that the written spec builds against the sources: what agrees, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dgxops.importing.facts import End, Sources
from dgxops.model.cluster import Cluster
from dgxops.nodeset import fold
from dgxops.render.cabling.plant import Cable, Plant, plant_of
from dgxops.render.cabling.plant import End as PlantEnd

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of what agrees, and one sentence each for what differs."""

    nodes: int
    cables: int
    cables_read: int
    differs: tuple[str, ...]


def compare(cluster: Cluster, sources: Sources, nodes: Iterable[str]) -> Agreement:
    """Nodes by name and address, cables by both ends, in any of the ways in which ports are called."""
    built, seen = {n.name for n in cluster.nodes}, set(nodes)
    wanted = _spellings(plant_of(cluster))
    met = {wanted[pair].id for c in sources.cables if (pair := frozenset((c.a, c.z))) in wanted}
    strange = [c for c in sources.cables if frozenset((c.a, c.z)) not in wanted]
    differs = (
        *_nodes("not built", seen - built),
        *_nodes("built, but in no source", built - seen),
        *_addresses(cluster, sources),
        *_folded("cables are not in what is built", [f"{c.a[0]} {c.a[1]} - {c.z[0]} {c.z[1]}" for c in strange]),
        *_folded("cables are built, but in no source", _missing(wanted.values(), met)),
    )
    return Agreement(len(built & seen), len(sources.cables) - len(strange), len(sources.cables), differs)


def _spellings(plant: Plant) -> dict[frozenset[End], Cable]:
    """Every cable in every pair of words for its two ports."""
    return {frozenset((a, z)): cable for cable, a_words, z_words in worded(plant) for a in a_words for z in z_words}


def worded(plant: Plant) -> Iterator[tuple[Cable, set[End], set[End]]]:
    """Every cable with all words for the port at each end: printed, the model's, and on a host what tools call it."""
    for cable in plant.cables:
        yield cable, _words(plant, cable.a), _words(plant, cable.z)


def _words(plant: Plant, end: PlantEnd) -> set[End]:
    at = end.at
    words = {at.port, end.printed}
    if end.is_host:
        port, half = plant.nics.port(at), at.port != at.cage
        if port and half:
            words |= {name for name in (port.second_interface, port.second_rdma) if name and at.port.endswith("/2")}
        elif port:
            words |= {name for name in (port.interface, port.rdma) if name}
        words |= {f"hca {plant.nics.number(at)}", plant.nics.rail(at) or at.port}
    return {(at.device, word) for word in words}


def _missing(wanted: Iterable[Cable], met: set[str]) -> list[str]:
    """Cables that were not read, of those fabrics of which some were: a source need not have them all."""
    cables = {cable.id: cable for cable in wanted}
    seen = {cables[ident].fabric.name for ident in met}
    absent = (c for ident, c in cables.items() if ident not in met and c.fabric.name in seen)
    return [f"{c.a.name} {c.a.at.port} - {c.z.name} {c.z.at.port}" for c in absent]


def _nodes(what: str, names: set[str]) -> Iterator[str]:
    if names:
        yield f"{len(names)} nodes {what}: {fold(names)}"


def _addresses(cluster: Cluster, sources: Sources) -> Iterator[str]:
    off = [
        f"{name} has {', '.join(seen)} ({network.name}), dgxops gives {', '.join(given)}"
        for network in cluster.networks
        for name, seen in sources.written(network.name).items()
        if name in cluster.by_name
        if set(seen) - set(given := [str(a.ip) for a in cluster.by_name[name].addresses_on(network.name)])
    ]
    yield from _folded("addresses differ", off)


def _folded(what: str, each: list[str]) -> Iterator[str]:
    if each:
        rest = f"; and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
        yield f"{len(each)} {what}: {'; '.join(each[:_SHOWN])}{rest}"
