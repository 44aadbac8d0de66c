"""Slurm as it follows from the hosts: controllers, partitions and the topology tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.expand import rented
from dgxops.model.node import Host, HostRole
from dgxops.model.workload import GroupBlocks, Partition, Slurm, SlurmSettings, TopologyBlock, TopologySwitch

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.spec.schema import ClusterSpec
    from dgxops.spec.schema import Partition as PartitionSpec

TOPOLOGY_ROOT = "fabric"


Built = tuple["ArchitectureEntry", Sequence[Host]]
"""What a group is built to, and its nodes."""


def slurm(spec: ClusterSpec, groups: Sequence[Built], machines: Sequence[Host], version: str) -> Slurm:
    """The batch system: the heads are its controllers, the first of them keeps the database."""
    heads = _names(machines, HostRole.HEAD)
    blocks, size = _blocks(groups)
    return Slurm(
        cluster_name=spec.name,
        controllers=heads,
        database=heads[0],
        login=_names(machines, HostRole.LOGIN),
        partitions=_partitions(spec, [n for _, nodes in groups for n in nodes]),
        topology=tuple(switch for arch, nodes in groups for switch in _topology(nodes, arch, whole=bool(blocks))),
        settings=_settings(spec, version),
        blocks=blocks,
        block_size=size,
        group_blocks=tuple(_beside(groups)),
    )


def _names(hosts: Sequence[Host], role: HostRole) -> tuple[str, ...]:
    return tuple(h.name for h in hosts if h.role is role)


def _partitions(spec: ClusterSpec, nodes: Sequence[Host]) -> tuple[Partition, ...]:
    """Those of the spec; in a cluster of several groups that names none, one a group, the first the default."""
    if spec.groups and "partitions" not in spec.slurm.model_fields_set:
        return tuple(
            Partition(group.name, tuple(n.name for n in nodes if n.group == group.name), number == 0, "UNLIMITED")
            for number, group in enumerate(spec.groups)
        )
    return tuple(_partition(p, nodes) for p in spec.slurm.partitions)


def _partition(partition: PartitionSpec, everywhere: Sequence[Host]) -> Partition:
    here = [n.name for n in everywhere if partition.group in (None, n.group)]
    nodes = partition.nodes
    if nodes == "all":
        chosen = set(here)
    elif isinstance(nodes, str):
        chosen = set(NodeSet(nodes, resolver=RESOLVER_NOGROUP))
    else:
        chosen = {name for text in nodes for name in NodeSet(text, resolver=RESOLVER_NOGROUP)}
    names = tuple(name for name in here if name in chosen)
    return Partition(partition.name, names, partition.default, partition.max_time)


def _topology(nodes: Sequence[Host], arch: ArchitectureEntry, *, whole: bool) -> tuple[TopologySwitch, ...]:
    """One switch a scalable unit, in which every rail is one hop, under one root where there are several.

    Groups have no switch in common, so they have no root in common. Where Slurm is not told of blocks (``whole``: it
    is), though the architecture has them, a switch is an NVLink domain instead. Of rented nodes there is a switch a
    place that the provider names.
    """
    if any(n.placement for n in nodes):
        return rented.tree(nodes)
    group = nodes[0].group if nodes else ""
    by_rack = arch.slurm.topology == "block" and not whole
    found: dict[str, list[str]] = {}
    for node in nodes:
        name = node.rack if by_rack else leaf_switch(group, node.su)
        found.setdefault(name, []).append(node.name)
    leaves = [TopologySwitch(name, nodes=tuple(names)) for name, names in found.items()]
    if len(leaves) < 2:
        return tuple(leaves)
    return (*leaves, TopologySwitch(root_switch(group), switches=tuple(leaf.name for leaf in leaves)))


def leaf_switch(group: str, su: int) -> str:
    """Name of the switch of a scalable unit (from 1), or of a plain group (0); ``group`` is empty where it is alone."""
    if not su:
        return group or "group"
    return f"{group}-su{su:02d}" if group else f"su{su:02d}"


def root_switch(group: str) -> str:
    """Name of the switch above several of a group."""
    return f"{group}-{TOPOLOGY_ROOT}" if group else TOPOLOGY_ROOT


def _blocks(groups: Sequence[Built]) -> tuple[tuple[TopologyBlock, ...], int]:
    """One block a rack, which is one NVLink domain, and their size.

    Blocks cannot say that groups have no switch in common, so several groups are trees.
    """
    (arch, nodes), *others = groups
    if others or arch.slurm.topology != "block":
        return (), 0
    return _blocks_of(nodes), arch.slurm.block_size or 0


def _beside(groups: Sequence[Built]) -> Iterator[GroupBlocks]:
    """The blocks of each of several groups that its architecture has."""
    for arch, nodes in groups if len(groups) > 1 else ():
        if arch.slurm.topology == "block":
            yield GroupBlocks(nodes[0].group, _blocks_of(nodes), arch.slurm.block_size or 0)


def _blocks_of(nodes: Sequence[Host]) -> tuple[TopologyBlock, ...]:
    racks: dict[str, list[str]] = {}
    for node in nodes:
        racks.setdefault(node.rack, []).append(node.name)
    return tuple(TopologyBlock(rack, tuple(names)) for rack, names in racks.items())


def _settings(spec: ClusterSpec, version: str) -> SlurmSettings:
    return SlurmSettings(
        version=version,
        state_save_location=spec.slurm.state_save_location,
        proctrack_type="proctrack/cgroup",
        task_plugin="task/cgroup,task/affinity",
        slurmd_parameters=(),
        cgroup_plugin=None,
        constrain=True,
    )
