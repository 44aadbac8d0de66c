"""The only place of the room that asks git: what the last commit says the cluster looked like."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

FILES = ("cabling/cables.csv", "site/addresses.csv", "site/floor.csv")


@dataclass(frozen=True, slots=True)
class Committed:
    """``files`` by path below rendered/; empty, with ``why``, when there is nothing to compare with.

    ``zones`` are the DNS zones of these that were there, by the same.
    """

    commit: str = ""
    files: dict[str, str] = field(default_factory=dict)
    why: str = ""
    zones: dict[str, str] = field(default_factory=dict)


def last_commit(folder: Path, zones: Iterable[str] = ()) -> Committed:
    """The rendered files of the cluster in ``folder`` at HEAD, and ``zones``. A folder outside git is no error."""
    try:
        commit = _git(folder, "rev-parse", "--short", "--verify", "HEAD")
    except OSError:
        return Committed(why="git is not installed")
    if commit is None:
        return Committed(why="not in a git work tree with a commit")
    files = _texts(folder, FILES)
    return Committed(commit.strip(), files, "" if files else "rendered/ is not committed", _texts(folder, zones))


def _texts(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """Those files that the last commit has."""
    texts = {path: _git(folder, "cat-file", "blob", f"HEAD:./rendered/{path}") for path in paths}
    return {path: text for path, text in texts.items() if text is not None}


def _git(folder: Path, *words: str) -> str | None:
    """What a git command prints; None when it fails. ``cat-file`` runs no filter and no program of the repository."""
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
