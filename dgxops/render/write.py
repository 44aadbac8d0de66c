"""The only place that writes rendered trees: whole or not at all, and nothing that is not dgxops' own.

A tree lists its own files in a manifest. A new tree is built beside the old one, takes over what others put there,
and is exchanged with it in one step; a crash before that step leaves the old tree as it was. Where the file system
cannot exchange two folders, the old one is set aside before the new one takes its place, and the next write puts back
an old tree that a crash between the two left aside.
"""

from __future__ import annotations

import ctypes
import difflib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dgxops.errors import DgxopsError

Artifact = str | bytes
"""What a file holds: text, written as UTF-8, or bytes as they are."""

MANIFEST = ".dgxops-manifest"
_MANIFEST_HEADER = "# Files of this folder that dgxops render owns; anything else is left alone.\n"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV}
"""What NFS, old kernels, and an overlay with folders of its lower layer answer."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as it should be: "missing", "changed" or "unwanted"."""

    path: str
    kind: str
    diff: str


def differences(tree: Path, artifacts: Mapping[str, Artifact]) -> tuple[Difference, ...]:
    """How the tree on disk differs from ``artifacts``, by path; empty when it is up to date."""
    owned = _owned(tree)
    found = [_difference(tree, path, artifacts.get(path)) for path in sorted(owned | set(artifacts))]
    return tuple(d for d in found if d)


def write_tree(tree: Path, artifacts: Mapping[str, Artifact]) -> tuple[Difference, ...]:
    """Make ``tree`` hold exactly ``artifacts`` and what is not ours; returns what was different.

    Raises:
        DgxopsError: something that dgxops did not write stands where a file of ours belongs, or the disk refuses.
    """
    _recover(tree.resolve())
    changes = differences(tree, artifacts)
    if tree.is_dir() and not changes and _owned(tree) == set(artifacts):
        return ()
    _refuse_strangers(tree, changes)
    try:
        _replace(tree.resolve(), artifacts)
    except OSError as error:
        raise DgxopsError(f"{tree}: cannot write: {error.strerror or error}; the tree is as it was") from error
    return changes


def strangers(tree: Path) -> tuple[str, ...]:
    """Files in a tree that are not ours, by path, sorted; render leaves them alone."""
    if not tree.is_dir():
        return ()
    found = _strangers(tree.resolve(), _owned(tree) | {MANIFEST})
    return tuple(sorted(p.relative_to(tree.resolve()).as_posix() for p in found if not p.is_dir()))


def _owned(tree: Path) -> set[str]:
    """The files of a tree that are ours.

    Raises:
        DgxopsError: the tree is no folder, or its manifest cannot be one that dgxops wrote.
    """
    if tree.exists() and not tree.is_dir():
        raise DgxopsError(f"{tree} is not a folder", hint="move it away")
    manifest = tree / MANIFEST
    if not manifest.exists():
        return set()
    try:
        text = manifest.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = f"take {MANIFEST} back from git, or move {tree} away and render anew"
        raise DgxopsError(f"{manifest}: cannot be read, so dgxops cannot tell its own files", hint=hint) from error
    return {line for line in text.splitlines() if line and not line.startswith("#")}


def _difference(tree: Path, path: str, wanted: Artifact | None) -> Difference | None:
    try:
        have: bytes | None = (tree / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        have = None
    except OSError as error:
        raise DgxopsError(f"{tree / path}: cannot be read: {error.strerror}") from error
    if have == (None if wanted is None else _bytes(wanted)):
        return None
    kind = "missing" if have is None else "unwanted" if wanted is None else "changed"
    return Difference(path, kind, _diff(path, have or b"", b"" if wanted is None else wanted))


def _bytes(artifact: Artifact) -> bytes:
    return artifact.encode("utf-8") if isinstance(artifact, str) else artifact


def _diff(path: str, have: bytes, wanted: Artifact) -> str:
    if b"\0" in have or b"\0" in _bytes(wanted):
        return f"Binary files on disk/{path} and rendered/{path} differ\n"
    return _text_diff(path, have.decode("utf-8", "replace"), _bytes(wanted).decode("utf-8", "replace"))


def _text_diff(path: str, have: str, wanted: str) -> str:
    lines = difflib.unified_diff(
        have.splitlines(keepends=True), wanted.splitlines(keepends=True), f"on disk/{path}", f"rendered/{path}", n=2
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _refuse_strangers(tree: Path, changes: tuple[Difference, ...]) -> None:
    ours = _owned(tree)
    found = (_in_the_way(tree, change.path, ours) for change in changes if change.kind != "unwanted")
    strangers = list(dict.fromkeys(path for path in found if path))
    if strangers:
        more = f" (and {len(strangers) - 1} more)" if len(strangers) > 1 else ""
        raise DgxopsError(
            f"{tree}: {strangers[0]}{more} was not written by dgxops and stands where a rendered file belongs",
            hint="move it away; settings of the site belong in site.yml beside cluster.yml",
        )


def _in_the_way(tree: Path, path: str, ours: set[str]) -> str | None:
    """What is not ours and stands where a file belongs: a thing of its name, or no folder where it needs one."""
    for parent in map(str, reversed(PurePosixPath(path).parents[:-1])):
        here = tree / parent
        if here.is_symlink() or (here.exists() and not here.is_dir()):
            return None if parent in ours else parent
    here = tree / path
    return path if here.is_dir() or (os.path.lexists(here) and path not in ours) else None


def _replace(tree: Path, artifacts: Mapping[str, Artifact]) -> None:
    tree.parent.mkdir(parents=True, exist_ok=True)
    _sweep(tree)
    fresh = Path(tempfile.mkdtemp(prefix=_prefix(tree), dir=tree.parent))
    try:
        fresh.chmod(0o755)
        _fill(fresh, artifacts)
        _adopt(tree, fresh)
        _sync(fresh)
        _exchange(fresh, tree)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _prefix(tree: Path) -> str:
    return f".{tree.name}.new-"


def _sweep(tree: Path) -> None:
    """Remove what a killed run left beside the tree."""
    for left in tree.parent.glob(_prefix(tree) + "*"):
        shutil.rmtree(left, ignore_errors=True)


def _fill(root: Path, artifacts: Mapping[str, Artifact]) -> None:
    made: set[Path] = set()
    for path, artifact in artifacts.items():
        target = root / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(_bytes(artifact))
    (root / MANIFEST).write_text(_MANIFEST_HEADER + "".join(f"{p}\n" for p in sorted(artifacts)), encoding="utf-8")


def _adopt(old: Path, fresh: Path) -> None:
    """Carry over every file, link and empty folder of ``old`` that is not ours.

    A file that the manifest does not know (a merge lost its line) but that is what we write anyway becomes ours again;
    others in the way were refused before.
    """
    ours = _owned(old) | {MANIFEST}
    for path in _strangers(old, ours):
        target = fresh / path.relative_to(old)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            target.mkdir(exist_ok=True)
        elif not target.exists():
            os.link(path, target, follow_symlinks=False)


def _strangers(old: Path, ours: set[str]) -> Iterator[Path]:
    for folder, folders, files in os.walk(old):
        here = Path(folder)
        if not folders and not files and here != old:
            yield here
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in files if (here / name).relative_to(old).as_posix() not in ours)


def _sync(root: Path) -> None:
    """One sync of the file system that holds ``root``: cheaper than one a file, and as strong."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        _libc().syncfs(descriptor)
    finally:
        os.close(descriptor)


def _exchange(fresh: Path, tree: Path) -> None:
    """Put the new tree where the old one was, and leave the old one where the new one was built."""
    if not tree.exists():
        fresh.rename(tree)
        return
    number = _renameat2(fresh, tree)
    if number in _NO_EXCHANGE:
        _exchange_in_steps(fresh, tree)
    elif number:
        raise OSError(number, os.strerror(number))


def _renameat2(one: Path, other: Path) -> int:
    """Exchange two folders; 0, or why that cannot be (an errno)."""
    done = _libc().renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return ctypes.get_errno() if done != 0 else 0


def _exchange_in_steps(fresh: Path, tree: Path) -> None:
    try:
        _set_aside(tree)
        fresh.rename(tree)
    except BaseException:
        _recover(tree)
        raise
    _aside(tree).rename(fresh)


def _aside(tree: Path) -> Path:
    return tree.with_name(f".{tree.name}.dgxops-old")


def _set_aside(tree: Path) -> None:
    """Take the old tree out of the way. When its manifest is gone from its place, all of it is aside."""
    try:
        tree.rename(_aside(tree))
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = Path(tempfile.mkdtemp(prefix=_prefix(tree), dir=tree.parent))
        shutil.copytree(tree, copy, symlinks=True, copy_function=os.link, dirs_exist_ok=True)
        _sync(copy)
        copy.rename(_aside(tree))
        (tree / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(tree)


def _recover(tree: Path) -> None:
    """Put back the old tree where a crash left it aside, or forget it where the new one took its place.

    Raises:
        DgxopsError: it cannot be put back; the message says where it is.
    """
    aside = _aside(tree)
    if not aside.is_dir():
        return
    try:
        if not tree.exists():
            aside.rename(tree)
            return
        if not (tree / MANIFEST).exists():
            _put_back(aside, tree)
        aside.rename(tempfile.mkdtemp(prefix=_prefix(tree), dir=tree.parent))
        _sweep(tree)
    except OSError as error:
        raise DgxopsError(
            f"{tree}: cannot write: {error.strerror or error}", hint=f"the tree as it was is {aside}"
        ) from error


def _put_back(aside: Path, tree: Path) -> None:
    """Give a tree that was being taken away what it lacks, its manifest last."""
    for path in sorted(aside.rglob("*"), key=lambda p: (p == aside / MANIFEST, p)):
        target = tree / path.relative_to(aside)
        if path.is_dir() and not path.is_symlink():
            target.mkdir(exist_ok=True)
        elif not os.path.lexists(target):
            os.link(path, target, follow_symlinks=False)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
