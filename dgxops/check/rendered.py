"""The tree on disk held against what the spec gives: what is linted here is what is rendered, not what lies there."""

from __future__ import annotations

from pathlib import Path

from dgxops.check.findings import doubtful
from dgxops.errors import DgxopsError
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof
from dgxops.render import render, write

NAME = "rendered"


def rendered(cluster: Cluster, tree: Path) -> Proof:
    """Whether ``tree`` is up to date; a warning where it is stale, nothing proved where there is none."""
    if not tree.is_dir():
        return Proof(NAME, f"nothing to compare with: there is no {tree.name}/", proved=False)
    try:
        stale = write.differences(tree, render(cluster))
    except DgxopsError as error:
        return Proof(NAME, f"not compared: {error.message}", proved=False)
    if not stale:
        return Proof(NAME, "the tree on disk is what follows from the spec", {"stale": 0})
    evidence = "\n".join(f"{d.path}: {d.kind}" for d in stale[:3])
    finding = doubtful(NAME, "files on disk are not what the spec gives", evidence=evidence, repair="dgxops render")
    return Proof(NAME, f"{len(stale):,} files on disk are stale", {"stale": len(stale)}, (finding,))
