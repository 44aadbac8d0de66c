"""What stood at the last commit is held against what follows now."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dgxops.check.git import FILES, Committed, last_commit
from dgxops.check.growth import growth
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Severity
from dgxops.render import site
from dgxops.render.cabling import schedule
from dgxops.render.cabling.plant import plant_of
from tests.check.mutate import readdress, swap, two_nodes_in_one_rack_unit
from tests.conftest import cluster_of


def artifacts(cluster: Cluster) -> dict[str, str]:
    return schedule.artifacts(plant_of(cluster)) | site.artifacts(cluster)


def committed(cluster: Cluster) -> Committed:
    made = artifacts(cluster)
    return Committed("abc1234", {path: made[path] for path in FILES})


def moves(before: Cluster, after: Cluster) -> list[tuple[str, str]]:
    proof = growth(committed(before), artifacts(after))
    assert proof.holds
    assert proof.proved
    assert all(f.severity is Severity.WARNING for f in proof.findings)
    return [(f.message, f.evidence) for f in proof.findings]


def test_what_is_as_it_was_has_not_moved(mini: Cluster) -> None:
    proof = growth(committed(mini), artifacts(mini))
    assert proof.statement == "35 devices stand since abc1234, none moved"


def test_a_unit_more_recables_only_uplinks() -> None:
    """Four spines become eight: half the uplinks of the first unit move, nothing of any host."""
    found = moves(cluster_of(scalable_units=1), cluster_of(scalable_units=2))
    assert {message for message, _ in found} == {"a cable between standing devices is recabled"}
    assert all(evidence.startswith("leaf-01-") for _, evidence in found)
    assert len(found) == 8 * 32 // 2


def test_with_grow_to_nothing_moves() -> None:
    assert moves(cluster_of(scalable_units=1, grow_to=4), cluster_of(scalable_units=4, grow_to=4)) == []


def test_nodes_that_leave_move_nothing() -> None:
    assert moves(cluster_of(), cluster_of(nodes=4)) == []


def test_swapped_cables_are_told_end_by_end(mini: Cluster) -> None:
    assert moves(mini, swap(mini, 0, 8)) == [
        (
            "a cable between standing devices is recabled",
            f"{a}:OSFP4P2 to leaf-01-1:{was} is now to leaf-01-1:{now}",
        )
        for a, was, now in (("dgx-001", 1, 2), ("dgx-002", 2, 1))
    ]


def test_another_address_is_told(mini: Cluster) -> None:
    free = mini.by_name["dgx-004"].management_ip + 40
    assert moves(mini, readdress(mini, "dgx-001", "management", free)) == [
        ("a device has another management address", f"dgx-001: 10.10.1.1/21 is now {free}/21")
    ]


def test_another_rack_unit_is_told(mini: Cluster) -> None:
    assert [message for message, _ in moves(mini, two_nodes_in_one_rack_unit(mini))] == ["a device stands elsewhere"]


def test_another_name_is_told() -> None:
    found = moves(cluster_of(nodes=1), cluster_of(nodes=1, naming={"node": "gpu-{index:03d}"}))
    assert ("a device has another name", "dgx-001 is now gpu-001") in found


def test_a_file_of_something_else_is_said() -> None:
    proof = growth(Committed("abc1234", {FILES[0]: "what,ever\n1,2\n"}), artifacts(cluster_of(nodes=1)))
    assert not proof.proved
    assert "cabling/cables.csv has no column" in proof.statement


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    git(tmp_path, "init", "-q")
    return tmp_path


def test_a_folder_outside_git_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    found = last_commit(tmp_path)
    assert (found.files, found.why) == ({}, "not in a git work tree with a commit")


def test_the_last_commit_counts_and_not_the_work_tree(repository: Path) -> None:
    folder = repository / "clusters" / "pod1"
    for path in FILES:
        (folder / "rendered" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "rendered" / path).write_text("committed\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    (folder / "rendered" / FILES[0]).write_text("changed since\n")
    found = last_commit(folder)
    assert found.files == dict.fromkeys(FILES, "committed\n")
    assert found.commit


def test_a_repository_without_the_render_is_said(repository: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "one")
    assert last_commit(repository).why == "rendered/ is not committed"
