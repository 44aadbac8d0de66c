"""What a node of each system is held to: only what the catalogue, the release and the cabling say."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from dgxops import catalogue
from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Cluster
from dgxops.render import slurm
from dgxops.render.role_vars import health
from dgxops.render.slurm_conf import HEALTH_PROGRAM
from tests.conftest import cluster_of

ROLE = Path(__file__).parent.parent.parent / "roles/node_health"
MANAGED = {"name": "home", "kind": "nfs", "mount": "/home", "server": "managed"}
OWN = {"name": "data", "kind": "nfs", "mount": "/data", "server": "nfs.example.com"}


def variables(cluster: Cluster) -> dict[str, Any]:
    return next(iter(health.group_variables(cluster).values()))


def checks(cluster: Cluster) -> list[str]:
    lines: list[str] = variables(cluster)["node_health_checks"]
    return lines


def remarks(cluster: Cluster) -> list[str]:
    lines: list[str] = variables(cluster)["node_health_remarks"]
    return lines


def of(name: str, lines: list[str]) -> list[str]:
    """Arguments of the lines of one check."""
    return [line.removeprefix(f"{name} ") for line in lines if line.split()[0] == name]


def test_a_dgx_h100_is_held_to_its_guide_and_its_cables(pod1: Cluster) -> None:
    """DGX H100/H200 User Guide: GPUs and ports; the in-band links are those of the fabric, slower than the port."""
    lines = checks(pod1)
    assert of("gpus", lines) == ["8 'NVIDIA H100 80GB HBM3'"]
    assert of("rdma_port", lines)[:8] == [f"mlx5_{n} 400" for n in (0, 3, 4, 5, 6, 9, 10, 11)]
    assert len(of("rdma_port", lines)) == 10
    inband = next(f for f in pod1.fabrics if f.name == "inband").rate_gbps
    assert of("net_port", lines) == [f"{name} {inband}" for name in ("enp170s0f1np1", "enp41s0f1np1")]
    assert of("service", lines) == ["nvidia-fabricmanager.service"]
    assert of("fabric", lines) == ["8"]


def test_memory_and_processors_are_what_slurm_conf_says(pod1: Cluster) -> None:
    node = next(li for li in slurm.artifacts(pod1)["files/slurm/slurm.conf"].splitlines() if li.startswith("NodeName="))
    said = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)(?= )", node)}
    cores = said["Sockets"] * said["CoresPerSocket"]
    assert of("memory", checks(pod1)) == [str(said["RealMemory"])]
    assert of("cpus", checks(pod1)) == [f"{cores} {cores * said['ThreadsPerCore']}"]


def test_slurm_conf_calls_what_the_role_installs(pod1: Cluster) -> None:
    assert f"HealthCheckProgram={HEALTH_PROGRAM}\n" in slurm.artifacts(pod1)["files/slurm/slurm.conf"]
    tasks = yaml.safe_load((ROLE / "tasks/configure.yml").read_text())
    copied = [task["ansible.builtin.copy"] for task in tasks if "ansible.builtin.copy" in task]
    assert HEALTH_PROGRAM in [c["dest"] + c["src"] for c in copied if c["dest"].endswith("/")]


def test_the_driver_is_that_of_the_release_or_of_its_branch() -> None:
    assert of("driver", checks(cluster_of())) == ["580.126.20"]
    assert of("driver", checks(cluster_of(software={"release": "2026.11"}))) == ["595"]
    old = cluster_of(platform="dgx-2", scalable_units="none", nodes=2)
    assert of("driver", checks(old)) == []
    assert "not checked: the driver: the release has none for this system" in remarks(old)


def test_the_fabric_is_asked_where_the_driver_tells_of_it() -> None:
    """From Hopper on (NVML); the fabric manager of a rack runs on its switch trays."""
    ampere, rack = cluster_of(platform="dgx-a100"), cluster_of(platform="dgx-gb200-nvl72")
    assert (of("service", checks(ampere)), of("fabric", checks(ampere))) == (["nvidia-fabricmanager.service"], [])
    assert (of("service", checks(rack)), of("fabric", checks(rack))) == ([], ["4"])


def test_what_the_catalogue_does_not_know_is_not_checked_and_says_so() -> None:
    unknown = cluster_of(platform="dgx-b300", architecture="b300-xdr")
    assert of("rdma_port", checks(unknown)) == []
    assert "not checked: port OSFP1 (compute): the name of its device is not known" in remarks(unknown)
    nothing = cluster_of(platform="dgx-rubin-nvl8")
    assert {line.split()[0] for line in checks(nothing)} <= {"gpus", "driver", "disk", "clock", "xid"}
    assert "not checked: memory: not known" in remarks(nothing)
    assert "not checked: processors: not known" in remarks(nothing)
    assert "inferred in the catalogue: memory 1960850" in remarks(cluster_of())


def test_a_port_without_a_cable_on_every_node_is_not_checked(pod1: Cluster) -> None:
    first = pod1.nodes[0].name
    fabrics = tuple(
        replace(f, links=tuple(x for x in f.links if x.a.device != first or x.a.port != "OSFP4P2"))
        for f in pod1.fabrics
    )
    fewer = replace(pod1, fabrics=fabrics)
    assert "mlx5_0 400" not in of("rdma_port", checks(fewer))
    assert "mlx5_3 400" in of("rdma_port", checks(fewer))
    assert "not checked: port OSFP4P2 (compute): no cable is designed for it on every node" in remarks(fewer)


def test_an_interface_of_infiniband_is_not_asked() -> None:
    """It is down until it has an address: DGX B200's storage ports, whose RDMA names nobody published."""
    assert not [line for line in of("net_port", checks(cluster_of(platform="dgx-b200"))) if line.startswith("ib")]


def test_a_mount_is_held_to_where_a_server_of_the_site_has_it() -> None:
    cluster = cluster_of(storage=[MANAGED, OWN])
    assert of("mount", checks(cluster)) == ["/data nfs"]
    assert [line for line in remarks(cluster) if "/home" in line]
    state = cluster_of(storage=[OWN], slurm={"state_save_location": "/data/slurm"})
    assert of("mount", checks(state)) == []


@pytest.mark.parametrize("platform", [s for s in catalogue.system_ids() if "cloud" not in s])
def test_every_line_of_every_system_is_one_that_the_role_takes(platform: str) -> None:
    own = yaml.safe_load((ROLE / "vars/main.yml").read_text())["__node_health_known"]
    cluster = cluster_of(platform=platform, scalable_units="none", nodes=2)
    for line in checks(cluster):
        name, *arguments = shlex.split(line)
        assert name in own
        assert all(arguments)
    assert all("\n" not in remark for remark in remarks(cluster))


def test_the_role_knows_the_checks_that_it_ships() -> None:
    own = yaml.safe_load((ROLE / "vars/main.yml").read_text())["__node_health_known"]
    assert own == sorted(path.name for path in (ROLE / "files/checks").iterdir())


def test_the_lab_turns_off_by_name_what_a_container_has_none_of(mini: Cluster) -> None:
    assert "node_health_off" not in variables(mini)
    lab = for_lab(mini, None)
    off = variables(lab)["node_health_off"]
    assert {line.split()[0] for line in checks(lab)} - set(off) == {"gpus", "driver", "disk"}
    assert of("gpus", checks(lab)) == ["8"]  # its nvidia-smi has no names


def test_the_role_gets_what_it_requires_and_nothing_it_does_not_know(mini: Cluster) -> None:
    options = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    required = {name for name, option in options.items() if option.get("required")}
    for cluster in (mini, for_lab(mini, None)):
        assert required <= variables(cluster).keys() <= options.keys()
        assert all(health.host_variables(cluster, host) == {} for host in cluster.hosts)
