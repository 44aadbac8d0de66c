"""Rules about systems that are away."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.spec.document import Path
from dgxops.spec.messages import shown
from dgxops.spec.nodesets import expand_nodes, fold, like
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads

_READS = ("platform", "scalable_units", "nodes", "omit", "naming.node", "naming.rack", "absent.*.node")


@reads(*_READS)
def known(facts: Facts) -> Iterator[Fault]:
    """Only a node that the cluster has can be away: what is omitted was never there."""
    for number, entry in enumerate(facts.spec.absent):
        place = ("absent", number, "node")
        try:
            names = expand_nodes(entry.node)
        except ValueError as error:
            yield Fault(place, str(error), "such as dgx-017, or dgx-[017-018]")
            continue
        strange = [name for name in names if name not in facts.nodes]
        if strange and facts.nodes:
            yield _strange(facts, place, strange)


def _strange(facts: Facts, place: Path, strange: list[str]) -> Fault:
    """Why the cluster lacks these."""
    unheard = [name for name in strange if name not in facts.positions]
    if unheard:
        hint = like(unheard[0], facts.nodes) if len(unheard) == 1 else f"its nodes are {fold(facts.nodes)}"
        return Fault(place, f"the cluster has no node {shown(fold(unheard))}", hint)
    if (limit := facts.beyond(strange)) is not None:
        return Fault(place, f"{fold(strange)} is not there yet: nodes: {limit} populates {fold(facts.nodes)}")
    message = f"{fold(strange)} is left out by omit already: there is no system that could be away"
    return Fault(place, message, "take it out here")


@reads("absent.*.node")
def once(facts: Facts) -> Iterator[Fault]:
    """A system is away for one reason; of one that is not there that is said already."""
    seen: set[str] = set()
    told = known.readable(facts.broken) and facts.nodes
    for number, names in _sets(facts):
        if twice := [name for name in names if name in seen and (not told or name in facts.nodes)]:
            yield Fault(("absent", number, "node"), f"{fold(twice)} is absent twice", "keep one of them")
        seen |= set(names)


@reads(*_READS)
def some_left(facts: Facts) -> Iterator[Fault]:
    """A cluster with every system away is none."""
    away = {name for _, names in _sets(facts) for name in names}
    if facts.nodes and away.issuperset(facts.nodes):
        yield Fault(("absent",), "leaves the cluster without a DGX system", "keep at least one")


def _sets(facts: Facts) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Number of each entry with its names; those that cannot be read are told by :func:`known`."""
    for number, entry in enumerate(facts.spec.absent):
        try:
            yield number, expand_nodes(entry.node)
        except ValueError:
            continue
