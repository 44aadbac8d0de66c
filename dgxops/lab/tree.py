"""From a spec to what the lab needs of it: its machines, and the rendered tree that belongs to them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from dgxops import catalogue, spec
from dgxops.errors import DgxopsError
from dgxops.expand import expand
from dgxops.lab.machine import machines_of
from dgxops.lab.profile import for_lab
from dgxops.lab.up import Wish
from dgxops.render.tree import render
from dgxops.render.write import write_tree


def wish_for(path: Path, nodes: int | None, base: str, mirror: str | None, *, fresh: bool, rebuild: bool) -> Wish:
    """What ``up`` is asked for by a spec; ``nodes`` counts the DGX systems to boot, None for all.

    Raises:
        InputError: every fault of the spec.
    """
    cluster = expand(spec.load(path), catalogue.load())
    there = sum(node.absence is None for node in cluster.nodes)
    if nodes is not None and nodes > there:
        raise DgxopsError(f"--nodes {nodes}: {cluster.name} has {there} DGX systems")
    cluster = for_lab(cluster, nodes)
    return Wish(
        cluster=cluster.name,
        spec=path.resolve(),
        ssh_user=cluster.site.ssh_user,
        machines=machines_of(cluster),
        write_rendered=partial(write_tree, artifacts=render(cluster)),
        base=base,
        mirror=mirror,
        fresh=fresh,
        rebuild=rebuild,
    )
