"""A verb that starts Ansible ends in order, however it is asked to."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import sys, time
from pathlib import Path
from dgxops.cli.common import end_in_order
end_in_order()
try:
    Path(sys.argv[1], "begun").touch()
    for _ in range(600):
        time.sleep(0.1)  # a signal between two steps of Python is heard after the next
except KeyboardInterrupt:
    time.sleep(0.2)
    print("stopping", flush=True)
    Path(sys.argv[1], "ended").touch()
    sys.exit(130)
"""


def begun(folder: Path, **options: Any) -> subprocess.Popen[bytes]:
    """A program that has said how it wants to end."""
    process: subprocess.Popen[bytes] = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], **options)
    deadline = time.monotonic() + 60
    while not (folder / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def heard() -> None:
    """No signal is ignored, whatever started these tests (a shell's background, nohup) ignores."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_is_asked_by_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    process = begun(tmp_path, preexec_fn=heard)
    process.send_signal(number)
    if number == signal.SIGHUP:
        process.send_signal(number)  # as the kernel and a shell do
    assert process.wait(30) == 130
    assert (tmp_path / "ended").exists()


def test_its_terminal_goes_away(tmp_path: Path) -> None:
    ours, its = pty.openpty()

    def own() -> None:
        heard()
        os.setsid()
        fcntl.ioctl(its, termios.TIOCSCTTY, 0)

    process = begun(tmp_path, stdin=its, stdout=its, stderr=its, preexec_fn=own)
    os.close(its)
    os.close(ours)
    assert process.wait(30) == 130
    assert (tmp_path / "ended").exists()


def test_nohup_is_respected(tmp_path: Path) -> None:
    process = begun(tmp_path, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert process.poll() is None
    process.terminate()
    assert process.wait(30) == 130
