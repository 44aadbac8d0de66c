"""What Slurm is not told of a cluster because its version reads one topology only."""

from __future__ import annotations

from dgxops.check.findings import doubtful, many
from dgxops.check.slurm.config import YAML_SINCE
from dgxops.check.slurm.lint import version_of
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof

NAME = "slurm blocks"


def blocks_told(cluster: Cluster) -> tuple[Proof, ...]:
    """A warning a group whose NVLink domains are leaves of the tree, not blocks; no proof where no group has any.

    With topology/block a job gets whole NVLink domains (`--segment`, `--exclusive=topo`); a tree only prefers few of
    its leaves. topology.conf(5) is read by one plugin, topology.yaml(5) of 25.05 holds several topologies.
    """
    groups, version = cluster.slurm.group_blocks, cluster.slurm.settings.version
    if not groups:
        return ()
    told = version_of(version) >= YAML_SINCE
    findings = () if told else tuple(
        doubtful(
            NAME,
            "Slurm is not told of the blocks of a group, its NVLink domains: they are leaves of the tree",
            evidence=f"{g.group}: {many(len(g.blocks), 'block')} of {g.block_size} nodes; without --segment and "
            f"--exclusive=topo, as Slurm {version} reads one topology",
            repair="ask for --switches=1 where a job must stay in one; a release with Slurm 25.05 or later reads "
            "several topologies; or make the group a cluster of its own",
        )
        for g in groups
    )  # fmt: skip
    blocks = sum(len(g.blocks) for g in groups)
    statement = f"{many(blocks, 'block')} of {many(len(groups), 'group')}, " + (
        "each group a topology beside the tree" if told else "none told to Slurm"
    )
    return (Proof(NAME, statement, {"blocks": blocks, "told": blocks if told else 0}, findings),)
