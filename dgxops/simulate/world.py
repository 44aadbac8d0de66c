"""The processes of one simulated fabric, in a temporary folder of their own. The only module that starts any.

Every process leads a session of its own and is killed with all of its group when its step is over, however that ends;
should dgxops itself be killed, the kernel ends them (``setpriv --pdeathsig``). The simulator's sockets are named after
the folder, and OpenSM keeps its files there, so that simulations do not see each other, nor this machine's own fabric:
the tools run with ibsim's library in place of the kernel's interface, and read no configuration from /etc.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dgxops.errors import RunFailed
from dgxops.simulate.needs import search_path
from dgxops.simulate.netfile import Net, text_of

ALIVE = ("setpriv", "--pdeathsig", "KILL", "--")
LINEAR_CAP = 48 * 1024
"""LIDs that a simulated switch routes: all unicast LIDs there are, 1 ... 0xbfff."""

POLL_SECONDS = 0.02
TAIL_LINES = 8

Spawned = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Done:
    """One process that ended well: the file of what it printed, wall seconds, and the most memory it held."""

    output: Path
    seconds: float
    memory_mb: float


class World:
    """A fabric that runs. ``deadline`` is when all must be done, in seconds of the monotonic clock."""

    def __init__(self, folder: Path, simulator: Spawned, environment: dict[str, str], deadline: float) -> None:
        self.folder, self._simulator, self._environment, self._deadline = folder, simulator, environment, deadline

    def run(self, name: str, *command: str) -> Done:
        """Run a command against the fabric to its end.

        Raises:
            RunFailed: it failed, or the time is up.
        """
        output, errors = self.folder / f"{name}.out", self.folder / f"{name}.err"
        started = time.monotonic()
        with _spawned(["ibsim-run", *command], self._environment, output, errors) as process:
            code, peak = self._ended(process, name)
        if code:
            raise RunFailed(f"{name} ended with {code}: {_tail(errors) or _tail(output) or 'without a word'}")
        return Done(output, time.monotonic() - started, peak)

    def _ended(self, process: Spawned, name: str) -> tuple[int, float]:
        """Exit code and peak memory in MB; waits while there is time and the simulator, without which tools hang."""
        peak = 0.0
        while (code := process.poll()) is None:
            peak = max(peak, _peak_mb(process.pid))
            if self._simulator.poll() is not None:
                raise RunFailed(f"the simulator ended with {self._simulator.returncode} while {name} ran")
            _refuse_late(name, self._deadline)
            time.sleep(POLL_SECONDS)
        return code, peak

    def simulator_memory_mb(self) -> float:
        """The most memory that the simulator has held so far."""
        return _peak_mb(self._simulator.pid)


@contextmanager
def world(net: Net, limit: float) -> Iterator[World]:
    """The fabric of the net in the simulator, ready for its tools; all of it ends within ``limit`` seconds.

    Raises:
        RunFailed: the simulator did not start, or the time is up.
    """
    deadline = time.monotonic() + limit
    with tempfile.TemporaryDirectory(prefix="dgxops-fabric-") as name:
        folder = Path(name)
        (folder / "net").write_text(text_of(net))
        (folder / "none").write_text("")  # a configuration file that says nothing
        environment = _environment(folder, net)
        output, errors = folder / "ibsim.out", folder / "ibsim.err"
        with _spawned(_simulator(folder, net), environment, output, errors) as process:
            _await_ready(process, output, errors, deadline)
            yield World(folder, process, environment, deadline)


def _environment(folder: Path, net: Net) -> dict[str, str]:
    return {
        "PATH": search_path(),
        "LC_ALL": "C",
        "IBSIM_SOCKNAME": folder.name,
        "SIM_HOST": next(d.ident for d in net.adapters),
        "OSM_TMP_DIR": str(folder),
        "OSM_CACHE_DIR": str(folder),
    }


def _simulator(folder: Path, net: Net) -> list[str]:
    sizes = ("-N", len(net.devices), "-S", len(net.switches), "-P", net.ports, "-L", LINEAR_CAP)
    return ["ibsim", "-s", "-n", *map(str, sizes), str(folder / "net")]


def _await_ready(process: Spawned, output: Path, errors: Path, deadline: float) -> None:
    while b"simulator ready" not in output.read_bytes():
        if process.poll() is not None:
            raise RunFailed(f"ibsim ended with {process.returncode}: {_tail(errors) or _tail(output)}")
        _refuse_late("ibsim", deadline)
        time.sleep(POLL_SECONDS)


@contextmanager
def _spawned(command: Sequence[str], environment: dict[str, str], output: Path, errors: Path) -> Iterator[Spawned]:
    """A process in a session of its own, which is over with the block."""
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            [*ALIVE, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            cwd=output.parent,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: Spawned) -> None:
    """Kill what is left of the process and of all that it started."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        finally:
            process.wait()


def _peak_mb(pid: int) -> float:
    """The most memory that a process has held since it became its present program; 0 when it is over.

    The rusage that wait4 gives is of no use: it counts what dgxops itself held when the process was forked off it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _refuse_late(name: str, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise RunFailed(f"the time for the simulated fabric was up while {name} ran")


def _tail(file: Path) -> str:
    return "\n".join(file.read_text(errors="replace").splitlines()[-TAIL_LINES:])
