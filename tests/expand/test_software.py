"""A release with single versions of the site: what goes along, what is left open, and what says so."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from dgxops import catalogue
from dgxops.expand.software import with_versions
from dgxops.model.release import Release
from dgxops.render.slurm import artifacts
from dgxops.spec.software import Versions
from tests.conftest import cluster_of

OLD, NEW = (catalogue.load().releases[name] for name in ("2026.10", "2026.11"))


def changed(release: Release, **said: str) -> dict[str, object]:
    """What differs from the release, of its versions."""
    now = with_versions(release, Versions(**said))
    before = asdict(release.versions)
    return {name: value for name, value in asdict(now.versions).items() if value != before[name]}


def test_nothing_said_is_the_release_itself() -> None:
    assert with_versions(OLD, Versions()) is OLD


@pytest.mark.parametrize(
    ("release", "said", "follows"),
    [
        (OLD, {"driver": "580.130.1"}, dict.fromkeys(("driver", "fabric_manager", "imex"), "580.130.1")),
        (
            OLD,
            {"driver": "595.10"},
            {"driver_branch": "595", **dict.fromkeys(("driver", "fabric_manager", "imex"), "595.10")},
        ),
        (OLD, {"driver_branch": "595"}, {"driver_branch": "595", "driver": None, "fabric_manager": None, "imex": None}),
        (OLD, {"driver_branch": "580"}, {}),
        (OLD, {"doca": "3.2.2"}, {"doca": "3.2.2"}),
        (NEW, {"driver": "595.10"}, dict.fromkeys(("driver", "fabric_manager", "imex"), "595.10")),
        (OLD, {"driver": "580.130.1", "imex": "580.2"},
         {"driver": "580.130.1", "fabric_manager": "580.130.1", "imex": "580.2"}),
    ],
)  # fmt: skip
def test_fabric_manager_and_imex_go_with_the_driver(
    release: Release, said: dict[str, str], follows: dict[str, object]
) -> None:
    assert changed(release, **said) == follows


def test_what_a_site_says_is_marked_as_its_own_and_what_follows_as_inferred() -> None:
    now = with_versions(NEW, Versions(driver="595.10"))
    marks = {name: now.mark(f"versions.{name}", "595.10") for name in ("driver", "fabric_manager", "imex")}
    assert marks == {"driver": "site", "fabric_manager": "inferred", "imex": "inferred"}
    opened = with_versions(OLD, Versions(driver_branch="595"))
    assert [opened.mark(f"versions.{name}", None) for name in ("driver", "imex")] == ["unknown", "unknown"]


def test_the_branch_is_looked_up_in_nvidias_tables() -> None:
    assert (branch := cluster_of().release.branch)
    assert (branch.number, branch.end_of_life) == ("580", "2028-06")
    assert cluster_of(software={"versions": {"driver_branch": "570", "cuda": "12"}}).release.branch is None


def test_the_newer_release_has_topology_yaml_and_so_has_a_slurm_of_the_site() -> None:
    """Slurm reads topology.yaml from 25.05 on."""
    assert "files/slurm/topology.conf" in artifacts(cluster_of())
    for software in ({"release": "2026.11"}, {"versions": {"slurm": "25.05"}}):
        files = artifacts(cluster_of(software=software))
        assert "files/slurm/topology.yaml" in files
        assert "files/slurm/topology.conf" not in files
