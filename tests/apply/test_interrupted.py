"""Ctrl-C and a killed dgxops: nothing half done is ever taken for done, and nothing starts twice."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dgxops.apply.journal import read_journal
from dgxops.apply.lock import locked
from dgxops.errors import Exit, Locked
from dgxops.model.plan import Standing

from ..toy import REPOSITORY, Toy, toy

SECONDS = 120


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def begun(cluster: Toy) -> subprocess.Popen[bytes]:
    """An apply whose role sleeps on the hosts by now."""
    argv = [sys.executable, "-m", "tests.apply.interrupted", str(cluster.folder)]
    process = subprocess.Popen(argv, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
    until(lambda: any("Work slowly" in e.read_text() for e in cluster.folder.rglob("events.jsonl")))
    return process


def ansible_runs(cluster: Toy) -> list[int]:
    """Process numbers of every ansible-playbook on a cluster."""
    found = {int(p.parent.name): command_line(p) for p in Path("/proc").glob("[0-9]*/cmdline")}
    return [n for n, line in found.items() if b"ansible-playbook" in line and str(cluster.folder).encode() in line]


def command_line(path: Path) -> bytes:
    """Of a process that may be gone by now."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def lock_is_free(cluster: Toy) -> bool:
    """The kernel ends the lock of a killed process a moment after its command line is gone."""
    with (cluster.folder / "state" / "lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def slow(tmp_path: Path) -> Toy:
    """The toy cluster with one small role that takes a minute."""
    cluster = toy(tmp_path)
    for name in ("playbooks/base.yml", "playbooks/site.yml"):
        (cluster.ansible / name).unlink()
    (cluster.ansible / "playbooks" / "site.yml").write_text("- import_playbook: work.yml\n")
    cluster.vary("n1", job_seconds=60)
    cluster.vary("n2", job_seconds=60)
    return cluster


def test_ctrl_c_ends_ansible_and_leaves_the_journal_whole(slow: Toy) -> None:
    process = begun(slow)
    process.send_signal(signal.SIGINT)
    assert process.wait(SECONDS) == Exit.CANCELLED
    assert not ansible_runs(slow)
    (folder,) = (slow.folder / "state" / "runs").iterdir()
    assert [step["event"] for step in read_journal(folder)][-1] == "ended"
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["cancelled"]
    assert {r["outcome"] for stage in summary["stages"] for r in stage["roles"]} == {"untouched"}
    assert {(r.host, r.standing) for r in slow.plan().pending} == {(h, Standing.UNKNOWN) for h in ("n1", "n2", "n3")}
    with locked(slow.folder / "state" / "lock", "next") as held:
        assert held.left_by == ""


def test_a_killed_dgxops_leaves_unknown_and_nothing_starts_beside_what_it_left(slow: Toy) -> None:
    process = begun(slow)
    process.kill()
    process.wait()
    assert ansible_runs(slow)
    with pytest.raises(Locked, match=f"pid {process.pid}"), locked(slow.folder / "state" / "lock", "next"):
        pass
    assert {r.standing for r in slow.plan().pending} == {Standing.UNKNOWN}
    for number in ansible_runs(slow):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    until(lambda: not ansible_runs(slow) and lock_is_free(slow))
    with locked(slow.folder / "state" / "lock", "next") as held:
        assert f"pid {process.pid}" in held.left_by
