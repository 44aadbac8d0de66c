"""Variables and files of the base roles, as laws over clusters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Admin, Cluster
from dgxops.render import chrony, hosts_file
from dgxops.render.role_vars import base
from tests.conftest import cluster_of

ROLES = Path(__file__).parent.parent.parent / "roles"
BASE = ("dgx_os", "name_resolution", "time_sync", "access")


def options() -> set[str]:
    specs = [yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text()) for role in BASE]
    return {name for spec in specs for name in spec["argument_specs"]["main"]["options"]}


def with_site(cluster: Cluster, **changes: Any) -> Cluster:
    return replace(cluster, site=replace(cluster.site, **changes))


@pytest.mark.parametrize("lab", [False, True])
def test_only_variables_that_roles_have(pod1: Cluster, lab: bool) -> None:
    cluster = for_lab(pod1, 2) if lab else pod1
    rendered = {name for variables in base.group_variables(cluster).values() for name in variables}
    assert rendered <= options()


def test_nothing_differs_from_host_to_host(pod1: Cluster) -> None:
    assert all(base.host_variables(pod1, host) == {} for host in pod1.hosts)


def test_production_says_nothing_of_stand_ins(pod1: Cluster) -> None:
    managed = base.group_variables(pod1)["managed"]
    assert not {"dgx_os_apply_kernel_settings", "time_sync_set_clock"} & managed.keys()
    assert managed["dgx_os_hardware_packages"] == list(pod1.release.packages_for("hardware")) != []


def test_the_lab_leaves_kernel_and_clock_to_its_host(pod1: Cluster) -> None:
    groups = base.group_variables(for_lab(pod1, 2))
    assert groups["managed"]["dgx_os_apply_kernel_settings"] is False
    assert groups["managed"]["time_sync_set_clock"] is False
    assert groups["managed"]["dgx_os_hardware_packages"] == []
    assert groups["platform_dgx_h100"]["dgx_os_dmi_patterns"] == []


def test_a_system_brings_its_kernel_parameters_and_its_dmi_names(pod1: Cluster) -> None:
    platform = base.group_variables(pod1)["platform_dgx_h100"]
    system = pod1.systems[0]
    assert platform["dgx_os_kernel_parameters"] == list(system.kernel.parameters)
    assert "pci=realloc=off" in system.kernel.parameters
    assert platform["dgx_os_blacklisted_modules"] == ["nouveau"]
    assert platform["dgx_os_dmi_patterns"] == ["DGXH100", "DGX H100"]


def test_the_site_reaches_every_host(pod1: Cluster) -> None:
    admin = Admin("anna", 26846, ("ssh-ed25519 AAAA anna",))
    site = with_site(
        pod1, mirror="http://mirror.example.com", timezone="Europe/Berlin", admins=(admin,), ssh_user="ops"
    )
    managed = base.group_variables(site)["managed"]
    assert managed["dgx_os_mirror"] == "http://mirror.example.com"
    assert managed["dgx_os_timezone"] == "Europe/Berlin"
    assert managed["access_admins"] == [{"name": "anna", "uid": 26846, "keys": ["ssh-ed25519 AAAA anna"]}]
    assert managed["access_automation_user"] == "ops"


def test_heads_serve_time_and_all_others_follow(pod1: Cluster) -> None:
    groups = base.group_variables(pod1)
    assert groups["head"]["time_sync_config"] == "{{ inventory_dir }}/" + chrony.SERVER
    assert groups["managed"]["time_sync_config"] == "{{ inventory_dir }}/" + chrony.CLIENT
    assert set(chrony.artifacts(pod1)) == {chrony.SERVER, chrony.CLIENT}


def sources(text: str) -> list[str]:
    return [line.split()[1] for line in text.splitlines() if line.startswith(("server ", "pool "))]


def test_clients_follow_every_head_and_nobody_else(pod1: Cluster) -> None:
    heads = [str(pod1.by_name[name].management_ip) for name in ("head-01", "head-02")]
    client = chrony.artifacts(with_site(pod1, ntp_servers=("ntp.example.com",)))[chrony.CLIENT]
    assert sources(client) == heads
    assert "local stratum" not in client
    assert "allow" not in client


@pytest.mark.parametrize(
    ("heads", "ntp", "followed"),
    [
        (1, (), ["2.debian.pool.ntp.org"]),
        (1, ("ntp.example.com",), ["ntp.example.com"]),
        (2, (), ["2.debian.pool.ntp.org", "head-01", "head-02"]),
        (2, ("ntp.example.com",), ["ntp.example.com", "head-01", "head-02"]),
    ],
)
def test_heads_follow_the_site_then_one_another(heads: int, ntp: tuple[str, ...], followed: list[str]) -> None:
    cluster = with_site(cluster_of(services={"head": heads, "login": 1}), ntp_servers=ntp)
    server = chrony.artifacts(cluster)[chrony.SERVER]
    names = {str(h.management_ip): h.name for h in cluster.hosts}
    assert [names.get(source, source) for source in sources(server)] == followed
    assert "local stratum 10 orphan" in server
    assert f"allow {cluster.network('management').subnet}" in server


def test_the_lab_asks_no_public_server_for_the_time_it_has_from_its_host(pod1: Cluster) -> None:
    assert sources(chrony.artifacts(for_lab(pod1, 2))[chrony.SERVER]) == [
        str(pod1.by_name[name].management_ip) for name in ("head-01", "head-02")
    ]


def test_heads_know_leap_seconds_from_the_file_that_tzdata_brings(pod1: Cluster) -> None:
    """The zones right/* of leapsectz are in tzdata-legacy from Debian 13 on."""
    files = chrony.artifacts(pod1)
    assert "\nleapseclist /usr/share/zoneinfo/leap-seconds.list\n" in files[chrony.SERVER]
    assert not [text for text in files.values() if "leapsectz" in text]


def hosts_lines(cluster: Cluster) -> list[list[str]]:
    lines = hosts_file.artifacts(cluster)["files/hosts"].splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def test_the_hosts_file_names_every_host_once_and_its_bmc(pod1: Cluster) -> None:
    names = [name for line in hosts_lines(pod1) for name in line[1:] if not line[0].startswith(("127", ":", "ff"))]
    assert len(names) == len(set(names))
    for host in pod1.hosts:
        assert {host.name, f"{host.name}.{pod1.domain}", f"{host.name}-bmc"} <= set(names)


def test_no_host_is_its_own_loopback(pod1: Cluster) -> None:
    """A name that resolves to 127.x makes Slurm and MariaDB talk to themselves."""
    local = [line for line in hosts_lines(pod1) if line[0].startswith("127")]
    assert local == [["127.0.0.1", "localhost"]]


def test_growth_only_adds_lines() -> None:
    small, large = cluster_of(scalable_units=1), cluster_of(scalable_units=2)
    assert {tuple(line) for line in hosts_lines(small)} <= {tuple(line) for line in hosts_lines(large)}
