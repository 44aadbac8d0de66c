"""One apply at a time on one cluster. The lock is the kernel's (flock), so it ends with its holders: this process and
the ansible-playbook that it started, which inherits the open file. The text in the file only says who they are."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dgxops.errors import Locked


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that is ours. ``left_by`` says which run held it last and did not let go in order, empty if none."""

    descriptor: int
    left_by: str


@contextlib.contextmanager
def locked(path: Path, run: str) -> Iterator[Held]:
    """Hold the lock of a cluster for a run; raises Locked, naming the holder, where another run has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, path)
        left_by = _words(_read(path))
        _write(descriptor, _holder(run))
        try:
            yield Held(descriptor, left_by)
        finally:
            _write(descriptor, {})
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Locked(f"another run holds this cluster: {_words(_read(path))}", hint=_hint(_read(path), path)) from None


def _holder(run: str) -> dict[str, Any]:
    started = time.strftime("%Y-%m-%d %H:%M:%S")
    return {"run": run, "pid": os.getpid(), "user": getpass.getuser(), "host": socket.gethostname(), "started": started}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(descriptor: int, holder: dict[str, Any]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode() if holder else b"", 0)
    os.fsync(descriptor)


def _words(holder: dict[str, Any]) -> str:
    if not holder:
        return ""
    run, pid, user, host, started = (holder.get(f, "?") for f in ("run", "pid", "user", "host", "started"))
    return f"run {run}, pid {pid} of {user} on {host}, since {started}"


def _hint(holder: dict[str, Any], path: Path) -> str:
    """A dead holder with a living lock: what it started still runs."""
    alive = Path(f"/proc/{holder.get('pid')}").exists()
    return "wait for it to end" if alive else f"that process is gone, but what it started still runs: fuser -v {path}"
