"""What is known of the machines beside what the files say; empty for a folder of files from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dgxops.check.pieces import Pieces
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric

COMPUTE = "compute"


@dataclass(frozen=True, slots=True)
class Hardware:
    """One node: memory in MB as ``slurmd -C`` counts it, and its GPUs by Slurm's type."""

    real_memory: int
    gpu_type: str
    gpus: int


@dataclass(frozen=True, slots=True)
class Truth:
    """``nodes`` by name; ``islands`` gives nodes that the compute fabric connects the same number."""

    nodes: Mapping[str, Hardware] = field(default_factory=dict)
    islands: Mapping[str, int] = field(default_factory=dict)


def of_cluster(cluster: Cluster) -> Truth:
    """What the catalogue and the compute fabric say."""
    nodes = {
        n.name: Hardware(n.system.real_memory_mb, n.system.gpu.slurm_type, n.system.gpu.count)
        for n in cluster.nodes
        if n.system and n.system.real_memory_mb
    }
    fabrics = [f for f in cluster.fabrics if f.kind == COMPUTE]
    return Truth(nodes, _islands(cluster, fabrics, nodes) if fabrics or len(cluster.groups) > 1 else {})


def _islands(cluster: Cluster, fabrics: Sequence[Fabric], nodes: Mapping[str, Hardware]) -> dict[str, int]:
    """A node without a cable is an island of its own, a group without a compute fabric one on the in-band network."""
    pieces = Pieces((link.a.device, link.z.device) for f in fabrics for link in f.links)
    for group in {g.name for g in cluster.groups} - {f.group for f in fabrics}:
        for first, second in pairwise(n.name for n in cluster.nodes if n.group == group):
            pieces.join(first, second)
    for name in nodes:
        pieces.add(name)
    return {name: number for number, group in enumerate(pieces.groups()) for name in group if name in nodes}
