"""What stood at the last commit is held against what follows now."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dgxops.check import addresses, check
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
    assert proof.proved
    for found in proof.findings:
        assert found.severity is (Severity.ERROR if found.message.endswith("address") else Severity.WARNING)
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


def test_nodes_that_leave_are_named_with_what_goes_with_them_and_move_nothing() -> None:
    before, after = cluster_of(), cluster_of(nodes=4)
    gone = devices(before) - devices(after)
    assert {"dgx-005", "su01-r02-pdu-1"} <= gone
    assert sorted(moves(before, after)) == [("a device is gone", f"{name} is there no more") for name in sorted(gone)]


def test_a_switch_that_leaves_is_named() -> None:
    found = moves(cluster_of(scalable_units=2), cluster_of(scalable_units=1))
    assert ("a device is gone", "leaf-02-8 is there no more") in found
    assert ("a device is gone", "spine-08 is there no more") in found


def devices(cluster: Cluster) -> set[str]:
    """Everything with an address."""
    return {held.holder for held in addresses.held(cluster)}


GROUPS = ({"name": "old", "platform": "dgx-h100", "share": 1}, {"name": "new", "platform": "dgx-h100", "share": 2})
WIDE: dict[str, Any] = {"oob": {"subnet": "10.20.0.0/17"}, "management": {"subnet": "10.10.0.0/18"}}


def of_groups(*groups: dict[str, Any]) -> Cluster:
    return cluster_of(platform="", groups=list(groups), networks=WIDE)


def test_racks_that_change_their_place_on_the_floor_are_told() -> None:
    """The groups in another order: every rack of systems changes its row, and none its names, addresses and units."""
    found = moves(of_groups(*GROUPS), of_groups(*reversed(GROUPS)))
    assert ("a rack stands elsewhere on the floor", "old-su01-r01: row 2 place 1 is now row 19 place 1") in found
    assert {message for message, _ in found} >= {"a rack stands elsewhere on the floor"}
    assert not any("address" in message or "name" in message for message, _ in found)


def test_cables_that_stay_and_become_longer_are_told_by_rack(mini: Cluster) -> None:
    racks = [replace(r, row=r.row + 20) if r.name == "leaf-rack-01" else r for r in mini.racks]
    found = moves(mini, replace(mini, racks=tuple(racks)))
    longer = [evidence for message, evidence in found if message == "cables that stay are of another medium or length"]
    assert "su01-r01 to leaf-rack-01: 23 of MMF of 10 m, now SMF of 60 m" in longer


def test_a_plain_group_is_not_sent_to_a_key_that_it_lacks() -> None:
    plain = {"platform": "dgx-2", "scalable_units": "none", "fabric": "QM8700"}
    before, after = cluster_of(**plain, nodes=5), cluster_of(**plain, nodes=8)
    findings = [f for f in check(after, committed(before)).findings if f.check == "growth"]
    (said,) = {f.repair for f in findings if "recabled" in f.message}
    assert "`fabric` names a switch with more ports" in said
    assert not any("grow_to" in f.repair for f in findings)


def test_swapped_cables_are_told_end_by_end(mini: Cluster) -> None:
    assert [move for move in moves(mini, swap(mini, 0, 8)) if move[0] != "a device is gone"] == [
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


def test_a_wider_subnet_by_a_slip_does_not_pass() -> None:
    """Pools are shares of a subnet, so a wider one moves every address in it."""
    oob = ({"oob": {"subnet": subnet}} for subnet in ("10.20.0.0/21", "10.20.0.0/20"))
    before, after = (cluster_of(nodes=4, networks=networks) for networks in oob)
    assert not growth(committed(before), artifacts(after)).holds
    assert ("a device has another oob address", "dgx-001: 10.20.1.1/21 is now 10.20.2.1/20") in moves(before, after)


def test_another_rack_unit_is_told(mini: Cluster) -> None:
    found = [message for message, _ in moves(mini, two_nodes_in_one_rack_unit(mini))]
    assert found == ["a device stands elsewhere", "cables that stay are of another medium or length"]


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
