"""Which repositories a system is told of: of its distribution and architecture, on the mirror where there is one."""

from __future__ import annotations

import pytest

from dgxops.model.cluster import Cluster
from dgxops.render.repositories import codename, repositories
from tests.conftest import cluster_of


def addresses(cluster: Cluster) -> dict[str, tuple[str, str]]:
    """Name -> address and key."""
    return {str(r["name"]): (str(r["address"]), str(r["key"])) for r in repositories(cluster, cluster.systems[0])}


CUDA = "https://developer.download.nvidia.com/compute/cuda/repos/"


@pytest.mark.parametrize(
    ("keys", "folder", "name"),
    [
        ({"platform": "dgx-h100"}, "ubuntu2404/x86_64/", "noble"),
        ({"platform": "dgx-h100", "software": {"versions": {"dgx_os": "6"}}}, "ubuntu2204/x86_64/", "jammy"),
        ({"platform": "dgx-gb200-nvl72"}, "ubuntu2404/sbsa/", "noble"),
    ],
)
def test_the_folder_is_that_of_the_distribution_and_the_architecture(
    keys: dict[str, object], folder: str, name: str
) -> None:
    cluster = cluster_of(**keys)
    assert addresses(cluster)["cuda"] == (CUDA + folder, CUDA + folder + "3bf863cc.pub")
    assert codename(cluster, cluster.systems[0]) == name


def test_the_mirror_moves_address_and_key() -> None:
    cluster = cluster_of(site={"mirror": "https://mirror.example.com/all/"})
    for address, key in addresses(cluster).values():
        assert address.startswith("https://mirror.example.com/all/")
        assert key.startswith("https://mirror.example.com/all/")
        assert "//" not in address.removeprefix("https://")


def test_nothing_is_left_in_braces_and_no_repository_is_without_a_key() -> None:
    for release in ("2026.10", "2026.11"):
        cluster = cluster_of(software={"release": release}, site={"mirror": "https://mirror.example.com"})
        assert addresses(cluster)
        for one in repositories(cluster, cluster.systems[0]):
            assert one["key"]
            assert "{" not in "".join(map(str, one.values()))


def test_a_system_that_the_dgx_os_does_not_run_on_keeps_to_its_distribution() -> None:
    old = cluster_of(platform="dgx-2", scalable_units="none", nodes=2)
    assert repositories(old, old.systems[0]) == ()
    assert codename(old, old.systems[0]) is None
