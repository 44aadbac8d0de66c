"""Clusters of several kinds: every node is in a group, or it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dgxops.importing.build import Built, best
from dgxops.importing.detect import PARSERS, Taken, What, kind_of, together
from dgxops.model.cluster import Cluster
from tests.importing.printed import cluster_of, config, nodes, partitions, rows

ROOT = Path(__file__).parents[2]
CPU_NODE = (
    "NodeName=cpu-01 Arch=x86_64 CoresPerSocket=32\n   Gres=(null)\n   NodeAddr=cpu-01 Version=24.11\n"
    "   RealMemory=500000 Sockets=2 Boards=1\n   ThreadsPerCore=2 TmpDisk=0\n   Partitions=cpu,batch\n\n"
)


def taken(*texts: str) -> list[Taken]:
    kinds = [kind_of("f", text) for text in texts]
    return [Taken("f", kind, PARSERS[kind]("f", text)) for kind, text in zip(kinds, texts, strict=True)]


def imported(*texts: str, platform: str | None = None) -> Built:
    return best(together(taken(*texts)), "again", "a test", platform)


def heritage() -> Cluster:
    return cluster_of((ROOT / "inventories/heritage/cluster.yml").read_text())


def test_the_groups_of_a_laboratory_come_back_from_cables_and_slurm() -> None:
    first = heritage()
    table = (ROOT / "inventories/heritage/rendered/cabling/cables.csv").read_text()
    built = imported(table, nodes(first), partitions(first), config(first))
    again = cluster_of(built.text)
    assert not built.agreed.differs
    assert {(n.name, n.system.id if n.system else "", str(n.management_ip)) for n in again.nodes} == {
        (n.name, n.system.id if n.system else "", str(n.management_ip)) for n in first.nodes
    }
    assert {g.name for g in again.groups} == {g.name for g in first.groups}
    assert {(p.name, frozenset(p.nodes), p.default, p.max_time) for p in again.slurm.partitions} == {
        (p.name, frozenset(p.nodes), p.default, p.max_time) for p in first.slurm.partitions
    }
    assert [h.name for h in again.hosts if h.role.value == "head"] == ["head-01", "head-02"]


def test_a_node_that_is_no_dgx_is_told_by_name() -> None:
    first = heritage()
    told = "\n".join(imported(nodes(first) + CPU_NODE).found.open)
    assert "1 Slurm nodes are no such DGX system and were left out: cpu-01 (no GPU, 2 x 32 cores x 2 threads)" in told
    assert "batch also has cpu-01, which are no nodes here" in told


def test_with_a_platform_the_other_nodes_are_told() -> None:
    built = imported(nodes(heritage()), platform="dgx-2")
    assert [one.kind.system.id for one in built.found.parts] == ["dgx-2"]
    assert sum("were left out" in what for what in built.found.open) == 3


def test_two_kinds_with_units_are_two_groups_and_every_cable_agrees() -> None:
    """As a machine room has them after a purchase: H100 and A100 units side by side, with names of their own."""
    wanted = {
        "name": "two",
        "groups": [
            {"name": "old", "platform": "dgx-a100", "naming": {"node": "old-{index:03d}"}},
            {"name": "new", "platform": "dgx-h100", "nodes": 8, "naming": {"node": "h{index:02d}"}},
        ],
        "storage": [{"name": "home", "mount": "/home"}],
        "networks": {"management": {"subnet": "10.8.0.0/19"}, "oob": {"subnet": "10.9.0.0/19"}},
    }
    first = cluster_of(yaml.safe_dump(wanted))
    built = imported(rows(first), nodes(first))
    assert not built.agreed.differs
    assert [g.architecture for g in cluster_of(built.text).groups] == ["a100", "h100"]


@pytest.mark.parametrize("what", list(What))
def test_every_kind_of_source_has_a_parser(what: What) -> None:
    assert what in PARSERS


def test_a_few_names_among_many_of_one_kind_make_no_group() -> None:
    first = cluster_of("{name: c, platform: dgx-h100, services: {head: 1}}")
    built = imported(rows(first).replace("dgx-007,", "loaner,"), nodes(first).replace("=dgx-007 ", "=loaner "))
    assert "1 nodes are dgx-h100 (h100) too, but named otherwise, and left out: loaner" in built.found.open
    assert built.found.value("omit") == ["dgx-007", "dgx-032"]
    assert any("loaner OSFP" in what for what in built.agreed.differs)
