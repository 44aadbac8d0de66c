"""Slurm's partitions, from what slurmctld says of them or else of its nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dgxops.importing.facts import SeenPartition, Sources
from dgxops.importing.inferred import Inferred
from dgxops.nodeset import fold


def partitions(found: Inferred, sources: Sources) -> None:
    """The partitions that have nodes of ours; what they have besides is told."""
    mine = set(found.all_nodes)
    if not sources.nodes and not sources.partitions:
        found.open.append("slurm.partitions: no source names a partition")
        return
    seen = sources.partitions or tuple(_from_nodes(sources))
    kept = [p for p in seen if mine & set(p.nodes)]
    for partition in seen:
        if others := set(partition.nodes) - mine:
            found.open.append(f"slurm.partitions: {partition.name} also has {fold(others)}, which are no nodes here")
        if not partition.nodes:
            found.open.append(f"slurm.partitions: {partition.name} has no node")
    if not kept:
        found.open.append("slurm.partitions: no partition has a node of these")
        return
    default = _default(found, kept)
    groups = {frozenset(part.nodes.values()): str(part.value("name")) for part in found.parts[1:] and found.parts}
    rows = [_row(p, mine, groups, default) for p in kept]
    why = "what `scontrol show partition` says" if sources.partitions else "Partitions= of every node"
    found.values["slurm.partitions"] = rows, why
    if not sources.partitions:
        found.open.append("slurm.partitions: every max_time (`scontrol show partition` says it)")


def _default(found: Inferred, kept: Collection[SeenPartition]) -> str:
    """The one that is the default, or the largest, which is then told."""
    if names := [p.name for p in kept if p.default]:
        return names[0]
    largest = max(kept, key=lambda p: len(p.nodes)).name
    found.open.append(f"slurm.partitions: which is the default; {largest} is the largest, and is written as it")
    return largest


def _row(
    seen: SeenPartition, mine: Collection[str], groups: Mapping[frozenset[str], str], default: str
) -> dict[str, object]:
    have = frozenset(set(seen.nodes) & set(mine))
    row: dict[str, object] = {"name": seen.name}
    if have in groups:
        row["group"] = groups[have]
    else:
        row["nodes"] = "all" if len(have) == len(mine) else fold(have)
    if seen.name == default:
        row["default"] = True
    if seen.max_time:
        row["max_time"] = seen.max_time
    return row


def _from_nodes(sources: Sources) -> Iterator[SeenPartition]:
    members: dict[str, list[str]] = {}
    for node in sources.nodes:
        for partition in node.partitions:
            members.setdefault(partition, []).append(node.name)
    yield from (SeenPartition(name, tuple(nodes), False, "") for name, nodes in members.items())
