"""DNS: every name once, what is found forward is found back, and a change of a zone has a higher serial.

The zone files are read as a name server reads them, so that what is proved is what is rendered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dgxops.check.findings import doubtful, wrong
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof
from dgxops.render import dns

_ARPA = ".in-addr.arpa."
_HALF = 1 << 31  # RFC 1982: of two serials that one is later which is less than half of the numbers ahead


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone file: its records as (owner, type, data) with full names."""

    origin: str
    records: tuple[tuple[str, str, str], ...]

    @property
    def serial(self) -> int:
        """That of the SOA; 0 where there is none."""
        return next((int(data.split()[2]) for _, kind, data in self.records if kind == "SOA"), 0)

    @property
    def others(self) -> frozenset[tuple[str, str, str]]:
        """All but the SOA: what a secondary must learn of."""
        return frozenset(r for r in self.records if r[1] != "SOA")


def zone_files(cluster: Cluster) -> tuple[str, ...]:
    """Paths of the zone files below rendered/."""
    return () if cluster.rented else tuple(path for path in dns.artifacts(cluster) if path.endswith(".zone"))


def parse(text: str) -> Zone:
    """A zone file as render writes it: one record a line, with its owner."""
    origin, records = "", []
    for line in text.splitlines():
        if line.startswith("$ORIGIN "):
            origin = line.split()[1]
        elif line and line[0] not in ";$":
            owner, _, kind, data = line.split("\t")
            records.append((_full(owner, origin), kind, data))
    return Zone(origin, tuple(records))


def _full(owner: str, origin: str) -> str:
    return origin if owner == "@" else owner if owner.endswith(".") else f"{owner}.{origin}"


def in_dns(names: Proof, files: Mapping[str, str], before: Mapping[str, str]) -> Proof:
    """The proof of names with what is found in DNS: each name has one address, each address one name, and both agree.

    ``before`` are the zone files of the last commit, which those that changed must follow with a later serial.
    """
    zones = {path: parse(text) for path, text in files.items() if path.endswith(".zone")}
    forward = [(owner.lower(), data) for z in zones.values() for owner, kind, data in z.records if kind == "A"]
    back = [(_address(owner), data.lower()) for z in zones.values() for owner, kind, data in z.records if kind == "PTR"]
    faults = (*_twice(forward, back), *_one_sided(forward, back))
    stuck = tuple(_stuck_serials(before, zones))
    end = "forward = reverse" if not faults else f"{len(faults):,} faults"
    return replace(
        names,
        statement=f"{names.figures['names']:,} names, each a host name; in {len(zones)} DNS zones {end}",
        figures={**names.figures, "dns names": len(forward), "dns zones": len(zones), "dns faults": len(faults)},
        findings=(*names.findings, *faults, *stuck),
    )


def _address(owner: str) -> str:
    """The address that a name below in-addr.arpa stands for; an RFC 2317 zone's own label is left out."""
    labels = owner.removesuffix(_ARPA).split(".")
    return ".".join(reversed([label for label in labels if "-" not in label]))


def _twice(forward: list[tuple[str, str]], back: list[tuple[str, str]]) -> Iterator[Finding]:
    for things, what in ((forward, "a name has more than one address"), (back, "an address has more than one name")):
        for thing, count in Counter(one for one, _ in things).items():
            if count > 1:
                yield wrong("dns", what, evidence=thing, repair="rename all but one")


def _one_sided(forward: list[tuple[str, str]], back: list[tuple[str, str]]) -> Iterator[Finding]:
    there, here = set(forward), {(name, ip) for ip, name in back}
    for name, ip in sorted(there ^ here):
        way = "forward and not back" if (name, ip) in there else "back and not forward"
        yield wrong("dns", f"a name is found {way}", evidence=f"{name} {ip}", repair="dgxops render")


def _stuck_serials(before: Mapping[str, str], after: Mapping[str, Zone]) -> Iterator[Finding]:
    """A zone that says something else than at the last commit has a later serial."""
    for path, text in before.items():
        old, new = parse(text), after.get(path)
        if new and old.others != new.others and not 0 < (new.serial - old.serial) % (2 * _HALF) < _HALF:
            yield doubtful(
                "dns",
                "a zone changed and its serial did not go up: secondary servers keep the old one",
                evidence=f"{path}: serial {new.serial} after {old.serial}",
                repair=f"site: {{zones: {{serial: {(old.serial + 1) % (2 * _HALF) or 1}}}}} in cluster.yml",
            )
