"""One apply at a time: the lock names its holder, outlives nobody, and is held by what a dead holder left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dgxops.apply.lock import locked
from dgxops.errors import Exit, Locked

HOLD = """
import sys, time
from pathlib import Path
from dgxops.apply.lock import locked
with locked(Path(sys.argv[1]), "run-1") as held:
    {then}
    print("held", flush=True)
    time.sleep(60)
"""


def holder(lock: Path, then: str = "pass") -> subprocess.Popen[str]:
    code = HOLD.replace("{then}", then)
    process = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_refused_with_the_holders_name(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock")
    try:
        with pytest.raises(Locked) as caught, locked(tmp_path / "lock", "run-2"):
            pass
        assert f"run run-1, pid {process.pid} of " in caught.value.message
        assert caught.value.exit is Exit.LOCKED
    finally:
        process.kill()
        process.wait()


def test_the_lock_of_a_killed_run_is_taken_over_and_said(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock")
    process.kill()
    process.wait()
    with locked(tmp_path / "lock", "run-2") as held:
        assert f"run run-1, pid {process.pid}" in held.left_by
    with locked(tmp_path / "lock", "run-3") as held:
        assert held.left_by == ""


def test_what_a_killed_run_started_still_holds_the_lock(tmp_path: Path) -> None:
    child_of = "import subprocess; p = subprocess.Popen(['sleep', '60'], pass_fds=(held.descriptor,))"
    start = child_of + "; print(p.pid, flush=True)"
    code = HOLD.replace("{then}", start)
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    child = int(process.stdout.readline())
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    try:
        with pytest.raises(Locked) as caught, locked(tmp_path / "lock", "run-2"):
            pass
        assert "what it started still runs" in caught.value.hint
    finally:
        os.kill(child, signal.SIGKILL)
    time.sleep(0.2)
    with locked(tmp_path / "lock", "run-2") as held:
        assert "run run-1" in held.left_by


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="boom"), locked(tmp_path / "lock", "run-1"):
        raise ValueError("boom")
    with locked(tmp_path / "lock", "run-2") as held:
        assert held.left_by == ""
