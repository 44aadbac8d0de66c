"""Slurm, with Slurm's own field names in snake_case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition; ``nodes`` are host names in order."""

    name: str
    nodes: tuple[str, ...]
    default: bool
    max_time: str
    state: str = "UP"


@dataclass(frozen=True, slots=True)
class TopologySwitch:
    """One line of a topology/tree: a leaf has ``nodes``, anything above has ``switches``."""

    name: str
    nodes: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopologyBlock:
    """One block of a topology/block: nodes of one NVLink domain."""

    name: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupBlocks:
    """The blocks of one of several groups, a topology of its own beside the tree where Slurm reads several (25.05)."""

    group: str
    blocks: tuple[TopologyBlock, ...]
    block_size: int  # nodes of a whole block

    @property
    def planning_block_size(self) -> int:
        return planning_block_size(self.block_size, self.blocks)


def planning_block_size(whole: int, blocks: tuple[TopologyBlock, ...]) -> int:
    """Nodes that Slurm plans blocks in: those of a whole block or, as none may fall short (topology.conf(5),
    BlockSizes), of the emptiest one."""
    return min([whole, *(len(b.nodes) for b in blocks)])


@dataclass(frozen=True, slots=True)
class SlurmSettings:
    """What slurm.conf and cgroup.conf say that does not follow from the hosts.

    Production values come from ``expand``; the lab replaces the few that a stand-in machine cannot keep.
    """

    version: str  # major.minor that the configuration is written for, e.g. "24.11"
    state_save_location: str
    proctrack_type: str
    task_plugin: str
    slurmd_parameters: tuple[str, ...]
    cgroup_plugin: str | None  # None: the version's default
    constrain: bool  # cgroup.conf confines cores, memory and devices


@dataclass(frozen=True, slots=True)
class Slurm:
    """The batch system of the cluster; controllers and database are host names, the first controller leads."""

    cluster_name: str
    controllers: tuple[str, ...]
    database: str
    login: tuple[str, ...]
    partitions: tuple[Partition, ...]
    topology: tuple[TopologySwitch, ...]
    settings: SlurmSettings
    blocks: tuple[TopologyBlock, ...] = ()  # not empty: topology/block in place of the tree
    block_size: int = 0  # nodes of a whole block
    group_blocks: tuple[GroupBlocks, ...] = ()  # beside the tree, where several groups share the cluster

    @property
    def planning_block_size(self) -> int:
        return planning_block_size(self.block_size, self.blocks)
