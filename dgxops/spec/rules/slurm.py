"""Rules about partitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dgxops.spec.document import Path
from dgxops.spec.messages import meant_or_known, shown
from dgxops.spec.nodesets import expand_nodes, fold, like
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads
from dgxops.spec.schema import Partition

_PARTITIONS: Path = ("slurm", "partitions")


@reads("slurm.partitions.*.name")
def named_once(facts: Facts) -> Iterator[Fault]:
    """No two partitions share a name, and none has the one that Slurm keeps for defaults."""
    seen: set[str] = set()
    for number, partition in enumerate(facts.spec.slurm.partitions):
        place = (*_PARTITIONS, number, "name")
        if partition.name.upper() == "DEFAULT":
            yield Fault(place, "DEFAULT is no partition: Slurm keeps the name for settings of all", "such as batch")
        elif partition.name in seen:
            yield Fault(place, f"a partition above is called {partition.name} too", "names are used once")
        seen.add(partition.name)


@reads("slurm.partitions")
def one_default(facts: Facts) -> Iterator[Fault]:
    """Exactly one partition is the default."""
    chosen = [n for n, partition in enumerate(facts.spec.slurm.partitions) if partition.default]
    if not chosen:
        yield Fault(_PARTITIONS, "no partition is the default", "add default: true to one")
    for number in chosen[1:]:
        first = facts.spec.slurm.partitions[chosen[0]].name
        yield Fault((*_PARTITIONS, number, "default"), f"{first} is the default already", "exactly one partition is it")


@reads("platform", "scalable_units", "nodes", "omit", "naming.node", "naming.rack")
def of_the_cluster(facts: Facts) -> Iterator[Fault]:
    """The nodes of a partition are nodes of the cluster."""
    for number, partition in enumerate(facts.spec.slurm.partitions):
        for place, text in _node_texts(partition):
            if said := _fault_in(facts, text, partition.nodes):
                yield Fault((*_PARTITIONS, number, "nodes", *place), *said)
        if partition.nodes == ():
            yield Fault((*_PARTITIONS, number, "nodes"), "names no node", "all, or some of the cluster's nodes")


@reads("slurm.partitions", "groups")
def of_a_group(facts: Facts) -> Iterator[Fault]:
    """A partition of a group is of one that is there, and names no nodes of another."""
    known = {group.name: number for number, group in enumerate(facts.spec.groups)}
    for number, partition in enumerate(facts.spec.slurm.partitions):
        place = (*_PARTITIONS, number, "group")
        if partition.group is None:
            continue
        if partition.group not in known:
            hint = meant_or_known(partition.group, known) if known else "take it out: the cluster has no groups"
            yield Fault(place, f"no group is called {shown(partition.group)}", hint)
        elif strange := _outside(facts, partition, known[partition.group]):
            yield Fault((*_PARTITIONS, number, "nodes"), f"{partition.group} has no node {fold(strange)}")


def _outside(facts: Facts, partition: Partition, number: int) -> list[str]:
    """The nodes that a partition names beside those of its group; what no group has is another rule's."""
    mine, every = facts.of_group(number), set(facts.nodes)
    try:
        named = [name for _, text in _node_texts(partition) for name in expand_nodes(text)]
    except ValueError:
        return []
    return [name for name in named if name not in mine] if every.issuperset(named) else []


def _node_texts(partition: Partition) -> Iterable[tuple[Path, str]]:
    nodes = partition.nodes
    if isinstance(nodes, str):
        return [] if nodes == "all" else [((), nodes)]
    return [((number,), text) for number, text in enumerate(nodes)]


def _fault_in(facts: Facts, text: str, nodes: object) -> tuple[str, str] | None:
    if text == "all":
        return "all stands alone, not in a list", "nodes: all"
    try:
        names = expand_nodes(text)
    except ValueError as error:
        return str(error), "such as dgx-[001-008]"
    strange = [name for name in names if name not in facts.nodes]
    if not strange or not facts.nodes:
        return None
    return f"the cluster has no node {fold(strange)}", _reason(facts, strange)


def _reason(facts: Facts, strange: list[str]) -> str:
    """Why the cluster lacks these, as well as can be told."""
    here = facts.nodes
    if not all(name in facts.positions for name in strange):
        return like(strange[0], here) if len(strange) == 1 else f"its nodes are {fold(here)}"
    if (limit := facts.beyond(strange)) is not None:
        return f"nodes: {limit} populates {fold(here)}"
    return f"omit leaves it out; the nodes are {fold(here)}"
