"""Names and places: every thing has a name of its own that is a host name, and rack units to itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dgxops.check.findings import wrong
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof

# RFC 1123, section 2.1, and RFC 952: letters, digits, hyphens inside; a label holds 63 characters (RFC 1035, 2.3.4)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
# Heights that no catalogue entry gives: management machines take at least one rack unit
_LEAST_HEIGHT = 1


@dataclass(frozen=True, slots=True)
class Thing:
    """A host, a switch or a fixture where it stands: rack units ``bottom`` to ``bottom`` + ``height`` - 1."""

    name: str
    rack: str
    bottom: int
    height: int

    def __str__(self) -> str:
        return f"{self.name} (units {self.bottom} to {self.bottom + self.height - 1})"


def things(cluster: Cluster) -> tuple[Thing, ...]:
    """Everything that stands in a rack."""
    hosts = (
        Thing(h.name, h.rack, h.rack_unit, (h.system and h.system.rack_units) or _LEAST_HEIGHT) for h in cluster.hosts
    )
    switches = (Thing(s.name, s.rack, s.rack_unit, s.height) for f in cluster.fabrics for s in f.switches)
    fixtures = (Thing(x.name, r.name, x.unit, x.height) for r in cluster.racks for x in r.fixtures)
    return (*hosts, *switches, *fixtures)


def names(cluster: Cluster) -> Proof:
    """Unique without regard to case, valid, and no thing is called what another one's BMC is called."""
    every = [t.name for t in things(cluster)] + [name for rack in cluster.racks for name in rack.pdu_names]
    findings = (*_bad_names(every), *_double_names(every, [h.name for h in cluster.hosts]))
    return Proof(
        "names",
        f"{len(every):,} names, " + ("each a host name of its own" if not findings else f"{len(findings):,} at fault"),
        {"names": len(every), "faults": len(findings)},
        findings,
    )


def _bad_names(every: list[str]) -> Iterator[Finding]:
    for name in every:
        if not _LABEL.fullmatch(name):
            yield wrong("names", "a name is not a host name", evidence=repr(name),
                        repair="use letters, digits and inner hyphens, at most 63")  # fmt: skip


def _double_names(every: list[str], hosts: list[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for name in (*every, *(f"{host}-bmc" for host in dict.fromkeys(hosts))):
        if name.lower() in seen:
            yield wrong("names", "a name is used more than once", evidence=name, repair="rename all but one")
        seen.add(name.lower())


def racks(cluster: Cluster) -> Proof:
    """No two things share a rack unit, and none stands above its rack or in a rack that is not there."""
    top = {r.name: r.units for r in cluster.racks}
    taken: dict[tuple[str, int], Thing] = {}
    findings: list[Finding] = []
    everything = things(cluster)
    for thing in everything:
        findings += [*_outside(thing, top), *_beside(thing, taken)]
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
