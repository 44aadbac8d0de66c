"""The main job on real machines, from one file to a running Slurm cluster, and what happens to it afterwards.

The tests run in order on one lab: each starts where the one before ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ClusterShell.NodeSet import NodeSet

from dgxops.lab import state

pytestmark = pytest.mark.lab

NAME = "e2e"
SPEC = """
name: e2e
platform: dgx-h100
nodes: 3
services: {head: 2, login: 1}
networks:
  management: {subnet: 10.90.0.0/21}
  oob: {subnet: 10.91.0.0/21}
"""
MACHINES = 6


class Lab:
    """dgxops on one spec."""

    def __init__(self, spec: Path) -> None:
        self.spec = spec

    def dgxops(self, *words: str, wanted: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dgxops", *words], capture_output=True, text=True, check=False, timeout=1500
        )
        assert done.returncode == wanted, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def on(self, node: str, command: str) -> str:
        return self.dgxops("lab", "ssh", "--lab", NAME, node, "--", command)

    def plan(self, wanted: int = 0) -> Any:
        return json.loads(self.dgxops("plan", "--json", "--detailed-exitcode", str(self.spec), wanted=wanted))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    spec = tmp_path_factory.mktemp("e2e") / "cluster.yml"
    spec.write_text(SPEC)
    made = Lab(spec)
    made.dgxops("render", str(spec))
    if state.load(NAME):  # an earlier, killed run of these tests left it
        made.dgxops("lab", "down", NAME)
    try:
        made.dgxops("lab", "up", str(spec))
        yield made
    finally:
        if state.load(NAME):
            made.dgxops("lab", "down", NAME)


def changes(plan: Any) -> set[tuple[str, str]]:
    """(host, role) of every change in a plan."""
    return {(host, change["role"]) for change in plan["changes"] for host in NodeSet(change["hosts"])}


def test_a_bare_cluster_becomes_what_the_spec_says(lab: Lab) -> None:
    lab.dgxops("apply", "--yes", str(lab.spec))
    result = json.loads(lab.dgxops("verify", "--json", str(lab.spec)))
    assert result["ok"]
    assert {f["check"] for f in result["findings"]} == {"controllers", "nodes", "topology", "job", "accounting"}
    assert "srun over 3 nodes saw 24 GPUs" in json.dumps(result)


def test_directly_after_it_nothing_changes_on_any_node(lab: Lab) -> None:
    assert changes(lab.plan()) == set()
    assert f"nothing to change on any of {MACHINES} hosts" in lab.dgxops("apply", "--yes", str(lab.spec))


def test_even_a_full_run_changes_nothing(lab: Lab) -> None:
    summary = lab.dgxops("apply", "--yes", "--full", str(lab.spec))
    assert f"{MACHINES} hosts: 0 changed, 0 failed, 0 not reached" in summary


def test_drift_on_two_nodes_is_planned_as_exactly_these_two_and_mended(lab: Lab) -> None:
    lab.on("dgx-002", "sudo systemctl stop slurmd")
    lab.on("head-02", "echo '# by hand' | sudo tee -a /etc/slurm/slurm.conf")
    assert changes(lab.plan(wanted=2)) == {("dgx-002", "slurm_node"), ("head-02", "slurm_controller")}
    text = lab.dgxops("plan", str(lab.spec))
    assert "# by hand" in text
    lab.dgxops("apply", "--yes", str(lab.spec))
    assert lab.on("dgx-002", "systemctl is-active slurmd").strip() == "active"
    assert "by hand" not in lab.on("head-02", "cat /etc/slurm/slurm.conf")
    lab.dgxops("verify", str(lab.spec))
    assert changes(lab.plan()) == set()


def test_a_dead_machine_stops_nobody_and_is_named(lab: Lab) -> None:
    lab.dgxops("lab", "kill", "dgx-003", "--lab", NAME)
    lab.on("dgx-001", "sudo systemctl stop slurmd")
    summary = lab.dgxops("apply", "--yes", str(lab.spec), wanted=3)
    assert "dgx-003" in summary
    assert lab.on("dgx-001", "systemctl is-active slurmd").strip() == "active"
    lab.dgxops("lab", "start", "dgx-003", "--lab", NAME)


def test_the_standby_takes_over_when_the_first_controller_stops(lab: Lab) -> None:
    lab.on("head-01", "sudo scontrol takeover")
    assert "login" in lab.on("login-01", "hostname")
    assert lab.on("login-01", "srun --nodes=1 --gres=gpu:8 --chdir=/tmp printenv CUDA_VISIBLE_DEVICES").strip() == (
        "0,1,2,3,4,5,6,7"
    )
