"""What a run leaves behind: a folder, with a journal that only grows and is on the disk before each step is taken.

run.json says who did what with which inputs, plan.json what was planned, events.jsonl what Ansible did (written by the
callback plugin), summary.json what came of it. Each journal line carries the digest of the line before it.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dgxops import __version__
from dgxops.secrets.files import private_folder, write_private

FIRST = "0" * 16


def new_run(now: float) -> str:
    """A name that sorts by time: 20261123-083200-3f2a (UTC)."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(now)) + "-" + secrets.token_hex(2)


@dataclass
class Journal:
    """The folder of one run."""

    folder: Path
    _last: str = FIRST

    @property
    def run(self) -> str:
        return self.folder.name

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    def write(self, event: str, **fields: object) -> None:
        """Add a line; when this returns it is on the disk."""
        body = {"at": round(time.time(), 3), "event": event, **fields}
        self._last = link(self._last, body)
        handle = os.open(self.folder / "journal.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, json.dumps({**body, "sum": self._last}).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def keep(self, name: str, data: object) -> None:
        """Write a whole JSON file of the run."""
        write_private(self.folder / name, json.dumps(data, indent=1).encode() + b"\n", replace=True)


def open_run(runs: Path, run: str, verb: str, cluster: str, target: str, **inputs: object) -> Journal:
    """Begin a run: its folder (0700) and run.json are on the disk when this returns."""
    now = time.time()
    private_folder(runs.parent)
    folder = runs / run
    folder.mkdir(mode=0o700, parents=True)
    journal = Journal(folder)
    journal.keep(
        "run.json", {"run": folder.name, "verb": verb, "cluster": cluster, "target": target, **_who(now), **inputs}
    )
    journal.write("begun", verb=verb)
    return journal


def _who(now: float) -> dict[str, object]:
    return {
        "format_version": 1,
        "started": round(now, 3),
        "user": getpass.getuser(),
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "dgxops": __version__,
    }


def link(last: str, body: dict[str, Any]) -> str:
    """Digest of a line and, through ``last``, of all before it."""
    return hashlib.sha256(last.encode() + json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


def read_journal(folder: Path) -> Iterator[dict[str, Any]]:
    """Lines of a journal up to the first that is torn or was changed."""
    last = FIRST
    path = folder / "journal.jsonl"
    for line in path.read_bytes().splitlines(keepends=True) if path.is_file() else []:
        body = _sound(line)
        if body is None or body.pop("sum", None) != link(last, body):
            return
        last = link(last, body)
        yield body


def _sound(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        body = json.loads(line)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
