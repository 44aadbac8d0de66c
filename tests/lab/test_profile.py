"""The lab's cluster is the cluster, less what a stand-in machine cannot keep."""

from __future__ import annotations

import pytest

from dgxops.lab.machine import machines_of
from dgxops.lab.profile import for_lab
from dgxops.model.node import HostRole
from dgxops.model.workload import TopologySwitch
from dgxops.render.tree import render
from tests.conftest import cluster_of


def test_names_and_addresses_are_those_of_the_site() -> None:
    whole, part = cluster_of(scalable_units=2), for_lab(cluster_of(scalable_units=2), 3)
    assert [n.name for n in part.nodes] == ["dgx-001", "dgx-002", "dgx-003"]
    assert all(part.by_name[name].addresses == whole.by_name[name].addresses for name in part.by_name)
    assert part.hosts_of(HostRole.HEAD) == whole.hosts_of(HostRole.HEAD)


def test_without_a_number_every_system_is_kept() -> None:
    assert for_lab(cluster_of(scalable_units=1), None).nodes == cluster_of(scalable_units=1).nodes


def test_settings_are_those_of_containers_and_nothing_else_changes() -> None:
    cluster = cluster_of(nodes=2)
    lab = for_lab(cluster, None)
    assert (lab.lab, cluster.lab) == (True, False)
    settings = lab.slurm.settings
    assert (settings.proctrack_type, settings.task_plugin) == ("proctrack/linuxproc", "task/none")
    assert (settings.cgroup_plugin, settings.constrain) == ("disabled", False)
    assert "config_overrides" in settings.slurmd_parameters
    assert lab.slurm.controllers == cluster.slurm.controllers
    assert settings.state_save_location == cluster.slurm.settings.state_save_location


def test_who_is_away_is_not_booted_and_not_counted() -> None:
    absent = [{"node": "dgx-002", "reason": "RMA 1", "since": "2026-11-20"}]
    lab = for_lab(cluster_of(scalable_units=1, absent=absent), 3)
    assert [n.name for n in lab.nodes] == ["dgx-001", "dgx-002", "dgx-003", "dgx-004"]
    assert [m.name for m in machines_of(lab) if m.role is HostRole.DGX] == ["dgx-001", "dgx-003", "dgx-004"]
    everybody = cluster_of(nodes=4, absent=[{**absent[0], "node": "dgx-004"}])
    assert for_lab(everybody, 3) == for_lab(everybody, None)


NODES = [
    (1, (TopologySwitch("su01", nodes=("dgx-001",)),)),
    (31, (TopologySwitch("su01", nodes=tuple(f"dgx-{n:03d}" for n in range(1, 32))),)),
]


@pytest.mark.parametrize(("nodes", "topology"), NODES)
def test_a_tree_that_lost_a_unit_loses_its_root(nodes: int, topology: tuple[TopologySwitch, ...]) -> None:
    assert for_lab(cluster_of(scalable_units=2), nodes).slurm.topology == topology


def test_a_tree_over_two_units_keeps_its_root() -> None:
    topology = for_lab(cluster_of(scalable_units=3), 40).slurm.topology
    assert [(s.name, len(s.nodes), s.switches) for s in topology] == [
        ("su01", 31, ()),
        ("su02", 9, ()),
        ("fabric", 0, ("su01", "su02")),
    ]


def test_partitions_hold_present_nodes_only() -> None:
    partitions = [{"name": "batch", "nodes": "all", "default": True}, {"name": "far", "nodes": "dgx-[010-012]"}]
    lab = for_lab(cluster_of(scalable_units=1, slurm={"partitions": partitions}), 4)
    assert [(p.name, len(p.nodes)) for p in lab.slurm.partitions] == [("batch", 4)]


@pytest.mark.parametrize("nodes", [1, 4, None])
def test_any_number_of_nodes_renders(nodes: int | None) -> None:
    absent = for_lab(cluster_of(scalable_units=1), nodes)
    text = render(absent)["hosts.yml"]
    assert ("dgx-005" in text) == (nodes is None)


def test_machines_are_the_hosts_that_ansible_manages() -> None:
    machines = machines_of(for_lab(cluster_of(scalable_units=1, services={"head": 2, "login": 1}), 2))
    assert [(m.name, str(m.role), m.gpus) for m in machines] == [
        ("head-01", "head", 0),
        ("head-02", "head", 0),
        ("login-01", "login", 0),
        ("dgx-001", "dgx", 8),
        ("dgx-002", "dgx", 8),
    ]
    cluster = cluster_of(scalable_units=1)
    assert {m.gateway for m in machines} == {cluster.network("management").gateway}
    assert len({m.ip for m in machines} | {machines[0].gateway}) == len(machines) + 1
