"""Every kind that fits is written, built and compared; the one that agrees best is the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dgxops import catalogue, spec
from dgxops.catalogue import Catalogue
from dgxops.errors import DgxopsError
from dgxops.expand import expand
from dgxops.importing.cabled import spelled
from dgxops.importing.choice import as_well, by_wiring, differing, leave_open
from dgxops.importing.compare import Agreement, compare
from dgxops.importing.domains import lowered, shortened
from dgxops.importing.facts import Sources
from dgxops.importing.infer import candidates
from dgxops.importing.inferred import Inferred, OnePart
from dgxops.importing.naming import name_all, without_names
from dgxops.importing.platform import Kind, Part, parted
from dgxops.importing.trace import MOST_LOGINS, probe_of
from dgxops.importing.whole import whole
from dgxops.importing.write import text_of
from dgxops.model.cluster import Cluster
from dgxops.nodeset import fold

_SMALL = "names: host names are written in small letters; the sources have capitals, as in {}"


@dataclass(frozen=True, slots=True)
class Built:
    """A cluster.yml, and how far what it builds agrees with the sources.

    It loads, unless ``left_open`` has keys that a person must fill in: then it was built with the first that fits.
    """

    reading: OnePart  # of the first part
    found: Inferred
    text: str
    agreed: Agreement
    told: tuple[str, ...] = ()  # of the choice of its kind
    left_open: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.reading.kind


def best(sources: Sources, name: str, origin: str, platform: str | None) -> Built:
    """The reading whose cluster has most of the cables; what others fit as well is left open.

    Raises:
        DgxopsError: no system fits, or nothing that was inferred is a valid spec.
    """
    known = catalogue.load()
    sources, domain = shortened(sources)
    sources = spelled(sources, known.systems.values())
    parts = parted(sources, known, platform)
    if capitals := [node for part in parts.parts for node in part.nodes if node != node.lower()]:
        sources = replace(lowered(sources), left=(*sources.left, _SMALL.format(fold(capitals))))
        parts = parted(sources, known, platform)
    chosen = [_best_of(part, sources, name, origin, known) for part in parts.parts]
    top = chosen[0]
    if len(chosen) > 1:
        top = _build(sources, tuple(_fresh(built) for built in chosen), name, origin, known)
    if domain:
        top.found.values = {"domain": (domain, "what stands behind names in the sources"), **top.found.values}
    top.found.open[:0] = (*parts.left_out, *(what for built in chosen for what in built.told), *sources.left)
    left_open = _left_open(top.found, sources)
    top.found.open[:0] = left_open
    return replace(top, text=text_of(name, top.found, origin), left_open=left_open)


def _left_open(found: Inferred, sources: Sources) -> tuple[str, ...]:
    """Take out of a single part's keys, or of every group's, what must be chosen."""
    told: list[str] = []
    for part in found.parts:
        if part.alike:
            one = replace(part, values=found.values) if len(found.parts) == 1 else part
            told += leave_open(one, sources)
    return tuple(told)


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
    each = [max((b for b in built if b.kind == kind), key=lambda b: b.agreed.cables) for kind in part.kinds
            if any(b.kind == kind for b in built)]  # fmt: skip
    top = max(each, key=lambda b: b.agreed.cables)
    scores = [(b.kind, b.agreed.cables) for b in each]
    alike = as_well(scores, top.agreed.cables_read)
    if len(alike) == 1:
        told = by_wiring(top.kind, scores, top.agreed.cables_read)
        return replace(top, told=(f"platform of {fold(part.nodes)}: {told}; --platform decides",) if told else ())
    top.found.parts = [replace(one, alike=alike) for one in top.found.parts]
    told = differing(top.reading, [b.reading for b in each if b.kind in alike])
    return replace(top, reading=replace(top.reading, alike=alike), told=(told,) if told else ())


def _build(sources: Sources, reading: tuple[OnePart, ...], name: str, origin: str, known: Catalogue) -> Built:
    found = whole(sources, reading)
    name_all(found, sources, _probe(found, known))
    text = text_of(name, found, origin)
    try:
        cluster = _cluster(text, known)
    except DgxopsError as error:
        if not without_names(found, error.message):
            raise
        text = text_of(name, found, origin)
        cluster = _cluster(text, known)
    return Built(reading[0], found, text, compare(cluster, sources, found.all_nodes))


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
