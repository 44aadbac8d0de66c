"""A rendered tree is written whole or not at all, and only what dgxops owns is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxops.errors import DgxopsError
from dgxops.render import write

FIRST = {"a.txt": "one\n", "deep/b.txt": "two\n"}
SECOND = {"a.txt": "changed\n", "deep/c.txt": "three\n"}


def contents(tree: Path) -> dict[str, str]:
    return {
        p.relative_to(tree).as_posix(): p.read_text()
        for p in sorted(tree.rglob("*"))
        if p.is_file() and p.name != write.MANIFEST
    }


def test_a_new_tree_replaces_the_old_one(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)
    assert contents(tree) == FIRST
    write.write_tree(tree, SECOND)
    assert contents(tree) == SECOND
    assert [p.name for p in tmp_path.iterdir()] == ["rendered"]


def test_an_up_to_date_tree_is_not_touched(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)
    before = {p: p.stat().st_ino for p in tree.rglob("*")}
    assert write.write_tree(tree, FIRST) == ()
    assert {p: p.stat().st_ino for p in tree.rglob("*")} == before


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)
    (tree / "notes.txt").write_text("mine\n")
    (tree / "empty").mkdir()
    (tree / "link").symlink_to("nowhere")
    write.write_tree(tree, SECOND)
    assert (tree / "notes.txt").read_text() == "mine\n"
    assert (tree / "empty").is_dir()
    assert (tree / "link").readlink() == Path("nowhere")
    assert not (tree / "deep/b.txt").exists()


def test_a_stranger_in_the_way_is_refused_and_kept(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    tree.mkdir()
    (tree / "a.txt").write_text("mine\n")
    with pytest.raises(DgxopsError, match=r"a\.txt was not written by dgxops"):
        write.write_tree(tree, FIRST)
    assert contents(tree) == {"a.txt": "mine\n"}


@pytest.mark.parametrize("step", ["_fill", "_adopt", "_sync", "_exchange"])
def test_a_crash_at_any_step_leaves_the_old_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)

    def crash(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, step, crash)
    with pytest.raises(DgxopsError, match="No space left on device; the tree is as it was"):
        write.write_tree(tree, SECOND)
    assert contents(tree) == FIRST
    monkeypatch.undo()
    write.write_tree(tree, SECOND)
    assert contents(tree) == SECOND


def test_leftovers_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)
    (tmp_path / ".rendered.new-killed").mkdir()
    write.write_tree(tree, SECOND)
    assert [p.name for p in tmp_path.iterdir()] == ["rendered"]


def test_differences_are_named_by_kind(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)
    found = {d.path: d.kind for d in write.differences(tree, SECOND)}
    assert found == {"a.txt": "changed", "deep/b.txt": "unwanted", "deep/c.txt": "missing"}
    assert all(d.diff for d in write.differences(tree, SECOND))
