#!/usr/bin/env python3
"""Time the model of one spec against a plain networkx graph of its compute fabric, in one process.

usage: scripts/bench_model.py SPEC

Prints one JSON object. The model is everything that `expand` derives: hosts, addresses, racks, all fabrics, Slurm. The
graph is what a script would build: a node a device, an edge a cable, the two ports on it; nothing else.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import networkx as nx  # noqa: E402

from dgxops import catalogue, spec  # noqa: E402
from dgxops.expand import expand  # noqa: E402
from dgxops.model.cluster import Cluster  # noqa: E402

RAILS, HALF = 8, 32
T = TypeVar("T")


def graph(units: int, nodes: int, spines: int, groups: int, cores: int) -> nx.MultiGraph:
    """The fabric by plain loops: ``spines`` and ``groups`` of the whole fabric, ``cores`` links a spine up."""
    made = nx.MultiGraph()
    for unit in range(units):
        for rail in range(RAILS):
            leaf = f"leaf-{unit}-{rail}"
            for node in range(nodes):
                made.add_edge(f"dgx-{unit * nodes + node}", leaf, ports=(rail, node + 1))
            for up in range(HALF):
                spine = (rail % groups) * (spines // groups) + up % (spines // groups)
                made.add_edge(leaf, f"spine-{spine}", ports=(HALF + up + 1, unit + 1))
    for spine in range(spines if cores else 0):
        for up in range(HALF):
            made.add_edge(f"spine-{spine}", f"core-{(spine * HALF + up) % cores}", ports=(HALF + up + 1, spine + 1))
    return made


def best(of: Callable[[], T], times: int = 3) -> tuple[float, T]:
    """The shortest of some runs, which the other programs of the machine disturbed least, and its result."""
    seconds = []
    for _ in range(times):
        gc.collect()
        started = time.perf_counter()
        made = of()
        seconds.append(time.perf_counter() - started)
    return min(seconds), made


def like(cluster: Cluster) -> nx.MultiGraph:
    """A graph with as many devices and cables in each layer as the compute fabric has."""
    fabric = cluster.fabric("compute")
    spines = [s for s in fabric.switches if s.tier.value == "spine"]
    cores = sum(s.tier.value == "core" for s in fabric.switches)
    return graph(cluster.scalable_units, cluster.nodes_per_su, len(spines), RAILS if cores else 1, cores)


def main() -> int:
    wanted = spec.load(Path(sys.argv[1]))
    facts = catalogue.load()
    ours, cluster = best(lambda: expand(wanted, facts))
    theirs, plain = best(lambda: like(cluster))
    fabric = cluster.fabric("compute")
    shown = {
        "nodes": len(cluster.nodes),
        "model_seconds": round(ours, 3),
        "networkx_seconds": round(theirs, 3),
        "ratio": round(ours / theirs, 2),
        "links_of_all_fabrics": sum(len(f.links) for f in cluster.fabrics),
        "links_of_compute": len(fabric.links),
        "links_by_layer": {kind.value: count for kind, count in fabric.link_counts().items() if count},
        "edges_of_networkx": plain.number_of_edges(),
    }
    print(json.dumps(shown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
