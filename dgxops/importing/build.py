"""Every kind that fits is written, built and compared; the one that agrees best is the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dgxops import catalogue, spec
from dgxops.catalogue import Catalogue
from dgxops.errors import DgxopsError
from dgxops.expand import expand
from dgxops.importing.compare import Agreement, compare
from dgxops.importing.domains import shortened
from dgxops.importing.facts import Sources
from dgxops.importing.infer import candidates
from dgxops.importing.inferred import Inferred, OnePart
from dgxops.importing.naming import name_all
from dgxops.importing.platform import Kind, Part, parted, words
from dgxops.importing.trace import MOST_LOGINS, probe_of
from dgxops.importing.whole import whole
from dgxops.importing.write import text_of
from dgxops.model.cluster import Cluster
from dgxops.nodeset import fold


@dataclass(frozen=True, slots=True)
class Built:
    """A cluster.yml that loads, and how far what it builds agrees with the sources."""

    reading: OnePart  # of the first part
    found: Inferred
    text: str
    agreed: Agreement
    also: tuple[str, ...] = ()  # what would fit as well

    @property
    def kind(self) -> Kind:
        return self.reading.kind


def best(sources: Sources, name: str, origin: str, platform: str | None) -> Built:
    """The reading whose cluster has most of the cables; others that have as many are named as open.

    Raises:
        DgxopsError: no system fits, or nothing that was inferred is a valid spec.
    """
    known = catalogue.load()
    sources, domain = shortened(sources)
    parts = parted(sources, known, platform)
    chosen = [_best_of(part, sources, name, origin, known) for part in parts.parts]
    top = chosen[0]
    if len(chosen) > 1:
        top = _build(sources, tuple(_fresh(built) for built in chosen), name, origin, known)
    if domain:
        top.found.values = {"domain": (domain, "what stands behind names in the sources"), **top.found.values}
    top.found.open[:0] = (*parts.left_out, *(what for built in chosen for what in built.also))
    return replace(top, text=text_of(name, top.found, origin))


def _fresh(built: Built) -> OnePart:
    """The chosen reading of a part before anything was named."""
    return replace(built.reading, values=dict(built.reading.values), open=list(built.reading.open))


def _best_of(part: Part, sources: Sources, name: str, origin: str, known: Catalogue) -> Built:
    """A part alone, in every kind and with every template that make its names."""
    built: list[Built] = []
    faults: list[DgxopsError] = []
    for kind in part.kinds:
        try:
            for one in candidates(sources, kind, known.switches):
                alone = replace(one, values=dict(one.values), open=list(one.open))
                built.append(replace(_build(sources, (alone,), name, origin, known), reading=one))
        except DgxopsError as error:
            faults.append(error)
    if not built:
        raise DgxopsError(f"what was inferred makes no valid cluster.yml: {faults[0].message}", hint=faults[0].hint)
    top = max(built, key=lambda b: b.agreed.cables)
    equal = dict.fromkeys(words([b.kind]) for b in built if b.agreed.cables == top.agreed.cables and b.kind != top.kind)
    if not equal:
        return top
    also = f"platform of {fold(part.nodes)}: {' or '.join(equal)} would fit as well as {words([top.kind])}"
    return replace(top, also=(f"{also}; --platform, or what Slurm says, decides",))


def _build(sources: Sources, reading: tuple[OnePart, ...], name: str, origin: str, known: Catalogue) -> Built:
    found = whole(sources, reading)
    name_all(found, sources, _probe(found, known))
    text = text_of(name, found, origin)
    agreed = compare(_cluster(text, known), sources, found.all_nodes)
    return Built(reading[0], found, text, agreed)


def _probe(found: Inferred, known: Catalogue) -> Cluster:
    """With as many login nodes as there is room for.

    Raises:
        DgxopsError: there is none for the rest of it.
    """
    logins = MOST_LOGINS
    while True:
        try:
            return _cluster(text_of("probe", probe_of(found, logins), "probe"), known)
        except DgxopsError:
            if not logins:
                raise
        logins -= 1


def _cluster(text: str, known: Catalogue) -> Cluster:
    return expand(spec.loads("cluster.yml", text.encode()), known)
