#!/usr/bin/python3
"""Look at this node: every check of the configuration, all at once, a line for each that fails.

Ends with 0 where all pass, 1 where a check failed, 2 where it could not look, or Slurm could not be told.

With --drain (slurmd runs it so, and kills it after 60 seconds) a node that fails is drained through scontrol, with a
reason that says which checks. A drain that somebody else made is left as it is. A drain of its own is taken back only
where all checks pass and the configuration says so: RESUMES names the checks after whose failure a node may return, and
a drain within the first SETTLE seconds after boot (links train, the fabric manager starts) may be taken back whatever
failed.
"""

import argparse
import contextlib
import fcntl
import os
import re
import shlex
import signal
import subprocess
import sys
import syslog
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PREFIX = "dgxops-health:"
STARTING = "starting"  # stands beside the names of checks in a reason
LONGEST_WAIT = 10  # for another run of this program, and for an answer of scontrol: 10 + 20 + 10 + 10 are below 60
LONGEST_REASON = 200  # characters of what a check said: sinfo -R is read in a terminal
SEARCH = "/usr/sbin:/usr/bin:/sbin:/bin"  # slurmd hands no PATH down
DOWN_BY_ITSELF = ("", "Not responding")  # Slurm takes such a node back when it answers
MAY_RETURN = frozenset({"IDLE", "MIXED", "ALLOCATED", "COMPLETING", "DRAIN", "MAINTENANCE", "PLANNED", "RESERVED"})


@dataclass(frozen=True)
class Conf:
    """What is looked at: lines of checks and their arguments, and settings."""

    checks: tuple[tuple[str, ...], ...]
    settings: dict[str, str]

    def seconds(self, name: str, default: int) -> int:
        return int(self.settings.get(name, default))


@dataclass(frozen=True)
class Failure:
    """A check that failed, as it was called, and what it said."""

    words: tuple[str, ...]
    said: str

    def __str__(self) -> str:
        return f"{' '.join(self.words)}: {self.said}"


@dataclass(frozen=True)
class Standing:
    """How Slurm has the node."""

    state: frozenset[str]
    reason: str

    @property
    def ours(self) -> bool:
        return "DRAIN" in self.state and self.reason.startswith(PREFIX)

    @property
    def names(self) -> frozenset[str]:
        """The checks that an own reason names; of another reason none."""
        said = self.reason.removeprefix(PREFIX) if self.ours else ""
        return frozenset(filter(None, said.split(":")[0].strip().split(",")))

    @property
    def anothers(self) -> bool:
        """Whether somebody else, or Slurm for a reason that a person must see, holds the node back."""
        if self.state & {"DRAIN", "FAIL"}:
            return not self.ours
        return "DOWN" in self.state and self.reason not in DOWN_BY_ITSELF


def read(path: Path) -> Conf:
    """Lines of ``check argument ...`` and ``KEY=value``; # begins a comment."""
    lines = [shlex.split(line, comments=True) for line in path.read_text().splitlines()]
    settings = dict(words[0].split("=", 1) for words in lines if words and re.match(r"[A-Z_]+=", words[0]))
    checks = (tuple(words) for words in lines if words and not re.match(r"[A-Z_]+=", words[0]))
    return Conf(tuple(checks), settings)


@dataclass
class Running:
    """A check that was started; its output is in files, so that nobody waits for who else holds them."""

    words: tuple[str, ...]
    process: subprocess.Popen[bytes]
    out: IO[bytes]
    err: IO[bytes]

    def failure(self, limit: int) -> Failure | None:
        """What it ended with, None where it passed. One that has not ended is killed, and not waited for."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            return Failure(self.words, f"no answer within {limit} s")
        if self.process.returncode == 0:
            return None
        said = _line(self.out, 0) or _line(self.err, -1)
        return Failure(self.words, said or f"ended with {self.process.returncode} and said nothing")


def _line(file: IO[bytes], which: int) -> str:
    file.seek(0)
    lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[which] if lines else ""


def start(words: tuple[str, ...], checks: Path, locks: Path, settings: dict[str, str]) -> Running | Failure:
    """Start a check, unless what an earlier run left of it still hangs: that has inherited the lock."""
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - read when the check has ended
    with (locks / (re.sub(r"[^A-Za-z0-9_.-]+", "_", " ".join(words))[:200] + ".lock")).open("w") as lock:
        if not _taken(lock):
            return Failure(words, "still hangs since an earlier run")
        try:
            process = subprocess.Popen(
                [str(checks / words[0]), *words[1:]],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True, pass_fds=(lock.fileno(),),
                cwd="/", env={"PATH": os.environ.get("PATH", SEARCH), "LC_ALL": "C", **settings},
            )  # fmt: skip
        except OSError as error:
            return Failure(words, f"cannot be run: {error.strerror}")
    return Running(words, process, out, err)


def _taken(lock: IO[str]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def look(conf: Conf, checks: Path, locks: Path) -> list[Failure]:
    """Every check at once, each with the same time limit; what failed, in the order of the configuration."""
    limit = conf.seconds("TIME_LIMIT", 20)
    started = [start(words, checks, locks, conf.settings) for words in conf.checks]
    running = [one for one in started if isinstance(one, Running)]
    end = time.monotonic() + limit
    while any([one.process.poll() is None for one in running]) and time.monotonic() < end:  # noqa: C419 - polls each
        time.sleep(0.02)
    ended = (one if isinstance(one, Failure) else one.failure(limit) for one in started)
    return [failure for failure in ended if failure]


def decide(now: Standing, failures: Sequence[Failure], resumes: frozenset[str], starting: bool) -> tuple[str, str]:
    """What to do with the node: "drain" with a reason, "resume", or "leave" and why."""
    if failures:
        return _for_failures(now, failures, starting)
    if not now.ours:
        return "leave", ""
    if not now.names or (STARTING not in now.names and now.names - resumes):
        return "leave", f"all checks pass; drained for {','.join(sorted(now.names))}, which a person resumes"
    if not now.state <= MAY_RETURN:
        return "leave", f"all checks pass, but the node is {'+'.join(sorted(now.state))}"
    return "resume", ""


def _for_failures(now: Standing, failures: Sequence[Failure], starting: bool) -> tuple[str, str]:
    if now.anothers:
        return "leave", f"held back already: {now.reason or 'without a reason'}"
    names = {f.words[0] for f in failures} | (now.names - {STARTING})
    if starting and (not now.ours or STARTING in now.names):
        names.add(STARTING)
    if now.ours and names == now.names:
        return "leave", "drained already"
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    said = str(failures[0])[:LONGEST_REASON]
    return "drain", f"{PREFIX} {','.join(sorted(names))}: {said}{more}"


def standing(text: str) -> Standing:
    """Of what ``scontrol show node`` prints."""
    state = re.search(r"^\s*State=(\S+)", text, re.MULTILINE)
    reason = re.search(r"^\s*Reason=(.*?)(?: \[[^\]]*\])?$", text, re.MULTILINE)
    words = re.findall(r"[A-Z_]+", state[1]) if state else []
    return Standing(frozenset(words), reason[1] if reason else "")


def scontrol(*words: str) -> str:
    """Its answer. Raises OSError or subprocess.SubprocessError."""
    done = subprocess.run(["scontrol", *words], capture_output=True, text=True, check=True, timeout=LONGEST_WAIT)
    return done.stdout


def tell_slurm(node: str, failures: Sequence[Failure], conf: Conf, clear: Path) -> str:
    """Drain, resume or leave the node; what was done, empty for nothing worth a word.

    While ``clear`` is there Slurm holds the node back for nothing that was found here, and is not asked again and again
    by thousands of nodes.
    """
    if not failures and clear.exists():
        return ""
    clear.unlink(missing_ok=True)
    procfs = Path(conf.settings.get("PROCFS", "/proc"))
    starting = float((procfs / "uptime").read_text().split()[0]) < conf.seconds("SETTLE", 900)
    verb, why = decide(
        standing(scontrol("show", "node", node)),
        failures,
        frozenset(conf.settings.get("RESUMES", "").split(",")),
        starting,
    )
    if verb == "drain":
        scontrol("update", f"NodeName={node}", "State=DRAIN", f"Reason={why}")
        return f"{node} drained, {why}"
    if verb == "resume":
        scontrol("update", f"NodeName={node}", "State=RESUME")
        return f"{node} resumed: all checks pass"
    if not why:
        clear.touch()
    return f"{node} left as it is: {why}" if why else ""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold off other runs of this program. Raises TimeoutError when one does not end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "run.lock").open("w") as lock:
        end = time.monotonic() + LONGEST_WAIT
        while not _taken(lock):
            if time.monotonic() > end:
                raise TimeoutError(f"another run holds {folder}")
            time.sleep(0.1)
        yield


def say(lines: Iterable[str], aloud: bool) -> None:
    """Print, and tell the journal where nobody reads what is printed."""
    for line in lines:
        print(line)
        if aloud:
            syslog.syslog(syslog.LOG_WARNING, line)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="look at this node; a line for each check that fails")
    parser.add_argument("--drain", action="store_true", help="drain the node in Slurm, or resume it")
    parser.add_argument("--list", action="store_true", help="print the checks, and run none")
    parser.add_argument("--conf", type=Path, default=Path("/etc/dgxops/node-health.conf"))
    parser.add_argument("--checks", type=Path, default=Path("/usr/libexec/dgxops/health.d"))
    parser.add_argument("--locks", type=Path, default=Path("/run/dgxops/node-health"))
    return parser.parse_args()


def run(given: argparse.Namespace) -> int:
    conf = read(given.conf)
    if given.list:
        print("\n".join(" ".join(words) for words in conf.checks))
        absent = sorted({words[0] for words in conf.checks if not os.access(given.checks / words[0], os.X_OK)})
        if absent:
            raise FileNotFoundError(f"{given.checks} has no program {', '.join(absent)}")
        return 0
    with alone(given.locks):
        failures = look(conf, given.checks, given.locks)
        say(map(str, failures), given.drain)
        told = _told(failures, conf, given.locks / "clear") if given.drain else True
    if failures:
        return 1
    print(f"{len(conf.checks)} checks passed")
    return 0 if told else 2


def _told(failures: Sequence[Failure], conf: Conf, clear: Path) -> bool:
    """Whether Slurm knows; a controller that does not answer is told of at the next run."""
    node = os.environ.get("SLURMD_NODENAME") or os.uname().nodename.split(".")[0]
    try:
        say(filter(None, [tell_slurm(node, failures, conf, clear)]), aloud=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or error
        say([f"{node}: scontrol: {said}".rstrip()], aloud=True)
        return False
    return True


def main() -> int:
    os.environ.setdefault("PATH", SEARCH)
    given = arguments()
    syslog.openlog("dgxops-node-health")
    try:
        return run(given)
    except (OSError, ValueError) as error:
        say([f"dgxops-node-health: {error}"], given.drain)
        return 2


if __name__ == "__main__":
    sys.exit(main())
