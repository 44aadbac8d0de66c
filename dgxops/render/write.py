"""The only place that writes rendered trees: whole or not at all, and nothing that is not dgxops' own.

A tree lists its own files in a manifest. A new tree is built beside the old one, takes over what others put there,
and is exchanged with it in one step; a crash before that step leaves the old tree as it was.
"""

from __future__ import annotations

import ctypes
import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dgxops.errors import DgxopsError

MANIFEST = ".dgxops-manifest"
_MANIFEST_HEADER = "# Files of this folder that dgxops render owns; anything else is left alone.\n"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as it should be: "missing", "changed" or "unwanted"."""

    path: str
    kind: str
    diff: str


def differences(tree: Path, artifacts: Mapping[str, str]) -> tuple[Difference, ...]:
    """How the tree on disk differs from ``artifacts``, by path; empty when it is up to date."""
    owned = _owned(tree)
    found = [_difference(tree, path, artifacts.get(path)) for path in sorted(owned | set(artifacts))]
    return tuple(d for d in found if d)


def write_tree(tree: Path, artifacts: Mapping[str, str]) -> tuple[Difference, ...]:
    """Make ``tree`` hold exactly ``artifacts`` and what is not ours; returns what was different.

    Raises:
        DgxopsError: a file that dgxops did not write stands where one of ours belongs, or the disk refuses.
    """
    changes = differences(tree, artifacts)
    if tree.is_dir() and not changes and _owned(tree) == set(artifacts):
        return ()
    _refuse_strangers(tree, changes)
    try:
        _replace(tree.resolve(), artifacts)
    except OSError as error:
        raise DgxopsError(f"{tree}: cannot write: {error.strerror}; the tree is as it was") from error
    return changes


def _owned(tree: Path) -> set[str]:
    manifest = tree / MANIFEST
    if not manifest.is_file():
        return set()
    return {line for line in manifest.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


def _difference(tree: Path, path: str, wanted: str | None) -> Difference | None:
    try:
        have: str | None = (tree / path).read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        have = None
    if have == wanted:
        return None
    kind = "missing" if have is None else "unwanted" if wanted is None else "changed"
    return Difference(path, kind, _diff(path, have or "", wanted or ""))


def _diff(path: str, have: str, wanted: str) -> str:
    lines = difflib.unified_diff(
        have.splitlines(keepends=True), wanted.splitlines(keepends=True), f"on disk/{path}", f"rendered/{path}", n=2
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _refuse_strangers(tree: Path, changes: tuple[Difference, ...]) -> None:
    ours = _owned(tree)
    strangers = [c.path for c in changes if c.path not in ours and os.path.lexists(tree / c.path)]
    if strangers:
        more = f" (and {len(strangers) - 1} more)" if len(strangers) > 1 else ""
        raise DgxopsError(
            f"{tree}: {strangers[0]}{more} was not written by dgxops and stands where a rendered file belongs",
            hint="move it away; settings of the site belong in site.yml beside cluster.yml",
        )


def _replace(tree: Path, artifacts: Mapping[str, str]) -> None:
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


def _fill(root: Path, artifacts: Mapping[str, str]) -> None:
    made: set[Path] = set()
    for path, text in artifacts.items():
        target = root / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(text.encode("utf-8"))
    (root / MANIFEST).write_text(_MANIFEST_HEADER + "".join(f"{p}\n" for p in sorted(artifacts)), encoding="utf-8")


def _adopt(old: Path, fresh: Path) -> None:
    """Carry over every file, link and empty folder of ``old`` that is not ours."""
    ours = _owned(old) | {MANIFEST}
    for path in _strangers(old, ours):
        target = fresh / path.relative_to(old)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            target.mkdir(exist_ok=True)
        else:
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
    if not tree.exists():
        fresh.rename(tree)
        return
    done = _libc().renameat2(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(tree), _RENAME_EXCHANGE)
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
