"""Which systems have NVIDIA's driver from the release, in which packages and version."""

from __future__ import annotations

from typing import Any

import pytest

from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Cluster
from dgxops.render.groups import groups
from dgxops.render.role_vars import gpu
from tests.conftest import cluster_of


def variables(cluster: Cluster) -> dict[str, Any]:
    return next(iter(gpu.group_variables(cluster).values()), {})


def members(cluster: Cluster) -> tuple[str, ...]:
    """Groups that are in the group of the stage."""
    return next(g.children for g in groups(cluster) if g.name == "nvidia_driver")


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
    assert variables(for_lab(mini, None))["nvidia_driver_module_file"] == "/run/nvidia-stand-in/version"


def test_dcgm_and_its_exporter_go_where_the_driver_goes() -> None:
    """[DO_U24]: one package on every system of the list; none where the release's DGX OS does not run."""
    made = variables(cluster_of())
    assert made["dcgm_packages"] == ["datacenter-gpu-manager-4-cuda13"]
    assert made["dcgm_exporter_packages"] == ["datacenter-gpu-manager-exporter"]
    assert variables(cluster_of(platform="dgx-2", scalable_units="none", nodes=2)) == {}
