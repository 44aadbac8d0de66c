"""Slurm as it follows from the hosts: controllers, partitions and the topology tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.expand import rented
from dgxops.model.node import Host, HostRole
from dgxops.model.workload import Partition, Slurm, SlurmSettings, TopologyBlock, TopologySwitch

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.spec.schema import ClusterSpec
    from dgxops.spec.schema import Partition as PartitionSpec

TOPOLOGY_ROOT = "fabric"


def slurm(spec: ClusterSpec, arch: ArchitectureEntry, hosts: Sequence[Host], version: str) -> Slurm:
    """The batch system: the heads are its controllers, the first of them keeps the database."""
    heads = _names(hosts, HostRole.HEAD)
    nodes = [h for h in hosts if h.role is HostRole.DGX]
    blocks = _blocks(nodes) if arch.slurm.topology == "block" else ()
    return Slurm(
        cluster_name=spec.name,
        controllers=heads,
        database=heads[0],
        login=_names(hosts, HostRole.LOGIN),
        partitions=tuple(_partition(p, [n.name for n in nodes]) for p in spec.slurm.partitions),
        topology=_topology(nodes),
        settings=_settings(spec, version),
        blocks=blocks,
        block_size=arch.slurm.block_size or 0,
    )


def _names(hosts: Sequence[Host], role: HostRole) -> tuple[str, ...]:
    return tuple(h.name for h in hosts if h.role is role)


def _partition(partition: PartitionSpec, everywhere: Sequence[str]) -> Partition:
    nodes = partition.nodes
    if nodes == "all":
        chosen = set(everywhere)
    elif isinstance(nodes, str):
        chosen = set(NodeSet(nodes, resolver=RESOLVER_NOGROUP))
    else:
        chosen = {name for text in nodes for name in NodeSet(text, resolver=RESOLVER_NOGROUP)}
    names = tuple(name for name in everywhere if name in chosen)
    return Partition(partition.name, names, partition.default, partition.max_time)


def _topology(nodes: Sequence[Host]) -> tuple[TopologySwitch, ...]:
    """One switch a scalable unit, in which every rail is one hop, under one root where there are several; of rented
    nodes one a place that the provider names."""
    if any(n.placement for n in nodes):
        return rented.tree(nodes)
    units = sorted({n.su for n in nodes})
    leaves = [
        TopologySwitch(f"su{su:02d}" if su else "group", nodes=tuple(n.name for n in nodes if n.su == su))
        for su in units
    ]
    if len(leaves) < 2:
        return tuple(leaves)
    return (*leaves, TopologySwitch(TOPOLOGY_ROOT, switches=tuple(leaf.name for leaf in leaves)))


def _blocks(nodes: Sequence[Host]) -> tuple[TopologyBlock, ...]:
    """One block a rack, which is one NVLink domain."""
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
