"""Names and places: every thing has a name of its own that is a host name, and rack units to itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dgxops.check.findings import wrong
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.node import Host
from dgxops.model.proof import Proof
from dgxops.model.rack import MACHINE_UNITS, Rack

# RFC 1123, section 2.1, and RFC 952: letters, digits, hyphens inside; a label holds 63 characters (RFC 1035, 2.3.4)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_LEAST_HEIGHT = 1  # rack units of a system whose height is not known


@dataclass(frozen=True, slots=True)
class Thing:
    """A host, a switch, a fixture or a PDU where it stands: rack units ``bottom`` to ``bottom`` + ``height`` - 1."""

    name: str
    rack: str
    bottom: int
    height: int

    def __str__(self) -> str:
        return f"{self.name} (units {self.bottom} to {self.bottom + self.height - 1})"


def things(cluster: Cluster) -> tuple[Thing, ...]:
    """Everything that stands in a rack."""
    hosts = (Thing(h.name, h.rack, h.rack_unit, _height(h)) for h in cluster.hosts if h.placement is None)
    switches = (Thing(s.name, s.rack, s.rack_unit, s.height) for f in cluster.fabrics for s in f.switches)
    fixtures = (Thing(x.name, r.name, x.unit, x.height) for r in cluster.racks for x in r.fixtures)
    pdus = (Thing(name, r.name, unit, r.pdu_units) for r in cluster.racks for name, unit in r.pdu_places if unit)
    return (*hosts, *switches, *fixtures, *pdus)


def _height(host: Host) -> int:
    return (host.system.rack_units or _LEAST_HEIGHT) if host.system else MACHINE_UNITS


def names(cluster: Cluster) -> Proof:
    """Unique without regard to case, valid, and no thing is called what a controller of another one is called."""
    pdus = (name for rack in cluster.racks for name, unit in rack.pdu_places if not unit)
    every = [*(h.name for h in cluster.hosts if h.placement), *(t.name for t in things(cluster)), *pdus]
    findings = (*_bad_names(every), *_double_names(every, list(_controllers(cluster))))
    return Proof(
        "names",
        f"{len(every):,} names, " + ("each a host name of its own" if not findings else f"{len(findings):,} at fault"),
        {"names": len(every), "faults": len(findings)},
        findings,
    )


def _controllers(cluster: Cluster) -> Iterator[str]:
    """Names of controllers that are not those of their devices."""
    yield from (one.name for h in cluster.hosts if h.placement is None for one in h.controllers)
    yield from (one.name for rack in cluster.racks for one in rack.devices if one.name != one.device)


def _bad_names(every: list[str]) -> Iterator[Finding]:
    for name in every:
        if not _LABEL.fullmatch(name):
            yield wrong("names", "a name is not a host name", evidence=repr(name),
                        repair="use letters, digits and inner hyphens, at most 63")  # fmt: skip


def _double_names(every: list[str], controllers: list[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for name in (*every, *dict.fromkeys(controllers)):
        if name.lower() in seen:
            yield wrong("names", "a name is used more than once", evidence=name, repair="rename all but one")
        seen.add(name.lower())


def racks(cluster: Cluster) -> Proof:
    """No two things share a rack unit, none is outside its rack or in one that is not there, and PDUs have room."""
    top = {r.name: r.units for r in cluster.racks}
    taken: dict[tuple[str, int], Thing] = {}
    findings: list[Finding] = []
    everything = things(cluster)
    for thing in everything:
        findings += [*_outside(thing, top), *_beside(thing, taken)]
    findings += (f for rack in cluster.racks if rack.pdus and rack.pdu_units for f in _pdus(rack, taken))
    count = f"{len(everything):,} things in {len(top):,} racks"
    end = "no rack unit twice" if not findings else f"{len(findings):,} faults"
    return Proof("racks", f"{count}, {end}", {"things": len(everything), "racks": len(top), "units": len(taken)},
                 tuple(findings))  # fmt: skip


def _outside(thing: Thing, top: dict[str, int]) -> Iterator[Finding]:
    if thing.rack not in top:
        yield wrong("racks", "a thing stands in a rack that is not there", thing.name, evidence=f"{thing.name}: "
                    f"{thing.rack}", repair="name a rack of the cluster")  # fmt: skip
    elif thing.bottom < 1 or thing.bottom + thing.height - 1 > top[thing.rack]:
        yield wrong("racks", "a thing stands outside its rack", thing.name,
                    evidence=f"{thing.rack} has {top[thing.rack]} units: {thing}",
                    repair="move it to a lower unit or another rack")  # fmt: skip


def _beside(thing: Thing, taken: dict[tuple[str, int], Thing]) -> Iterator[Finding]:
    """Takes the units of ``thing``; says once a pair when another thing has them already."""
    others: dict[str, Thing] = {}
    for unit in range(thing.bottom, thing.bottom + thing.height):
        other = taken.setdefault((thing.rack, unit), thing)
        if other is not thing:
            others[other.name] = other
    for other in others.values():
        yield wrong("racks", "two things stand in one rack unit", other.name, thing.name,
                    evidence=f"{thing.rack}: {other} and {thing}", repair="move one of them")  # fmt: skip


def _pdus(rack: Rack, taken: Mapping[tuple[str, int], Thing]) -> Iterator[Finding]:
    """Where PDUs take units of the rack, those whose place is not said must find as many runs of free ones."""
    free = "".join("x" if (rack.name, unit) in taken else "." for unit in range(1, rack.units + 1))
    room = sum(len(run) // rack.pdu_units for run in free.split("x")) + len([u for _, u in rack.pdu_places if u])
    if room < (rack.pdus or 0):
        yield wrong("racks", "a rack has no room for its PDUs", rack.name,
                    evidence=f"{rack.name}: {rack.pdus} of {rack.pdu_units} units each, room for {room}",
                    repair="leave more rack units free together")  # fmt: skip
