"""The program that runs the checks: its time limits, what it prints, and what it tells Slurm."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.node_health.node import RUNNER, Node


def load() -> Any:
    spec = importlib.util.spec_from_file_location("dgxops_node_health", RUNNER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


runner = load()

SCONTROL = """
echo "$*" >> "{log}"
[ "$1" = show ] && cat "{folder}/slurm"
exit 0
"""


class Cluster:
    """A made node with a controller that answers for it and writes down what it is told."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.log = node.folder / "scontrol.log"
        node.program("scontrol", SCONTROL.format(log=self.log, folder=node.folder))
        node.file("proc/uptime", "100000.00 1.00\n")
        node.program("well", "exit 0", "checks")
        node.program("ill", 'echo "found 1 $*, wanted 2"; exit 1', "checks")
        self.slurm("IDLE", "")

    def slurm(self, state: str, reason: str) -> None:
        """As `scontrol show node` of Slurm 24.11 prints it."""
        told = f"   Reason={reason} [root@2026-11-30T05:00:00]\n" if reason else ""
        text = f"NodeName=dgx-001 Arch=x86_64\n   State={state} ThreadsPerCore=2 TmpDisk=0\n   Comment=x\n{told}\n"
        self.node.file("slurm", text)

    def run(self, *argv: str, conf: str, **environment: str) -> subprocess.CompletedProcess[str]:
        folder = self.node.folder
        settings = f"TIME_LIMIT=5\nPROCFS={folder / 'proc'}\n"
        self.node.file("conf", settings + conf)
        places = [f"--conf={folder / 'conf'}", f"--checks={folder / 'checks'}", f"--locks={folder / 'locks'}"]
        env = {"PATH": self.node.environment["PATH"], "SLURMD_NODENAME": "dgx-001", **environment}
        argv = (sys.executable, str(RUNNER), *places, *argv)
        return subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60, check=False)

    def told(self, *argv: str, conf: str) -> list[str]:
        """What the controller was told, without the questions."""
        self.log.unlink(missing_ok=True)
        self.run("--drain", *argv, conf=conf)
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if not line.startswith("show")]


@pytest.fixture
def cluster(node: Node) -> Cluster:
    return Cluster(node)


def test_a_line_for_each_check_that_fails_and_none_for_the_others(cluster: Cluster) -> None:
    done = cluster.run(conf="well\nill a 'b c'  # a comment\n# ill comment\nill d\n")
    assert done.stdout == "ill a b c: found 1 a b c, wanted 2\nill d: found 1 d, wanted 2\n"
    assert (done.returncode, done.stderr) == (1, "")
    assert not cluster.log.exists()  # without --drain nobody is told


def test_all_well(cluster: Cluster) -> None:
    done = cluster.run(conf="well\nwell again\n")
    assert (done.returncode, done.stdout) == (0, "2 checks passed\n")


def test_a_check_that_says_nothing_or_is_not_there_or_dies_has_failed(cluster: Cluster) -> None:
    cluster.node.program("mute", "exit 3", "checks")
    cluster.node.program("dead", "kill -9 $$", "checks")
    cluster.node.program("complains", "echo first >&2; echo last >&2; exit 1", "checks")
    done = cluster.run(conf="mute\ndead\ncomplains\nabsent\n")
    assert done.stdout.splitlines() == [
        "mute: ended with 3 and said nothing",
        "dead: ended with -9 and said nothing",
        "complains: last",
        "absent: cannot be run: No such file or directory",
    ]


def test_a_check_finds_its_settings_and_a_path_though_slurmd_hands_none_down(cluster: Cluster) -> None:
    cluster.node.program("asks", 'echo "$SYSFS $(command -v df)"; exit 1', "checks")
    done = cluster.run(conf="SYSFS=/made\nasks\n", PATH="")
    assert done.stdout.startswith("asks: /made")
    unset = {"SLURMD_NODENAME": "dgx-001"}
    argv = [sys.executable, str(RUNNER), f"--conf={cluster.node.folder / 'conf'}"]
    argv += [f"--checks={cluster.node.folder / 'checks'}", f"--locks={cluster.node.folder / 'locks'}"]
    bare = subprocess.run(argv, env=unset, capture_output=True, text=True, check=False)
    assert bare.stdout == "asks: /made /usr/bin/df\n"


def test_a_hung_check_fails_at_its_limit_and_holds_up_nobody(cluster: Cluster) -> None:
    cluster.node.program("hangs", "sleep 300", "checks")
    started = time.monotonic()
    done = cluster.run(conf="TIME_LIMIT=1\nhangs\nhangs twice\nwell\nill\n")
    assert time.monotonic() - started < 4  # both at once
    assert done.stdout.splitlines() == [
        "hangs: no answer within 1 s", "hangs twice: no answer within 1 s", "ill: found 1 , wanted 2",
    ]  # fmt: skip
    assert sleeping(cluster) == []


def sleeping(cluster: Cluster) -> list[str]:
    """Processes of the check that are still there."""
    done = subprocess.run(
        ["pgrep", "-f", str(cluster.node.folder / "checks")], capture_output=True, text=True, check=False
    )
    return done.stdout.split()


def test_what_survives_its_end_is_not_started_again_while_it_hangs(cluster: Cluster) -> None:
    """A process that waits in the kernel dies when it can; here one that has left its group stands for it."""
    pid = cluster.node.folder / "pid"
    cluster.node.program("hangs", f"setsid sh -c 'echo $$ > {pid}; exec sleep 300' &\nsleep 300", "checks")
    first = cluster.run(conf="TIME_LIMIT=1\nhangs\n")
    again = cluster.run(conf="TIME_LIMIT=1\nhangs\nwell\n")
    os.kill(int(pid.read_text()), signal.SIGKILL)
    cluster.node.program("hangs", "exit 0", "checks")
    time.sleep(0.2)
    after = cluster.run(conf="TIME_LIMIT=1\nhangs\n")
    assert first.stdout == "hangs: no answer within 1 s\n"
    assert again.stdout == "hangs: still hangs since an earlier run\n"
    assert after.stdout == "1 checks passed\n"


def test_slurmd_s_patience_is_longer_than_all_waits_together() -> None:
    """60 s (run_script_health_check in src/slurmd/slurmd/slurmd.c): another run, the checks, a question, an order."""
    longest_check = 20  # which the role enforces
    assert 3 * runner.LONGEST_WAIT + longest_check < 60


def test_what_cannot_be_looked_at_is_2(cluster: Cluster) -> None:
    done = cluster.run("--conf=/nowhere", conf="")
    assert done.returncode == 2
    assert "/nowhere" in done.stdout


def test_the_list_names_a_check_that_is_not_there(cluster: Cluster) -> None:
    assert cluster.run("--list", conf="well\nill a\n").stdout == "well\nill a\n"
    lacks = cluster.run("--list", conf="well\nabsent\n")
    assert lacks.returncode == 2
    assert "has no program absent" in lacks.stdout


# --- what Slurm is told


def test_a_failing_node_is_drained_with_a_reason_of_our_own(cluster: Cluster) -> None:
    reason = "dgxops-health: ill: ill gpus: found 1 gpus, wanted 2"
    assert cluster.told(conf="well\nill gpus\n") == [f"update NodeName=dgx-001 State=DRAIN Reason={reason}"]
    assert cluster.told(conf="ill gpus\nill b\nwell\n") == [
        f"update NodeName=dgx-001 State=DRAIN Reason={reason} (and 1 more)"
    ]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("IDLE+DRAIN", "bad DIMM, anna"),
        ("MIXED+DRAIN", "not dgxops-health: x"),
        ("IDLE+DRAIN", ""),
        ("DOWN+DRAIN", "Kill task failed"),
        ("DOWN", "Node unexpectedly rebooted"),
        ("IDLE+DRAIN+REBOOT_ISSUED", "Reboot ASAP : reboot issued"),
        ("IDLE+FAIL", "anna"),
    ],
)
def test_what_somebody_else_holds_back_is_left_whatever_the_checks_say(
    cluster: Cluster, state: str, reason: str
) -> None:
    cluster.slurm(state, reason)
    assert cluster.told(conf="ill\n") == []
    assert cluster.told(conf="RESUMES=ill,well\nwell\n") == []


@pytest.mark.parametrize(
    ("state", "reason"), [("DOWN*", "Not responding"), ("DOWN", ""), ("UNKNOWN*", ""), ("MIXED", "")]
)
def test_a_node_that_slurm_would_take_back_is_drained_before_it_is(cluster: Cluster, state: str, reason: str) -> None:
    cluster.slurm(state, reason)
    assert len(cluster.told(conf="ill\n")) == 1


OURS = "dgxops-health: disk: disk 95 /: found / 96% of space used, wanted at most 95%"


@pytest.mark.parametrize(
    ("resumes", "state", "reason", "resumed"),
    [
        ("disk,clock", "IDLE+DRAIN", OURS, True),
        ("disk,clock", "MIXED+DRAIN", OURS, True),
        ("", "IDLE+DRAIN", OURS, False),
        ("clock", "IDLE+DRAIN", OURS, False),
        ("disk", "IDLE+DRAIN", OURS.replace("disk:", "disk,gpus:", 1), False),
        ("disk,gpus", "IDLE+DRAIN", OURS.replace("disk:", "disk,gpus:", 1), True),
        ("disk", "DOWN+DRAIN", OURS, False),
        ("disk", "IDLE+DRAIN+REBOOT_ISSUED", OURS + " : reboot issued", False),
        ("disk", "IDLE+DRAIN", "dgxops-health:", False),
        ("disk", "IDLE+DRAIN", "dgxops-health: anna looks at it", False),
        ("", "IDLE+DRAIN", OURS.replace("disk:", "disk,starting:", 1), True),
        ("disk", "IDLE", OURS, False),
    ],
)
def test_only_its_own_drain_is_taken_back_and_only_where_that_is_configured(
    cluster: Cluster, resumes: str, state: str, reason: str, resumed: bool
) -> None:
    cluster.slurm(state, reason)
    told = cluster.told(conf=f"RESUMES={resumes}\nwell\n")
    assert told == (["update NodeName=dgx-001 State=RESUME"] if resumed else [])


def test_a_reason_of_its_own_gathers_what_failed_since(cluster: Cluster) -> None:
    cluster.slurm("IDLE+DRAIN", OURS)
    (told,) = cluster.told(conf="ill\n")
    assert told.startswith("update NodeName=dgx-001 State=DRAIN Reason=dgxops-health: disk,ill: ill: found")
    cluster.slurm("IDLE+DRAIN", "dgxops-health: disk,ill: ill: found")
    assert cluster.told(conf="ill\n") == []


def test_a_drain_while_the_node_starts_is_marked_until_it_should_have_started(cluster: Cluster) -> None:
    cluster.node.file("proc/uptime", "30.12 1.00\n")
    (told,) = cluster.told(conf="ill\n")
    assert "Reason=dgxops-health: ill,starting: ill:" in told
    cluster.slurm("IDLE+DRAIN", "dgxops-health: ill,starting: ill: found 1")
    assert cluster.told(conf="ill\n") == []
    cluster.node.file("proc/uptime", "901.00 1.00\n")
    (told,) = cluster.told(conf="ill\n")
    assert "Reason=dgxops-health: ill: ill:" in told
    assert len(cluster.told(conf="SETTLE=0\nill\n")) == 1


def test_slurm_is_not_asked_again_while_it_holds_nothing_back_for_us(cluster: Cluster) -> None:
    for asked in (1, 0, 0):
        cluster.log.unlink(missing_ok=True)
        assert cluster.run("--drain", conf="well\n").returncode == 0
        assert (len(cluster.log.read_text().splitlines()) if cluster.log.exists() else 0) == asked
    assert len(cluster.told(conf="ill\n")) == 1
    cluster.slurm("IDLE+DRAIN", OURS)
    assert cluster.told(conf="RESUMES=disk\nwell\n") == ["update NodeName=dgx-001 State=RESUME"]


def test_a_controller_that_does_not_answer_is_said_and_asked_again(cluster: Cluster) -> None:
    cluster.node.program("scontrol", "echo 'Unable to contact slurm controller' >&2; exit 1")
    done = cluster.run("--drain", conf="well\n")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        2,
        "dgx-001: scontrol: Unable to contact slurm controller",
    )
    assert cluster.run("--drain", conf="ill\n").returncode == 1
    assert not (cluster.node.folder / "locks/clear").exists()


def test_what_slurmd_calls_is_the_runner_with_drain() -> None:
    text = (RUNNER.parent / "slurm-health").read_text()
    assert text.splitlines()[-1] == "exec /usr/sbin/dgxops-node-health --drain"


def test_the_runner_needs_nothing_but_python() -> None:
    lines = RUNNER.read_text().splitlines()
    modules = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert modules <= sys.stdlib_module_names
    assert Path(RUNNER).read_text().startswith("#!/usr/bin/python3\n")
