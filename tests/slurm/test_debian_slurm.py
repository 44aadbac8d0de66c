"""Debian 13's own Slurm reads what is rendered: a real slurmctld leads the cluster of inventories/eos, and others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Cluster
from tests.conftest import cluster_of
from tests.slurm import machine as machines
from tests.slurm.machine import Machine, written

pytestmark = pytest.mark.lab

INVENTORIES = Path(__file__).parent.parent.parent / "inventories"
ASK = r"""
echo "== topology"; scontrol show topology
echo "== nodes"; scontrol --oneliner show nodes
echo "== partitions"; scontrol --oneliner show partitions
echo "== config"; scontrol show config
echo "== log"; cat /var/log/slurmctld.log
"""


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = machines.make(tmp_path_factory.mktemp("trixie"))
    yield made
    machines.discard(made)


def inventory(name: str) -> Cluster:
    return cluster_of(**yaml.safe_load((INVENTORIES / name / "cluster.yml").read_text()))


def lead(debian: Machine, cluster: Cluster, folder: Path) -> dict[str, list[str]]:
    """What a slurmctld on the first head says of the cluster, by section of ASK."""
    done = machines.led(debian, cluster, folder, ASK)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    sections = done.stdout.split("== ")[1:]
    return {s.split("\n", 1)[0]: s.split("\n", 1)[1].splitlines() for s in sections}


def fields(line: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in line.split() if "=" in word)


def test_eos(debian: Machine, tmp_path: Path) -> None:
    cluster = inventory("eos")
    said = lead(debian, cluster, tmp_path)
    nodes = [fields(line) for line in said["nodes"] if line.startswith("NodeName=")]
    assert len(nodes) == 576
    assert {n["NodeName"]: n["NodeAddr"] for n in nodes} == {n.name: str(n.management_ip) for n in cluster.nodes}
    assert {n["Gres"] for n in nodes} == {"gpu:h100:8"}
    assert {n["CPUTot"] for n in nodes} == {"224"}
    tree = [fields(line) for line in said["topology"] if line]
    assert [(s["SwitchName"], s["Level"]) for s in tree] == [(f"su{i:02d}", "0") for i in range(1, 19)] + [
        ("fabric", "1")
    ]
    assert [s["Nodes"] for s in tree[:2]] == ["dgx-[001-032]", "dgx-[033-064]"]
    assert tree[-1]["Nodes"] == "dgx-[001-576]"
    assert tree[-1]["Switches"] == "su[01-18]"
    partitions = {p["PartitionName"]: p for p in map(fields, said["partitions"]) if p}
    assert {name: p["TotalNodes"] for name, p in partitions.items()} == {"batch": "576", "interactive": "32"}
    assert not [line for line in said["log"] if "fatal" in line.lower() or ("topology" in line and "error" in line)]


def test_who_is_away_keeps_its_place_and_gets_no_jobs(debian: Machine, tmp_path: Path) -> None:
    repair = {"node": "dgx-003", "reason": "RMA #12: GPU 3 fell off the bus", "since": "2026-11-20"}
    retired = {"node": "dgx-[033-064]", "reason": "sold", "since": "2026-11-20", "kind": "retired"}
    said = lead(debian, cluster_of(scalable_units=3, absent=[repair, retired]), tmp_path)
    nodes = {fields(line)["NodeName"]: line for line in said["nodes"] if line.startswith("NodeName=")}
    assert "Reason=repair: RMA #12: GPU 3 fell off the bus, since 2026-11-20" in nodes["dgx-003"]
    assert {name for name, line in nodes.items() if "State=DOWN" in line} == {"dgx-003"}
    assert len(nodes) == 31 + 32
    assert nodes.keys().isdisjoint(f"dgx-{n:03d}" for n in range(33, 65))
    tree = [fields(line)["Nodes"] for line in said["topology"] if line]
    assert tree == ["dgx-[001-031]", "dgx-[033-064]", "dgx-[065-096]", "dgx-[001-031,033-096]"]
    assert not [line for line in said["log"] if "fatal" in line.lower()]


NAMINGS = ["n{index}", "{rack}-{index_in_su:02d}", "su{su}-dgx{index_in_su:02d}"]


@pytest.mark.parametrize("template", NAMINGS)
def test_node_names_of_any_shape_keep_their_addresses(debian: Machine, tmp_path: Path, template: str) -> None:
    cluster = cluster_of(scalable_units=4, naming={"node": template})
    said = lead(debian, cluster, tmp_path)
    nodes = [fields(line) for line in said["nodes"] if line.startswith("NodeName=")]
    assert {n["NodeName"]: n["NodeAddr"] for n in nodes} == {n.name: str(n.management_ip) for n in cluster.nodes}


NODE = r"""
set -eu
cp /slurm/hosts /etc/hosts
cp /slurm/*.conf /etc/slurm/
for i in 0 1 2 3 4 5 6 7; do mknod "/dev/nvidia$i" c 195 "$i"; done
mkdir -p /run/munge
chown munge: /run/munge
runuser -u munge -- munged
exec slurmd -G -D
"""


def test_a_node_finds_its_gpus_and_their_cores(debian: Machine, tmp_path: Path) -> None:
    """slurmd itself, as a node of that name with stand-in GPUs; what gres.conf says is the same as in production."""
    cluster = for_lab(inventory("eos"), None)
    here = written(cluster, tmp_path)
    done = debian.run(["/bin/sh", "-c", NODE], hostname="dgx-300", bind={here: "/slurm"})
    said = [fields(line) for line in (done.stdout + done.stderr).splitlines() if "Gres Name=gpu" in line]
    assert [(g["File"], g["Cores"], g["Count"], g["Type"]) for g in said] == [
        ("/dev/nvidia[0-3]", "0-55", "4", "h100"),
        ("/dev/nvidia[4-7]", "56-111", "4", "h100"),
    ], done.stdout + done.stderr


def test_pod4_has_four_units_under_one_root(debian: Machine, tmp_path: Path) -> None:
    cluster = inventory("pod4")
    said = lead(debian, cluster, tmp_path)
    tree = [fields(line) for line in said["topology"] if line]
    assert [(s["SwitchName"], s["Nodes"]) for s in tree] == [
        ("su01", "dgx-[001-031]"),
        ("su02", "dgx-[033-064]"),
        ("su03", "dgx-[065-096]"),
        ("su04", "dgx-[097-128]"),
        ("fabric", "dgx-[001-031,033-128]"),
    ]


def test_groups_that_share_no_fabric_are_trees_of_their_own(debian: Machine, tmp_path: Path) -> None:
    cluster = inventory("heritage")
    said = lead(debian, cluster, tmp_path)
    tree = [fields(line) for line in said["topology"] if line]
    assert [(s["SwitchName"], s["Nodes"]) for s in tree] == [
        ("pascal", "pascal-[001-004]"),
        ("volta", "volta-[001-006]"),
        ("nvswitch", "nvswitch-[001-002]"),
        ("desk", "desk-[001-003]"),
    ]
    nodes = [fields(line) for line in said["nodes"] if line.startswith("NodeName=")]
    assert {n["Gres"] for n in nodes} == {"gpu:p100:8", "gpu:v100:8", "gpu:v100:16", "gpu:v100:4"}


def test_a_unit_of_gb200_has_a_block_of_18_trays_a_rack(debian: Machine, tmp_path: Path) -> None:
    cluster = inventory("gb200-su")
    said = lead(debian, cluster, tmp_path)
    blocks = [fields(line) for line in said["topology"] if line]
    assert [b["BlockName"] for b in blocks] == [f"a01{rack:02d}" for rack in range(1, 9)]
    assert [b["Nodes"] for b in blocks[:2]] == ["a0101-c[01-18]", "a0102-c[01-18]"]
    assert {b["BlockSize"] for b in blocks} == {"18"}
    nodes = [fields(line) for line in said["nodes"] if line.startswith("NodeName=")]
    assert {(n["Gres"], n["CPUTot"]) for n in nodes} == {("gpu:gb200:4", "144")}
    switch = {k.strip(): v.strip() for k, _, v in (line.partition("=") for line in said["config"]) if "Switch" in k}
    assert switch == {"SwitchParameters": "imex_channel_count=2048", "SwitchType": "switch/nvidia_imex"}
    assert not [line for line in said["log"] if "fatal" in line.lower() or ("switch" in line and "error" in line)]
