"""A cell: one control group of the lab's own in which a process and all that it starts live, and die together.

A machine is a cell, and so is the package cache. The kernel's ``cgroup.kill`` ends one as a power loss would: at once
and whole, whoever started it and however it got there. Nothing here needs a process number or a service manager.
"""

from __future__ import annotations

import errno
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dgxops.errors import RunFailed

TREE = "dgxops-lab"
KILL_SECONDS = 20.0

# Enters the cell, then leaves the command behind in it: "0" in cgroup.procs means the process that writes it.
_ENTER = 'cd / && umask 022 && echo 0 > "$1/cgroup.procs" && shift && exec setsid --fork "$@"'


def unified_mount() -> Path | None:
    """Where the unified control group hierarchy is mounted, be it the only one or beside the old ones."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup2 "):
            return Path(before.split()[4])
    return None


@dataclass(frozen=True, slots=True)
class Cell:
    """A control group below the lab's tree, e.g. ``dgxops-lab/mini/dgx-001``; it need not exist."""

    path: Path

    def alive(self) -> bool:
        """Whether a process lives in it."""
        try:
            return "populated 1" in (self.path / "cgroup.events").read_text()
        except OSError:
            return False

    def start(self, argv: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        """Run a command in it, in a session of its own, its output at the end of ``log``."""
        self.path.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            subprocess.run(
                ["sh", "-c", _ENTER, "cell", str(self.path), *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | (environment or {}),
                check=True,
            )

    def kill(self) -> None:
        """End every process in it and take it away; nothing to do where it does not exist."""
        if not self.path.is_dir():
            return
        (self.path / "cgroup.kill").write_text("1")
        deadline = time.monotonic() + KILL_SECONDS
        while not self._removed():
            if time.monotonic() > deadline:
                raise RunFailed(f"processes in {self.path} outlive SIGKILL")
            time.sleep(0.02)

    def _removed(self) -> bool:
        """Whether it is gone; the kernel is busy with it as long as something in it is still dying."""
        try:
            _remove_tree(self.path)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            return False
        return True


def cell(cluster: str, name: str) -> Cell:
    return Cell(tree(cluster) / name)


def tree(cluster: str) -> Path:
    """The control group that holds all cells of one lab."""
    mount = unified_mount()
    if mount is None:
        raise RunFailed("no unified control group hierarchy (cgroup2) is mounted")
    return mount / TREE / cluster


def remove_tree(cluster: str) -> None:
    """Take away a lab's control groups, and the tree of all labs when this was the last."""
    _remove_tree(tree(cluster))
    parent = tree(cluster).parent
    if parent.is_dir() and not any(p.is_dir() for p in parent.iterdir()):
        parent.rmdir()


def _remove_tree(path: Path) -> None:
    if not path.is_dir():
        return
    for child in path.iterdir():
        if child.is_dir():
            _remove_tree(child)
    path.rmdir()
