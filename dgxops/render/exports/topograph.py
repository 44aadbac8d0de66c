"""The model file of NVIDIA Topograph: the tree of switches, and the nodes below each leaf as blocks.

Rules: docs/modeling.md of NVIDIA/topograph. A switch there has one parent, so the tree is the one that Slurm is given:
a scalable unit is a leaf, whose rails are all one hop apart. An NVLink domain of several nodes is a block of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dgxops.model.cluster import Cluster
from dgxops.render import hostlist, yaml_text
from dgxops.render.cabling.plant import Plant

_DOMAIN = "accelerator.topology.test/domain"
_BETWEEN_NAMES = re.compile(r",(?![^\[]*\])")


def artifacts(plant: Plant) -> dict[str, str]:
    """site/topograph.yaml, where there are nodes."""
    return {"site/topograph.yaml": model(plant.cluster)} if plant.cluster.nodes else {}


def model(cluster: Cluster) -> str:
    """The text of the file."""
    return yaml_text.dump({"switches": _switches(cluster), "blocks": list(_blocks(cluster))})


def _switches(cluster: Cluster) -> dict[str, dict[str, list[str]]]:
    """Switches with their children; a lone leaf stands here too, as it is nobody's child."""
    tree = cluster.slurm.topology
    roots = {s.name: {"switches": list(s.switches)} for s in tree if s.switches}
    return roots or {s.name: {} for s in tree}


def _blocks(cluster: Cluster) -> Iterator[dict[str, object]]:
    leaf_of = {node: leaf.name for leaf in cluster.slurm.topology for node in leaf.nodes}
    for block in cluster.slurm.blocks:
        yield {"switch": leaf_of[block.nodes[0]], "nodes": _fold(block.nodes), "annotations": {_DOMAIN: block.name}}
    if not cluster.slurm.blocks:
        for leaf in cluster.slurm.topology:
            if leaf.nodes:
                yield {"switch": leaf.name, "nodes": _fold(leaf.nodes)}


def _fold(nodes: tuple[str, ...]) -> list[str]:
    return _BETWEEN_NAMES.split(hostlist.fold(nodes))
