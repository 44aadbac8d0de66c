"""Every kind that fits is written, built and compared; the one that agrees best is the answer."""

from __future__ import annotations

from dataclasses import dataclass

from dgxops import catalogue, spec
from dgxops.errors import DgxopsError
from dgxops.expand import expand
from dgxops.importing.compare import Agreement, compare
from dgxops.importing.facts import Sources
from dgxops.importing.infer import Inferred, infer
from dgxops.importing.platform import Kind, kinds, words
from dgxops.importing.write import text_of


@dataclass(frozen=True, slots=True)
class Built:
    """A cluster.yml that loads, and how far what it builds agrees with the sources."""

    kind: Kind
    found: Inferred
    text: str
    agreed: Agreement


def best(sources: Sources, name: str, origin: str, platform: str | None) -> Built:
    """The kind whose cluster has most of the cables; others that have as many are named as open.

    Raises:
        DgxopsError: no system fits, or nothing that was inferred is a valid spec.
    """
    built: list[Built] = []
    faults: list[DgxopsError] = []
    for kind in _kinds(sources, platform):
        try:
            built.append(_build(sources, kind, name, origin))
        except DgxopsError as error:
            faults.append(error)
    if not built:
        raise DgxopsError(f"what was inferred makes no valid cluster.yml: {faults[0].message}", hint=faults[0].hint)
    top = max(built, key=lambda b: b.agreed.cables)
    equal = [b.kind for b in built if b.agreed.cables == top.agreed.cables and b is not top]
    if equal:
        top.found.open.insert(0, f"platform: {words(equal)} would fit as well; --platform says which")
    return Built(top.kind, top.found, text_of(name, top.found, origin), top.agreed)


def _kinds(sources: Sources, platform: str | None) -> list[Kind]:
    known = catalogue.load()
    fitting = kinds(sources, known)
    wanted = known.system(platform).id if platform else None
    if chosen := [k for k in fitting if wanted in (None, k.system.id)]:
        return chosen
    others = f"; the sources fit {words(fitting)}" if fitting else ""
    raise DgxopsError(
        f"{wanted or 'no DGX system of the catalogue'} does not fit what the sources say{others}",
        hint="`dgxops show system ID` prints the ports, processors and GPUs that were looked for",
    )


def _build(sources: Sources, kind: Kind, name: str, origin: str) -> Built:
    found = infer(sources, kind)
    text = text_of(name, found, origin)
    cluster = expand(spec.loads("cluster.yml", text.encode()), catalogue.load())
    return Built(kind, found, text, compare(cluster, sources, found.nodes.values()))
