"""Slurm's topology, in the one file that its version reads: topology.yaml from 25.05 on, topology.conf before.

Both say the same, but that topology.yaml may also have the blocks of each of several groups, which partitions of such
a group choose; topology.conf is for one plugin. topology.yaml hides topology.conf where both lie in /etc/slurm, so a
tree holds one of them.
Sources: topology.conf(5), topology.yaml(5); TOPOLOGY_CONF and below in src/plugins/data_parser/v0.0.43/parsers.c of
slurm-25-05-8-1 and slurm-25-11-7-1.
"""

from __future__ import annotations

from typing import Any

import yaml

from dgxops.model.workload import GroupBlocks, Partition, Slurm, TopologySwitch
from dgxops.render.hostlist import fold

YAML_SINCE = (25, 5)
NAME = "default"  # what Slurm calls the one topology of a topology.conf: src/interfaces/topology.c
CONF, YAML = "topology.conf", "topology.yaml"


def file_of(version: str) -> str:
    """Name of the file that Slurm ``version`` (major.minor) reads."""
    major, minor = version.split(".")[:2]
    return YAML if (int(major), int(minor)) >= YAML_SINCE else CONF


def topology_text(slurm: Slurm) -> str:
    """Text of :func:`file_of` the version that the configuration is written for."""
    return (topology_yaml if file_of(slurm.settings.version) == YAML else topology_conf)(slurm)


def topology_conf(slurm: Slurm) -> str:
    """The blocks as topology/block reads them (Slurm 23.11 and later), or the tree, leaves first, for topology/tree."""
    if not slurm.blocks:
        return "\n".join(map(_switch_line, slurm.topology)) + "\n"
    blocks = [f"BlockName={b.name} Nodes={fold(b.nodes)}" for b in slurm.blocks]
    return "\n".join([*blocks, f"BlockSizes={slurm.planning_block_size}"]) + "\n"


def _switch_line(switch: TopologySwitch) -> str:
    if switch.nodes:
        return f"SwitchName={switch.name} Nodes={fold(switch.nodes)}"
    return f"SwitchName={switch.name} Switches={fold(switch.switches)}"


def topology_of(slurm: Slurm, partition: Partition) -> str:
    """The topology that a partition chooses: that of the group with blocks that all its nodes are of, else the default.

    Empty for the default, and where Slurm reads only one.
    """
    several = slurm.group_blocks if file_of(slurm.settings.version) == YAML else ()
    held = ((g.group, {name for block in g.blocks for name in block.nodes}) for g in several)
    return next((group for group, names in held if partition.nodes and names.issuperset(partition.nodes)), "")


def topology_yaml(slurm: Slurm) -> str:
    """The same as the default topology of a topology.yaml, then those of groups; the name must be the first key."""
    entry: dict[str, Any] = {"topology": NAME, "cluster_default": True}
    if slurm.blocks:
        entry["block"] = _block_entry(slurm)
    else:
        entry["tree"] = {"switches": list(map(_switch_entry, slurm.topology))}
    others = [{"topology": g.group, "cluster_default": False, "block": _block_entry(g)} for g in slurm.group_blocks]
    text: str = yaml.safe_dump([entry, *others], sort_keys=False, default_flow_style=False, width=2**20)
    return "---\n" + text


def _block_entry(of: Slurm | GroupBlocks) -> dict[str, object]:
    blocks = [{"block": b.name, "nodes": fold(b.nodes)} for b in of.blocks]
    return {"block_sizes": [of.planning_block_size], "blocks": blocks}


def _switch_entry(switch: TopologySwitch) -> dict[str, str]:
    below = {"nodes": fold(switch.nodes)} if switch.nodes else {"children": fold(switch.switches)}
    return {"switch": switch.name, **below}
