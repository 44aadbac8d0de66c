"""Waiting until machines can be logged in to, as Ansible will."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from dgxops.errors import RunFailed
from dgxops.lab.boot import cell_of, console_log
from dgxops.lab.machine import LabMachine
from dgxops.lab.names import fold
from dgxops.lab.remote import answers, ssh_command
from dgxops.lab.state import Lab

LOG_LINES = 8


def await_logins(lab: Lab, machines: Sequence[LabMachine], seconds: float) -> None:
    """Return when every machine lets the key in; RunFailed names those that do not, with the end of their logs."""
    patience = _Patience(seconds)
    with ThreadPoolExecutor(max_workers=16) as pool, patience:
        in_time = list(pool.map(lambda m: _await_login(lab, m, patience), machines))
    silent = [m for m, ok in zip(machines, in_time, strict=True) if not ok]
    if silent:
        raise RunFailed(_complaint(lab, silent, seconds), hint="the others are up; `dgxops lab up` tries these again")


class _Patience:
    """Ends at a deadline, or as soon as its block is left: Ctrl-C must not wait for machines."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def __bool__(self) -> bool:
        return time.monotonic() < self._deadline

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._deadline = 0.0


def _await_login(lab: Lab, machine: LabMachine, patience: _Patience) -> bool:
    while patience and cell_of(lab, machine).alive():
        if answers(machine) and _login_works(lab, machine):
            return True
        time.sleep(0.2)
    return False


def _login_works(lab: Lab, machine: LabMachine) -> bool:
    command = ssh_command(lab, machine, ["true"])
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _complaint(lab: Lab, silent: Sequence[LabMachine], seconds: float) -> str:
    tails = "\n".join(f"{m.name}:\n{_tail(lab, m)}" for m in silent[:3])
    more = f"\n({len(silent) - 3} more: dgxops lab logs NODE)" if len(silent) > 3 else ""
    ended = [m.name for m in silent if not cell_of(lab, m).alive()]
    slow = [m.name for m in silent if m.name not in ended]
    what = [f"{fold(ended)} ended while booting"] if ended else []
    what += [f"no login within {seconds:.0f} s on {fold(slow)}"] if slow else []
    return f"{'; '.join(what)}; the end of their console logs:\n{tails}{more}"


def _tail(lab: Lab, machine: LabMachine) -> str:
    path = console_log(lab, machine)
    text = path.read_text(errors="replace") if path.exists() else "(no log)"
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-LOG_LINES:])
