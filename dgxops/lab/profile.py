"""What the lab changes of a cluster before it is rendered: the little that a stand-in machine cannot keep."""

from __future__ import annotations

from dataclasses import replace

from dgxops.lab.standins.repository import HOST, KEY
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric
from dgxops.model.release import Repository
from dgxops.model.workload import Partition, Slurm, SlurmSettings, TopologyBlock, TopologySwitch

STAND_INS = Repository(
    name="stand-ins",
    public=f"http://{HOST}",
    address=f"http://{HOST}/",
    suites=("/",),
    components=(),
    key=f"http://{HOST}/{KEY}",
    purpose="stand-ins of NVIDIA's packages",
)
"""In place of every repository of the release: no mirror moves it."""


def for_lab(cluster: Cluster, nodes: int | None) -> Cluster:
    """The cluster as the lab boots it: its first ``nodes`` DGX systems (all for None), settings for containers.

    Systems that are away are not booted and not counted; those among the first ones stay in the files, as on the site.

    Racks, networks and switches stay as designed (the lab has none of them); cables of absent systems go with them.
    """
    absent = _beyond(cluster, nodes)
    kept = tuple(h for h in cluster.hosts if h.name not in absent)
    return replace(
        cluster,
        hosts=kept,
        fabrics=tuple(_without(fabric, absent) for fabric in cluster.fabrics),
        release=replace(cluster.release, time_pool=None, repositories=(STAND_INS,)),  # they have their host's clock
        slurm=_slurm(cluster.slurm, {host.name for host in kept}),
        lab=True,
    )


def _beyond(cluster: Cluster, nodes: int | None) -> set[str]:
    """The systems after the first ``nodes`` that are there; none where no more are there."""
    there = [place for place, host in enumerate(cluster.nodes, 1) if host.absence is None]
    if nodes is None or nodes >= len(there):
        return set()
    return {host.name for host in cluster.nodes[there[nodes - 1] if nodes else 0 :]}


def _without(fabric: Fabric, absent: set[str]) -> Fabric:
    return replace(fabric, links=tuple(link for link in fabric.links if link.a.device not in absent))


def _slurm(slurm: Slurm, names: set[str]) -> Slurm:
    return replace(
        slurm,
        partitions=tuple(p for p in (_partition(p, names) for p in slurm.partitions) if p.nodes),
        topology=_topology(slurm.topology, names),
        blocks=_blocks(slurm.blocks, names),
        group_blocks=tuple(replace(g, blocks=kept) for g in slurm.group_blocks if (kept := _blocks(g.blocks, names))),
        settings=_settings(slurm.settings),
    )


def _blocks(blocks: tuple[TopologyBlock, ...], names: set[str]) -> tuple[TopologyBlock, ...]:
    fewer = (replace(block, nodes=tuple(n for n in block.nodes if n in names)) for block in blocks)
    return tuple(block for block in fewer if block.nodes)


def _settings(settings: SlurmSettings) -> SlurmSettings:
    """No cgroups of Slurm's own (the host may mount them the old way), and 2 cores may stand for 224."""
    return replace(
        settings,
        proctrack_type="proctrack/linuxproc",
        task_plugin="task/none",
        slurmd_parameters=tuple(dict.fromkeys((*settings.slurmd_parameters, "config_overrides"))),
        cgroup_plugin="disabled",
        constrain=False,
    )


def _partition(partition: Partition, names: set[str]) -> Partition:
    return replace(partition, nodes=tuple(n for n in partition.nodes if n in names))


def _topology(switches: tuple[TopologySwitch, ...], names: set[str]) -> tuple[TopologySwitch, ...]:
    """The tree (children before parents) without absent nodes; a switch that is left with one child or none goes."""
    kept: dict[str, TopologySwitch] = {}
    for switch in switches:
        smaller = replace(
            switch,
            nodes=tuple(n for n in switch.nodes if n in names),
            switches=tuple(s for s in switch.switches if s in kept),
        )
        if smaller.nodes or len(smaller.switches) > 1:
            kept[switch.name] = smaller
    return tuple(kept.values())
