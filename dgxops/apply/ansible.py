"""ansible-playbook as a subprocess: its command line, its configuration, its life and its end.

It runs in a session of its own, so Ctrl-C reaches dgxops alone, which then ends it in order. It inherits the lock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dgxops.ansible_tool import tool
from dgxops.apply.events import Tail, Tally
from dgxops.apply.listener import Listener
from dgxops.plan.inventory import INVENTORY
from dgxops.secrets import NAMES

POLL_SECONDS = 0.1
INTERRUPT_SECONDS = 15.0
MOST_FORKS = 50  # a fork is about 60 MB of memory
FORKS_PER_CPU = 16  # a fork mostly waits for its host


@dataclass(frozen=True, slots=True)
class Connection:
    """How Ansible's own OpenSSH reaches hosts."""

    user: str
    key: Path | None
    known_hosts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one playbook. ``secrets`` are the arguments that hand the secrets over."""

    playbook: Path
    tree: Path
    hosts: tuple[str, ...]
    roles: tuple[str, ...]
    connection: Connection
    secrets: tuple[str, ...]
    check: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended; what it did is told by its events."""

    code: int
    log: Path
    interrupted: bool = False


def run(job: Job, folder: Path, name: str, ansible: Path, listener: Listener, lock: int | None) -> tuple[Tally, Ended]:
    """Run a job, its logs and events below ``folder`` under ``name``; raises nothing for what Ansible does."""
    log, events = folder / f"ansible-{name}.log", folder / "events.jsonl"
    limit = folder / f"limit-{name}.txt"
    limit.write_text("".join(f"{host}\n" for host in job.hosts))
    tally, tail = Tally(), Tail.at_end(events)
    with _short_folder() as sockets, log.open("wb") as output:
        config = folder / f"ansible-{name}.cfg"
        config.write_text(configuration(job, ansible, sockets))
        process = subprocess.Popen(
            arguments(job, limit),
            env=environment(config, events),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
        interrupted = _follow(process, tail, tally, listener)
    return tally, Ended(process.returncode, log, interrupted)


def arguments(job: Job, limit: Path) -> list[str]:
    """The command line; secrets are in it only as the names of encrypted files.

    The inventory is the one file: given a folder, Ansible takes slurm.conf and cable lists in it for inventories too.
    """
    check = ["--check", "--diff"] if job.check else []
    return [
        *(tool("ansible-playbook"), "--inventory", str(job.tree / INVENTORY), "--limit", f"@{limit}"),
        *("--tags", ",".join(job.roles)),
        *job.secrets,
        *check,
        str(job.playbook),
    ]


def environment(config: Path, events: Path) -> dict[str, str]:
    """Ours without any setting of Ansible that the operator's shell happens to carry."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "DGXOPS_"))}
    ours = {"ANSIBLE_CONFIG": str(config), "DGXOPS_EVENTS": str(events), "DGXOPS_SECRET_NAMES": ",".join(NAMES)}
    return {**kept, **ours, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def configuration(job: Job, ansible: Path, sockets: Path) -> str:
    """ansible.cfg of one run: kept in its folder, so that the run can be understood later."""
    forks = max(5, min(len(job.hosts), MOST_FORKS, FORKS_PER_CPU * (os.cpu_count() or 1)))
    lines = [
        "[defaults]",
        f"roles_path = {ansible / 'roles'}",
        f"callback_plugins = {ansible / 'plugins' / 'callback'}",
        "callbacks_enabled = dgxops_events",
        f"forks = {forks}",
        f"remote_user = {job.connection.user}",
        *([f"private_key_file = {job.connection.key}"] if job.connection.key else []),
        "host_key_checking = True",
        "force_handlers = True",
        "retry_files_enabled = False",
        "interpreter_python = /usr/bin/python3",
        "display_skipped_hosts = False",
        "nocows = True",
        "nocolor = True",
        "timeout = 20",
        "[ssh_connection]",
        "pipelining = True",
        "retries = 3",
        f"control_path_dir = {sockets}",
        f"ssh_args = {ssh_arguments(job.connection)}",
    ]
    return "\n".join(lines) + "\n"


def ssh_arguments(connection: Connection) -> str:
    """Options of OpenSSH: keys always checked, one master a host, a dead host noticed."""
    options = [
        "ControlMaster=auto",
        "ControlPersist=60s",
        "StrictHostKeyChecking=yes",
        "ServerAliveInterval=15",
        "ServerAliveCountMax=4",
        "GlobalKnownHostsFile=/dev/null",
        "UserKnownHostsFile=" + '"' + " ".join(map(str, connection.known_hosts)) + '"',
        *(["IdentitiesOnly=yes"] if connection.key else []),
    ]
    return " ".join(f"-o {option}" for option in options)


@contextlib.contextmanager
def _short_folder() -> Iterator[Path]:
    """A private folder whose name leaves room for OpenSSH's sockets (108 bytes in all)."""
    folder = Path(tempfile.mkdtemp(prefix="dgxops-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _follow(process: subprocess.Popen[bytes], tail: Tail, tally: Tally, listener: Listener) -> bool:
    """Hand events on until the process ends; True when Ctrl-C ended it. It never goes on alone."""
    interrupted = False
    try:
        try:
            _listen(process, tail, tally, listener)
        except KeyboardInterrupt:
            interrupted = True
            listener.note("stopping: what runs on the hosts now is given a moment to end (Ctrl-C again: at once)")
            stop(process)
    except BaseException:  # the screen is gone, or the listener failed
        stop(process)
        raise
    _drain(tail, tally, listener)
    return interrupted


def _listen(process: subprocess.Popen[bytes], tail: Tail, tally: Tally, listener: Listener) -> None:
    while process.poll() is None:
        _drain(tail, tally, listener)
        listener.tick()
        time.sleep(POLL_SECONDS)


def _drain(tail: Tail, tally: Tally, listener: Listener) -> None:
    for event in tail.new():
        tally.add(event)
        listener.event(event)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started: asked first, then told, at once on a second Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(INTERRUPT_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return
        except ProcessLookupError:
            process.wait()
            return
