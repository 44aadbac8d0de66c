"""Slurm's topology file by the version of the release: the same tree or blocks, in the one file that version reads."""

from __future__ import annotations

import pytest

from dgxops.check.slurm.config import read
from dgxops.check.slurm.lint import lint, version_of
from dgxops.check.slurm.told import blocks_told
from dgxops.check.slurm.truth import of_cluster
from dgxops.model.cluster import Cluster
from dgxops.render import slurm
from dgxops.render.slurm_topology import file_of
from tests.conftest import cluster_of, on

HEAD = """\
# topology.yaml of cluster pod, for Slurm 25.11.
# Written by dgxops render: change cluster.yml and render again, not this file.

"""
TREE = """\
---
- topology: default
  cluster_default: true
  tree:
    switches:
    - switch: su01
      nodes: dgx-[001-031]
    - switch: su02
      nodes: dgx-[033-064]
    - switch: fabric
      children: su[01-02]
"""
BLOCKS = """\
---
- topology: default
  cluster_default: true
  block:
    block_sizes:
    - 18
    blocks:
"""


def files(cluster: Cluster) -> dict[str, str]:
    return {path.rsplit("/", 1)[1]: text for path, text in slurm.artifacts(cluster).items()}


def racks() -> Cluster:
    return cluster_of(platform="dgx-gb200-nvl72")


@pytest.mark.parametrize(
    ("version", "name"),
    [("23.11", "topology.conf"), ("24.11", "topology.conf"), ("25.05", "topology.yaml"), ("26.05", "topology.yaml")],
)
def test_a_version_gets_the_file_that_it_reads_and_no_other(version: str, name: str) -> None:
    assert file_of(version) == name
    made = files(on(cluster_of(), version))
    assert [file for file in made if file.startswith("topology.")] == [name]


def test_the_tree() -> None:
    assert files(on(cluster_of(scalable_units=2), "25.11"))["topology.yaml"] == HEAD + TREE


def test_the_blocks_with_their_base_size() -> None:
    made = on(racks(), "25.11")
    entries = "".join(f"    - block: {b.name}\n      nodes: {slurm.fold(b.nodes)}\n" for b in made.slurm.blocks)
    assert files(made)["topology.yaml"] == HEAD + BLOCKS + entries


def mixed() -> Cluster:
    """Units beside NVL72 racks; the partition all is over both."""
    partitions = [{"name": "all", "default": True}, {"name": "nvl", "group": "rack"}, {"name": "two", "nodes": ONE}]
    groups = [{"name": "new", "platform": "dgx-h100"}, {"name": "rack", "platform": "dgx-gb200-nvl72"}]
    wide = {"oob": {"subnet": "10.16.0.0/14"}, "management": {"subnet": "10.8.0.0/18"}}
    return cluster_of(platform="", groups=groups, slurm={"partitions": partitions}, networks=wide)


ONE = "rack-[001-018]"


def test_several_groups_have_their_blocks_beside_the_tree_and_their_partitions_choose_them() -> None:
    made = files(on(mixed(), "25.11"))
    tree, blocks = read(made, (25, 11)).topologies
    assert (tree.name, tree.kind, tree.default) == ("default", "tree", True)
    assert (blocks.name, blocks.kind, blocks.default, blocks.sizes) == ("rack", "block", False, ("18",))
    assert [b.name for b in blocks.blocks] == [f"rack-su01-r{n:02d}" for n in range(1, 9)]
    lines = [line.split() for line in made["slurm.conf"].splitlines() if line.startswith("PartitionName=")]
    assert [line[-1] for line in lines] == ["State=UP", "Topology=rack", "Topology=rack"]
    proofs = lint(made, (25, 11), of_cluster(mixed()))
    assert [f for p in proofs if p.name == "slurm topology" for f in p.findings] == []


def test_a_partition_whose_topology_lacks_a_node_of_it_is_found() -> None:
    made = files(on(mixed(), "25.11"))
    made["slurm.conf"] = made["slurm.conf"].replace(
        "State=UP\nPartitionName=nvl", "State=UP Topology=rack\nPartitionName=nvl"
    )
    found = [f.message for p in lint(made, (25, 11), of_cluster(mixed())) for f in p.findings]
    assert "topology.yaml: nodes are in no block" in found


def test_where_slurm_reads_one_topology_check_says_what_is_lost() -> None:
    """The same files as before, and a warning that names the group; none where Slurm is told."""
    old = mixed()
    assert "Topology=" not in files(old)["slurm.conf"]
    (lost,) = [f for proof in blocks_told(old) for f in proof.findings]
    assert lost.evidence.startswith("rack: 8 blocks of 18 nodes; without --segment")
    assert [f for proof in blocks_told(on(mixed(), "25.05")) for f in proof.findings] == []
    assert (blocks_told(racks()), blocks_told(cluster_of())) == ((), ())


@pytest.mark.parametrize("version", ["25.05", "25.11"])
@pytest.mark.parametrize("cluster", [cluster_of(), cluster_of(scalable_units=4), racks()], ids=["su", "tree", "blocks"])
def test_both_files_say_the_same_and_the_linter_finds_nothing(cluster: Cluster, version: str) -> None:
    old, new = files(on(cluster, "24.11")), files(on(cluster, version))
    before = read(old, (24, 11)).topologies[0]
    (after,) = read(new, version_of(version)).topologies
    assert (after.name, after.kind, after.sizes) == (before.name, before.kind, before.sizes)
    assert [(n, held) for _, n, held in after.places] == [(n, held) for _, n, held in before.places]
    assert [s.children for s in after.switches] == [s.children for s in before.switches]
    proofs = lint(new, version_of(version), of_cluster(cluster))
    assert [f for p in proofs if p.name == "slurm topology" for f in p.findings] == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("dgx-[033-064]", "dgx-[034-064]"), "nodes are in no switch"),
        (("dgx-[033-064]", "dgx-[031-064]"), "nodes of su02 are below su01 already"),
        (("su[01-02]", "su01"), "switch su02 has no parent"),
        (("switch: su02", "switch: su01"), "su01 is defined already"),
        (("children: su", "child: su"), "knows no key child"),
    ],
)
def test_what_is_broken_in_it_is_found(change: tuple[str, str], says: str) -> None:
    cluster = on(cluster_of(scalable_units=2), "25.11")
    texts = files(cluster)
    texts["topology.yaml"] = texts["topology.yaml"].replace(*change)
    found = [f.message for proof in lint(texts, (25, 11), of_cluster(cluster)) for f in proof.findings]
    assert any(says in message for message in found), found
