"""Slurm's files: what they say, that they agree with each other, and that they are quick to write."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Cluster
from dgxops.model.workload import TopologyBlock, TopologySwitch
from dgxops.render import slurm, slurm_topology
from dgxops.render.slurm_conf import tree_width
from tests.conftest import cluster_of, on
from tests.render.test_slurm_hostlist import expanded

BIG = {
    "management": {"subnet": "10.0.0.0/15"},
    "oob": {"subnet": "10.2.0.0/15"},
    "compute": {"subnet": "100.64.0.0/13"},
    "storage": {"subnet": "100.72.0.0/13"},
}


def files(cluster: Cluster) -> dict[str, str]:
    return {path.rsplit("/", 1)[1]: text for path, text in slurm.artifacts(cluster).items()}


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def fields(line: str) -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", line))


def values(text: str) -> dict[str, str]:
    """The last value of each parameter that has a line of its own."""
    return dict(line.split("=", 1) for line in lines(text) if " " not in line)


PRODUCTION = {
    "ClusterName": "pod",
    "SlurmctldParameters": "enable_configless",
    "StateSaveLocation": "/srv/slurm/state",
    "AuthType": "auth/munge",
    "ProctrackType": "proctrack/cgroup",
    "TaskPlugin": "task/cgroup,task/affinity",
    "JobAcctGatherType": "jobacct_gather/cgroup",
    "PrologFlags": "Contain",
    "AccountingStorageType": "accounting_storage/slurmdbd",
    "AccountingStorageHost": "10.10.0.11",
    "AccountingStorageTRES": "gres/gpu",
    "SelectType": "select/cons_tres",
    "SelectTypeParameters": "CR_Core_Memory",
    "GresTypes": "gpu",
    "TopologyPlugin": "topology/tree",
    "ReturnToService": "1",
    "DefMemPerCPU": str(1960850 // 224),
}


@pytest.mark.parametrize(("parameter", "value"), PRODUCTION.items())
def test_production_settings(pod1: Cluster, parameter: str, value: str) -> None:
    assert values(files(pod1)["slurm.conf"])[parameter] == value


def test_controllers_lead_in_order_with_their_addresses(pod1: Cluster) -> None:
    hosts = [line for line in lines(files(pod1)["slurm.conf"]) if line.startswith("SlurmctldHost=")]
    assert hosts == ["SlurmctldHost=head-01(10.10.0.11)", "SlurmctldHost=head-02(10.10.0.12)"]


def test_nodes_are_one_line_with_what_the_catalogue_says(pod1: Cluster) -> None:
    (node,) = (line for line in lines(files(pod1)["slurm.conf"]) if line.startswith("NodeName="))
    assert fields(node) == {
        "NodeName": "dgx-[001-031]",
        "NodeAddr": "10.10.1.[1-31]",
        "Sockets": "2",
        "CoresPerSocket": "56",
        "ThreadsPerCore": "2",
        "RealMemory": "1960850",
        "Gres": "gpu:h100:8",
        "State": "UNKNOWN",
    }


NAMINGS = ["dgx-{index:03d}", "n{index}", "{rack}-{index_in_su:02d}", "su{su}-dgx{index_in_su:02d}"]


@pytest.mark.parametrize("template", NAMINGS)
def test_every_node_is_there_once_with_its_own_address_in_order_of_position(template: str) -> None:
    cluster = cluster_of(scalable_units=12, naming={"node": template})
    nodes = [fields(line) for line in lines(files(cluster)["slurm.conf"]) if line.startswith("NodeName=")]
    pairs = [p for n in nodes for p in zip(expanded(n["NodeName"]), expanded(n["NodeAddr"]), strict=True)]
    assert pairs == [(node.name, str(node.management_ip)) for node in cluster.nodes]


def test_partitions(pod1: Cluster) -> None:
    cluster = cluster_of(
        slurm={
            "partitions": [
                {"name": "batch", "default": True, "max_time": "2-00"},
                {"name": "debug", "nodes": "dgx-[001-002,005]", "max_time": "30"},
            ]
        }
    )
    partitions = [line for line in lines(files(cluster)["slurm.conf"]) if line.startswith("PartitionName=")]
    assert partitions == [
        "PartitionName=batch Nodes=dgx-[001-031] Default=YES MaxTime=2-00 State=UP",
        "PartitionName=debug Nodes=dgx-[001-002,005] Default=NO MaxTime=30 State=UP",
    ]


def test_each_gpu_has_its_file_and_the_cores_of_its_socket(pod1: Cluster) -> None:
    gpus = {f: g["Cores"] for g in map(fields, lines(files(pod1)["gres.conf"])) for f in expanded(g["File"])}
    system = pod1.systems[0]
    assert gpus == {f"/dev/nvidia{i}": cores for i, cores in enumerate(system.gpu.cores)}
    for line in lines(files(pod1)["gres.conf"]):
        assert line.startswith("NodeName=dgx-[001-031] Name=gpu Type=h100 ")


@pytest.mark.parametrize("cores", ["0-55", "56-111"])
def test_cores_of_a_gpu_are_whole_sockets(pod1: Cluster, cores: str) -> None:
    """gres.conf(5): all the cores of a socket must be specified together."""
    first, last = map(int, cores.split("-"))
    each = pod1.systems[0].cpu.cores_per_socket
    assert first % each == 0
    assert (last + 1) % each == 0
    assert cores in files(pod1)["gres.conf"]


def test_the_tree_has_every_node_once_and_one_root() -> None:
    cluster = cluster_of(scalable_units=4)
    switches = [fields(line) for line in lines(files(cluster)["topology.conf"])]
    assert [s["SwitchName"] for s in switches] == ["su01", "su02", "su03", "su04", "fabric"]
    assert [n for s in switches for n in expanded(s.get("Nodes", ""))] == [n.name for n in cluster.nodes]
    assert switches[-1]["Switches"] == "su[01-04]"


def test_one_unit_needs_no_root(pod1: Cluster) -> None:
    assert lines(files(pod1)["topology.conf"]) == ["SwitchName=su01 Nodes=dgx-[001-031]"]


def test_a_tree_of_any_depth_is_written(pod1: Cluster) -> None:
    tree = (TopologySwitch("l1", nodes=("a1", "a2")), TopologySwitch("top", switches=("l1", "l7")))
    text = slurm_topology.topology_conf(replace(pod1.slurm, topology=tree))
    assert text == "SwitchName=l1 Nodes=a[1-2]\nSwitchName=top Switches=l[1,7]\n"


def test_blocks_take_the_place_of_the_tree_and_none_falls_short_of_the_planning_size(pod1: Cluster) -> None:
    blocks = (TopologyBlock("r1", ("a1", "a2", "a3")), TopologyBlock("r2", ("a4", "a5")))
    made = replace(pod1, slurm=replace(pod1.slurm, blocks=blocks, block_size=18))
    assert lines(files(made)["topology.conf"]) == [
        "BlockName=r1 Nodes=a[1-3]",
        "BlockName=r2 Nodes=a[4-5]",
        "BlockSizes=2",
    ]
    assert "TopologyPlugin=topology/block" in lines(files(made)["slurm.conf"])


CONFINED = ["ConstrainCores=yes", "ConstrainDevices=yes", "ConstrainRAMSpace=yes"]


def test_jobs_are_confined_in_production_and_the_defunct_automount_is_gone(pod1: Cluster) -> None:
    assert lines(files(pod1)["cgroup.conf"]) == CONFINED


def test_the_lab_has_no_cgroups_and_stand_in_hardware(pod1: Cluster) -> None:
    lab = files(for_lab(pod1, 2))
    here = values(lab["slurm.conf"])
    assert here["ProctrackType"] == "proctrack/linuxproc"
    assert here["JobAcctGatherType"] == "jobacct_gather/linux"
    assert here["SlurmdParameters"] == "config_overrides"
    assert "PrologFlags" not in here
    assert lines(lab["cgroup.conf"])[0] == "CgroupPlugin=disabled"


@pytest.mark.parametrize(("nodes", "width"), [(1, 16), (576, 16), (4368, 16), (4369, 17), (10_240, 22)])
def test_three_hops_reach_every_node(nodes: int, width: int) -> None:
    """slurm.conf(5): with 16, 4,368 nodes can be contacted with three message hops."""
    assert tree_width(nodes) == width
    assert width + width**2 + width**3 >= nodes


def test_a_file_for_each_and_a_header_in_each(pod1: Cluster) -> None:
    made = slurm.artifacts(pod1)
    assert sorted(made) == [f"files/slurm/{n}.conf" for n in ("cgroup", "gres", "slurm", "topology")]
    for path, text in made.items():
        assert text.startswith(f"# {path.rsplit('/', 1)[1]} of cluster pod, for Slurm 24.11.\n")
        assert text.endswith("\n")
        assert max(map(len, text.splitlines())) < 4096


def test_a_new_node_or_partition_is_a_reload_and_a_new_state_directory_a_restart(pod1: Cluster) -> None:
    tokens = {d: slurm.restart_token(pod1, d) for d in ("slurmctld", "slurmd")}
    grown = cluster_of(scalable_units=2, slurm={"partitions": [{"name": "all", "default": True}]})
    assert tokens == {d: slurm.restart_token(grown, d) for d in ("slurmctld", "slurmd")}
    moved = replace(pod1.slurm.settings, state_save_location="/elsewhere")
    other = replace(pod1, slurm=replace(pod1.slurm, settings=moved))
    assert slurm.restart_token(other, "slurmctld") != tokens["slurmctld"]
    assert slurm.restart_token(other, "slurmd") == tokens["slurmd"]


@pytest.mark.parametrize("version", ["23.11", "24.05", "24.11", "25.05", "25.11"])
def test_jobs_of_nvl72_get_imex_channels_where_slurm_has_them(version: str) -> None:
    """slurm.conf(5) since 24.05: switch/nvidia_imex, imex_channel_count with a default of 2048; daemons start anew."""
    trays = on(cluster_of(platform="dgx-gb200-nvl72"), version)
    here = values(files(trays)["slurm.conf"])
    wanted = {"SwitchType": "switch/nvidia_imex", "SwitchParameters": "imex_channel_count=2048"}
    assert {k: v for k, v in here.items() if k.startswith("Switch")} == ({} if version == "23.11" else wanted)
    tokens = {
        d: slurm.restart_token(trays, d) == slurm.restart_token(on(trays, "23.11"), d) for d in ("slurmctld", "slurmd")
    }
    assert tokens == dict.fromkeys(tokens, version == "23.11")


def test_other_systems_have_no_switch_plugin(pod1: Cluster) -> None:
    assert "Switch" not in "".join(values(files(pod1)["slurm.conf"]))


@pytest.mark.parametrize("nodes", [576, 10_240])
def test_quick(nodes: int) -> None:
    """Well under a second where the whole tree has three; generous, as CI machines are shared."""
    source = cluster_of(scalable_units=18, omit="none", networks=BIG).nodes
    hosts = tuple(replace(source[i % len(source)], name=f"dgx-{i + 1:05d}") for i in range(nodes))
    small = cluster_of(networks=BIG)
    management = tuple(h for h in small.hosts if h.su == 0)
    names = tuple(h.name for h in hosts)
    partitions = tuple(replace(p, nodes=names) for p in small.slurm.partitions)
    cluster = replace(small, hosts=(*management, *hosts), slurm=replace(small.slurm, partitions=partitions))
    start = time.process_time()
    slurm.artifacts(cluster)
    assert time.process_time() - start < 1.0


def test_gpus_whose_cores_are_not_known_are_one_line_without_cores(pod1: Cluster) -> None:
    system = pod1.systems[0]
    blind = replace(system, gpu=replace(system.gpu, cores=()))
    nodes = tuple(replace(h, system=blind) if h.system else h for h in pod1.hosts)
    cluster = replace(pod1, hosts=nodes)
    (line,) = lines(files(cluster)["gres.conf"])
    assert line == ("NodeName=dgx-[001-031] Name=gpu Type=h100 File=/dev/nvidia[0-7] Flags=nvidia_gpu_env")
    assert slurm.restart_token(cluster, "slurmctld") != slurm.restart_token(pod1, "slurmctld")


def test_what_nobody_knows_of_a_node_is_not_guessed(pod1: Cluster) -> None:
    nameless = replace(pod1.systems[0], cpu=None, real_memory_mb=None)
    cluster = replace(pod1, hosts=tuple(replace(h, system=nameless) if h.system else h for h in pod1.hosts))
    (node,) = (line for line in lines(files(cluster)["slurm.conf"]) if line.startswith("NodeName="))
    assert set(fields(node)) == {"NodeName", "NodeAddr", "Gres", "State"}
    assert "DefMemPerCPU" not in files(cluster)["slurm.conf"]
