"""Which systems have NVIDIA's driver from the release, and what joins their GPUs, in which packages and version."""

from __future__ import annotations

from typing import Any

import pytest

from dgxops import catalogue
from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Cluster
from dgxops.render import imex
from dgxops.render.groups import groups
from dgxops.render.role_vars import gpu
from tests.conftest import cluster_of


def variables(cluster: Cluster) -> dict[str, Any]:
    return next(iter(gpu.group_variables(cluster).values()), {})


def members(cluster: Cluster, role: str = "nvidia_driver") -> tuple[str, ...]:
    """Groups that are in the group of a role."""
    return next(g.children for g in groups(cluster) if g.name == role)


@pytest.mark.parametrize(
    ("platform", "first"),
    [
        ("dgx-a100", "nvidia-driver-580-open"),
        ("dgx-h100", "nvidia-driver-580-open"),
        ("dgx-b200", "nvidia-driver-580-open"),
        ("dgx-gb200-nvl72", "nvidia-driver-580-open"),
    ],
)
def test_open_modules_wherever_the_gpus_know_them(platform: str, first: str) -> None:
    """[OPENKM]: needed from Blackwell on, recommended from Turing to Hopper; DeepOps installs it on DGX A100 too."""
    cluster = cluster_of(platform=platform)
    assert variables(cluster)["nvidia_driver_packages"][0] == first
    assert members(cluster) == (f"platform_{cluster.systems[0].id.replace('-', '_')}",)


def test_gpus_that_no_open_module_knows_have_the_other() -> None:
    """Volta, on the DGX OS that still runs on it."""
    old = cluster_of(platform="dgx-2", scalable_units="none", nodes=2, software={"versions": {"dgx_os": "6"}})
    assert variables(old)["nvidia_driver_packages"][0] == "nvidia-driver-580-server"


def test_a_system_that_the_dgx_os_does_not_run_on_has_none() -> None:
    old = cluster_of(platform="dgx-2", scalable_units="none", nodes=2)
    assert (variables(old), members(old)) == ({}, ())


def test_the_version_is_the_release_s_or_open() -> None:
    assert variables(cluster_of())["nvidia_driver_version"] == "580.126.20"
    newer = variables(cluster_of(software={"release": "2026.11"}))
    assert (newer["nvidia_driver_branch"], newer["nvidia_driver_version"]) == ("595", None)
    said = variables(cluster_of(software={"release": "2026.11", "versions": {"driver": "595.71"}}))
    assert said["nvidia_driver_version"] == "595.71"


def test_only_the_lab_looks_for_the_module_elsewhere(mini: Cluster) -> None:
    """Its kernel has no driver; a site's tree does not say where to look."""
    assert "nvidia_driver_module_file" not in variables(mini)
    assert "fabric_manager_module_file" not in variables(mini)
    for role in ("nvidia_driver", "fabric_manager"):
        assert variables(for_lab(mini, None))[f"{role}_module_file"] == "/run/nvidia-stand-in/version"


# --- what joins GPUs by NVLink: dgx-systems.md, section 2; names by DeepOps' list for DGX OS 7 and 6

MANAGED = {
    "fabric_manager_packages": ["nvidia-fabricmanager"],
    "fabric_manager_nvlsm_packages": [],
    "fabric_manager_services": ["nvidia-fabricmanager.service"],
}
SWITCHED = MANAGED | {
    "fabric_manager_packages": ["nvidia-fabricmanager", "libnvsdm"],
    "fabric_manager_nvlsm_packages": ["nvlsm"],
}
TRAY = {
    "fabric_manager_packages": ["nvidia-imex"],
    "fabric_manager_nvlsm_packages": [],
    "fabric_manager_services": ["nvidia-imex.service"],
}


@pytest.mark.parametrize(
    ("platform", "wanted"),
    [
        ("dgx-a100", MANAGED),
        ("dgx-h100", MANAGED),
        ("dgx-h200", MANAGED),
        ("dgx-b200", SWITCHED),
        ("dgx-b300", SWITCHED),
        ("dgx-gb200-nvl72", TRAY),
        ("dgx-gb300-nvl72", TRAY),
    ],
)
def test_a_system_has_what_its_nvlink_needs(platform: str, wanted: dict[str, Any]) -> None:
    cluster = cluster_of(platform=platform, **({"architecture": "b300-xdr"} if platform == "dgx-b300" else {}))
    assert {name: value for name, value in variables(cluster).items() if name in TRAY} == wanted
    assert variables(cluster)["fabric_manager_version"] == variables(cluster)["nvidia_driver_version"]
    assert members(cluster, "fabric_manager") == members(cluster)


def test_on_dgx_os_6_the_name_has_the_branch() -> None:
    old = cluster_of(platform="dgx-a100", software={"versions": {"dgx_os": "6"}})
    assert variables(old)["fabric_manager_packages"] == ["nvidia-fabricmanager-580"]


def test_systems_without_switches_have_none_of_it() -> None:
    sparks = cluster_of(platform="dgx-spark", scalable_units="none", nodes=2, fabric="direct")
    assert not [name for name in variables(sparks) if name.startswith("fabric_manager")]
    assert members(sparks)
    assert members(sparks, "fabric_manager") == ()


def test_the_subnet_manager_has_a_version_of_its_own() -> None:
    said = cluster_of(platform="dgx-b200", software={"versions": {"nvlsm": "2025.03.1"}})
    assert variables(cluster_of(platform="dgx-b200"))["fabric_manager_nvlsm_version"] is None
    assert variables(said)["fabric_manager_nvlsm_version"] == "2025.03.1"


def test_each_rack_of_nvl72_is_told_the_list_of_its_own_domain() -> None:
    """The same file on all trays of a domain, and there is one; a rack that is wholly away has no hosts to tell."""
    retired = {"node": "dgx-[019-036]", "reason": "sold", "since": "2026-11-20", "kind": "retired"}
    cluster = cluster_of(platform="dgx-gb200-nvl72", absent=[retired])
    told = {g: v["fabric_manager_imex_nodes"] for g, v in gpu.group_variables(cluster).items() if g.startswith("rack_")}
    assert len(told) == 7
    files = imex.artifacts(cluster)
    racks = {g.name: g.hosts for g in groups(cluster)}
    for group, path in told.items():
        listed = files[str(path).removeprefix("{{ inventory_dir }}/")].splitlines()
        addresses = [str(cluster.by_name[name].management_ip) for name in racks[group]]
        assert [a for a in addresses if a in listed] == listed


def test_every_need_of_a_system_has_its_packages_on_each_dgx_os_that_it_runs() -> None:
    """None is left out in silence: what stack_for does not know would not be installed."""
    known = catalogue.load()
    purposes = {"fabric_manager": ("fabric_manager",), "nvlsm": ("nvlsm", "nvsdm"), "imex": ("imex",)}
    for release in known.releases.values():
        for system in known.systems.values():
            for dgx_os in set(system.os.releases) & dict(release.stack).keys():
                wanted = [p for need, some in purposes.items() if getattr(system.needs, need) for p in some]
                assert set(wanted) <= dict(dict(release.stack)[dgx_os]).keys(), (release.id, system.id, dgx_os)


def test_dcgm_and_its_exporter_go_where_the_driver_goes() -> None:
    """[DO_U24]: one package on every system of the list; none where the release's DGX OS does not run."""
    made = variables(cluster_of())
    assert made["dcgm_packages"] == ["datacenter-gpu-manager-4-cuda13"]
    assert made["dcgm_exporter_packages"] == ["datacenter-gpu-manager-exporter"]
    assert variables(cluster_of(platform="dgx-2", scalable_units="none", nodes=2)) == {}
