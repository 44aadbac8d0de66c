"""The tree on disk held against what the spec gives: what is linted here is what is rendered, not what lies there."""

from __future__ import annotations

from pathlib import Path

from dgxops.check.findings import doubtful
from dgxops.errors import DgxopsError
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof
from dgxops.render import write
from dgxops.render.tree import render

NAME = "rendered"


def rendered(cluster: Cluster, tree: Path) -> Proof:
    """Whether ``tree`` is up to date: a warning where it is stale or has files of others; without one no proof."""
    if not tree.is_dir():
        return Proof(NAME, f"nothing to compare with: there is no {tree.name}/", proved=False)
    try:
        stale = write.differences(tree, render(cluster))
    except DgxopsError as error:
        return Proof(NAME, f"not compared: {error.message}", proved=False)
    others = _others(tree)
    if not stale:
        return Proof(NAME, "the tree on disk is what follows from the spec", {"stale": 0}, others)
    evidence = "\n".join(f"{d.path}: {d.kind}" for d in stale[:3])
    finding = doubtful(NAME, "files on disk are not what the spec gives", evidence=evidence, repair="dgxops render")
    return Proof(NAME, f"{len(stale):,} files on disk are stale", {"stale": len(stale)}, (finding, *others))


def _others(tree: Path) -> tuple[Finding, ...]:
    """One warning for the files there that no render writes: a person reads a port map of old like one of today."""
    others = write.strangers(tree)
    if not others:
        return ()
    evidence = "\n".join([*others[:3], *([f"and {len(others) - 3:,} more"] if len(others) > 3 else [])])
    what = f"{len(others):,} {'file' if len(others) == 1 else 'files'} in {tree.name}/ not of this design"
    repair = f"move them out of {tree.name}/, where everything follows from cluster.yml, or delete them"
    return (doubtful(NAME, what, evidence=evidence, repair=repair),)
