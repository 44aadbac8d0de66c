"""A rendered tree is written whole or not at all, and only what dgxops owns is touched."""

from __future__ import annotations

import errno
import os
import sys
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


def test_a_file_of_ours_that_a_merge_lost_from_the_manifest_is_taken_back(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, FIRST)
    manifest = tree / write.MANIFEST
    manifest.write_text(manifest.read_text().replace("deep/b.txt\n", ""))
    write.write_tree(tree, FIRST)
    assert contents(tree) == FIRST
    assert "deep/b.txt" in manifest.read_text()
    write.write_tree(tree, SECOND)
    assert contents(tree) == SECOND


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


EXCHANGES = {
    "in one step": (0, 0),
    "old kernel": (errno.ENOSYS, 0),
    "NFS": (errno.EINVAL, 0),
    "overlay": (errno.EXDEV, errno.EXDEV),
}
"""How a file system takes the exchange of two folders, and the renaming of the old one: an errno, or 0."""


def on_file_system(monkeypatch: pytest.MonkeyPatch, kind: str, tree: Path) -> None:
    exchange, rename = EXCHANGES[kind]
    plain, in_one_step = Path.rename, write._renameat2

    def renamed(self: Path, target: Path) -> Path:
        if self == tree and rename:
            raise OSError(rename, os.strerror(rename))
        return plain(self, target)

    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(write, "_renameat2", lambda one, other: exchange or in_one_step(one, other))


def old_tree(folder: Path) -> Path:
    tree = folder / "rendered"
    write.write_tree(tree, FIRST)
    (tree / "notes.txt").write_text("mine\n")
    return tree


@pytest.mark.parametrize("kind", EXCHANGES)
def test_every_file_system_gets_a_new_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    tree = old_tree(tmp_path)
    on_file_system(monkeypatch, kind, tree)
    write.write_tree(tree, SECOND)
    assert contents(tree) == {**SECOND, "notes.txt": "mine\n"}
    assert [p.name for p in tmp_path.iterdir()] == ["rendered"]


CHANGES = {"open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}  # events of Python's auditing


def killed_at(number: int, tree: Path) -> bool:
    """Write the second tree in a process that dies before its change of this number; False when it made fewer."""
    child = os.fork()
    if child == 0:
        left = [number]

        def count(event: str, arguments: tuple[object, ...]) -> None:
            if event in CHANGES and (event != "open" or str(tree.parent) in str(arguments[0])):
                left[0] -= 1
                if not left[0]:
                    os._exit(9)

        sys.addaudithook(count)
        write.write_tree(tree, SECOND)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 9


@pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")
@pytest.mark.parametrize("kind", EXCHANGES)
def test_a_power_loss_at_any_moment_leaves_one_whole_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    seen = set()
    for number in range(1, 200):
        tree = old_tree(tmp_path / str(number))
        with monkeypatch.context() as patch:
            on_file_system(patch, kind, tree)
            died = killed_at(number, tree)
        write._recover(tree)
        seen.add(contents(tree)["a.txt"])
        assert contents(tree) in [{**which, "notes.txt": "mine\n"} for which in (FIRST, SECOND)]
        write.write_tree(tree, SECOND)
        assert contents(tree) == {**SECOND, "notes.txt": "mine\n"}
        assert {p.name for p in tree.parent.iterdir()} <= {"rendered", *left_beside(tree)}
        if not died:
            break
    assert seen == {"one\n", "changed\n"}
    assert not died


def left_beside(tree: Path) -> set[str]:
    """What the next change of the tree sweeps away."""
    return {p.name for p in tree.parent.glob(".rendered.new-*")}


def test_a_new_tree_that_cannot_take_its_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = old_tree(tmp_path)
    plain = Path.rename

    def renamed(self: Path, target: Path) -> Path:
        if target == tree and self.name.startswith(".rendered.new-"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return plain(self, target)

    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(write, "_renameat2", lambda *_: errno.EINVAL)
    with pytest.raises(DgxopsError, match="No space left on device; the tree is as it was"):
        write.write_tree(tree, SECOND)
    assert contents(tree) == {**FIRST, "notes.txt": "mine\n"}
    assert [p.name for p in tmp_path.iterdir()] == ["rendered"]


def test_a_folder_or_a_link_where_a_file_belongs_is_refused_and_kept(tmp_path: Path) -> None:
    tree = old_tree(tmp_path)
    (tree / "a.txt").unlink()
    (tree / "a.txt").mkdir()
    (tree / "a.txt" / "within").write_text("mine\n")
    assert {d.path: d.kind for d in write.differences(tree, FIRST)} == {"a.txt": "missing"}
    with pytest.raises(DgxopsError, match=r"a\.txt was not written by dgxops and stands where"):
        write.write_tree(tree, FIRST)
    assert (tree / "a.txt" / "within").read_text() == "mine\n"


@pytest.mark.parametrize("linked", [False, True])
def test_what_stands_where_a_folder_belongs_is_refused_and_kept(tmp_path: Path, linked: bool) -> None:
    tree = tmp_path / "rendered"
    tree.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tree / "deep").symlink_to(tmp_path / "elsewhere") if linked else (tree / "deep").write_text("mine\n")
    with pytest.raises(DgxopsError, match=r"deep was not written by dgxops and stands where"):
        write.write_tree(tree, FIRST)
    assert (tree / "deep").is_symlink() == linked
    assert [p.name for p in tree.iterdir()] == ["deep"]


def test_a_file_of_ours_gives_way_to_a_folder_of_ours(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, {"deep": "one\n"})
    write.write_tree(tree, SECOND)
    assert contents(tree) == SECOND


@pytest.mark.parametrize("check", [False, True])
def test_a_file_of_the_trees_name_is_refused_and_kept(tmp_path: Path, check: bool) -> None:
    tree = tmp_path / "rendered"
    tree.write_text("mine\n")
    with pytest.raises(DgxopsError, match="rendered is not a folder"):
        write.differences(tree, FIRST) if check else write.write_tree(tree, FIRST)
    assert tree.read_text() == "mine\n"
    assert [p.name for p in tmp_path.iterdir()] == ["rendered"]


@pytest.mark.parametrize("check", [False, True])
def test_a_manifest_that_is_no_text_is_told(tmp_path: Path, check: bool) -> None:
    tree = old_tree(tmp_path)
    (tree / write.MANIFEST).write_bytes(b"a.txt\n\xff\xfe\n")
    with pytest.raises(DgxopsError, match="cannot tell its own files"):
        write.differences(tree, FIRST) if check else write.write_tree(tree, FIRST)
    assert contents(tree) == {**FIRST, "notes.txt": "mine\n"}


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


BINARY = {"a.txt": "one\n", "book.xlsx": b"PK\x03\x04\x00\xff\r\n"}


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, BINARY)
    assert (tree / "book.xlsx").read_bytes() == BINARY["book.xlsx"]
    assert write.differences(tree, BINARY) == ()
    assert write.write_tree(tree, BINARY) == ()


def test_a_change_of_bytes_is_found_and_not_printed(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, BINARY)
    changed = {**BINARY, "book.xlsx": b"PK\x03\x04\x00\xfe\r\n"}
    found = write.differences(tree, changed)
    assert [(d.path, d.kind) for d in found] == [("book.xlsx", "changed")]
    assert found[0].diff == "Binary files on disk/book.xlsx and rendered/book.xlsx differ\n"


def test_an_unwanted_or_missing_file_of_bytes_is_named(tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    write.write_tree(tree, BINARY)
    assert [(d.path, d.kind) for d in write.differences(tree, {"a.txt": "one\n"})] == [("book.xlsx", "unwanted")]
    (tree / "book.xlsx").unlink()
    assert [(d.path, d.kind) for d in write.differences(tree, BINARY)] == [("book.xlsx", "missing")]
