"""What each port of a system is and whom it meets, read off the links of all systems of that kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint, Link, LinkKind
from dgxops.model.node import HostPort, PortRole, System
from dgxops.render.drawings import series
from dgxops.render.drawings.groups import fold

_ORDER = {role: i for i, role in enumerate(PortRole)}
_LAST_NUMBER = re.compile(r"^(?P<cage>.*[0-9](?=P)|.*[^\s-](?=\sP|-[0-9]))[\s-]?(?P<port>P?[0-9]+)$")


@dataclass(frozen=True, slots=True)
class Met:
    """Switches that a port meets on all systems of its kind, folded, and the ports it takes there; plane 0 is none.

    ``rate_gbps`` is that of the link, which is the slower end's.
    """

    fabric: str
    plane: int
    switches: str
    ports: str
    rate_gbps: int


@dataclass(frozen=True, slots=True)
class Card:
    """Ports that share a card or a cage, by the part of the name that they share."""

    name: str
    ports: tuple[HostPort, ...]


def in_order(system: System) -> tuple[HostPort, ...]:
    """Compute ports by rail, then by role as the system lists them."""
    return tuple(sorted(system.ports, key=lambda p: (_ORDER[p.role], -1 if p.rail is None else p.rail)))


def cards(system: System) -> tuple[Card, ...]:
    """Ports by card: OSFP4P1 and OSFP4P2 are P1 and P2 of OSFP4; cards of one sort by name, sorts as they come."""
    found: dict[str, list[HostPort]] = {}
    for port in system.ports:
        found.setdefault(split_name(port.name)[0], []).append(port)
    sorts = {re.sub(r"[0-9]+", "", name): i for i, name in reversed(list(enumerate(found)))}
    names = sorted(found, key=lambda n: (sorts[re.sub(r"[0-9]+", "", n)], _numbers(n)))
    return tuple(Card(n, tuple(sorted(found[n], key=lambda p: p.name))) for n in names)


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"[0-9]+", name))


def split_name(name: str) -> tuple[str, str]:
    """Card and port of a printed name: ("OSFP4", "P2"); a port that shares no card has an empty second part."""
    match = _LAST_NUMBER.match(name)
    return (match["cage"], match["port"]) if match else (name, "")


def meetings(cluster: Cluster, system: System) -> dict[str, tuple[Met, ...]]:
    """Port name -> whom it meets, one entry a fabric and plane."""
    mine = {h.name for h in cluster.nodes if h.system and h.system.id == system.id}
    found: dict[tuple[str, str, int], tuple[dict[str, None], dict[str, None]]] = {}
    for fabric in cluster.fabrics:
        planes = {s.name: s.plane for s in fabric.switches}
        for link in fabric.links:
            for near, far in _ends(link):
                if near.device in mine:
                    key = (near.cage, fabric.name, planes.get(far.device, 0))
                    switches, ports = found.setdefault(key, ({}, {}))
                    switches[far.device] = ports[far.port] = None
    rates = {fabric.name: fabric.rate_gbps for fabric in cluster.fabrics}
    made: dict[str, tuple[Met, ...]] = {}
    for (port, name, plane), (switches, ports) in found.items():
        met = Met(name, plane, fold(switches), port_range(list(ports)), rates[name])
        made[port] = (*made.get(port, ()), met)
    return made


def _ends(link: Link) -> tuple[tuple[Endpoint, Endpoint], ...]:
    """(a system's end, whom it meets): twice where two systems are joined."""
    if link.kind is LinkKind.NODE_NODE:
        return (link.a, link.z), (link.z, link.a)
    return ((link.a, link.z),) if link.kind is LinkKind.NODE_LEAF else ()


def port_range(ports: Sequence[str]) -> str:
    """ "port 7", "ports 1 to 32", "ports 1, 5 … 21", "lanes 1, 3 of cages 1 to 36"; others stand for themselves."""
    if not all(p.partition("/")[0].isdigit() for p in ports):
        return ", ".join(ports)
    lanes: dict[str, set[int]] = {}
    for cage, _, lane in (p.partition("/") for p in ports):
        lanes.setdefault(lane, set()).add(int(cage))
    alike: dict[frozenset[int], list[str]] = {}
    for lane, cages in lanes.items():
        alike.setdefault(frozenset(cages), []).append(lane)
    return "; ".join(_range(cages, here) for cages, here in alike.items())


def _range(cages: Collection[int], lanes: Sequence[str]) -> str:
    """Whole ports, or the same lanes of some cages."""
    if lanes == [""]:
        return f"{_noun('port', cages)} {series.counted(cages)}"
    numbers = {int(lane) for lane in lanes if lane}
    return f"{_noun('lane', numbers)} {series.counted(numbers)} of {_noun('cage', cages)} {series.counted(cages)}"


def _noun(noun: str, things: Collection[int]) -> str:
    return noun if len(things) == 1 else f"{noun}s"
