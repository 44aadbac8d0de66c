"""Every kind that fits is written, built and compared; the one that agrees best is the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

from dgxops import catalogue, spec
from dgxops.catalogue import Catalogue
from dgxops.errors import DgxopsError
from dgxops.expand import expand
from dgxops.importing.compare import Agreement, compare
from dgxops.importing.facts import Sources
from dgxops.importing.infer import candidates
from dgxops.importing.inferred import Inferred, OnePart
from dgxops.importing.naming import name_all
from dgxops.importing.platform import Kind, Part, parted, words
from dgxops.importing.trace import MOST_LOGINS, probe_of
from dgxops.importing.whole import whole
from dgxops.importing.write import text_of
from dgxops.model.cluster import Cluster

_MOST_TRIED = 16  # ways to read the sources that are built


@dataclass(frozen=True, slots=True)
class Built:
    """A cluster.yml that loads, and how far what it builds agrees with the sources."""

    kinds: tuple[Kind, ...]
    found: Inferred
    text: str
    agreed: Agreement


def best(sources: Sources, name: str, origin: str, platform: str | None) -> Built:
    """The reading whose cluster has most of the cables; others that have as many are named as open.

    Raises:
        DgxopsError: no system fits, or nothing that was inferred is a valid spec.
    """
    known = catalogue.load()
    parts = parted(sources, known, platform)
    built: list[Built] = []
    faults: list[DgxopsError] = []
    for reading in islice(_readings(sources, parts.parts, known, faults), _MOST_TRIED):
        try:
            built.append(_build(sources, reading, name, origin, known))
        except DgxopsError as error:
            faults.append(error)
    if not built:
        raise DgxopsError(f"what was inferred makes no valid cluster.yml: {faults[0].message}", hint=faults[0].hint)
    top = max(built, key=lambda b: b.agreed.cables)
    _tell(top, built, parts.left_out)
    return replace(top, text=text_of(name, top.found, origin))


def _tell(top: Built, built: list[Built], left_out: tuple[str, ...]) -> None:
    """What else would fit, and what was left out."""
    equal = {words(b.kinds) for b in built if b.agreed.cables == top.agreed.cables} - {words(top.kinds)}
    if equal:
        top.found.open.insert(0, f"platform: {' or '.join(sorted(equal))} would fit as well; --platform says which")
    top.found.open[:0] = left_out


def _readings(
    sources: Sources, parts: tuple[Part, ...], known: Catalogue, faults: list[DgxopsError]
) -> Iterator[tuple[OnePart, ...]]:
    """Every choice of a kind and a template for each part."""
    each: list[list[OnePart]] = []
    for part in parts:
        each.append([])
        for kind in part.kinds:
            try:
                each[-1] += candidates(sources, kind, known.switches)
            except DgxopsError as error:
                faults.append(error)
    for chosen in product(*each):
        yield tuple(replace(one, values=dict(one.values), open=list(one.open)) for one in chosen)


def _build(sources: Sources, reading: tuple[OnePart, ...], name: str, origin: str, known: Catalogue) -> Built:
    found = whole(sources, reading)
    name_all(found, sources, _probe(found, known))
    text = text_of(name, found, origin)
    agreed = compare(_cluster(text, known), sources, found.all_nodes)
    return Built(tuple(one.kind for one in reading), found, text, agreed)


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
