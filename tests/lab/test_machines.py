"""The lab itself, on this machine: it boots what it says, and leaves the host as it found it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dgxops.errors import EnvironmentLacking, RunFailed
from dgxops.lab import boot, power, state
from dgxops.lab.cell import unified_mount
from dgxops.lab.down import down
from dgxops.lab.machine import LabMachine
from dgxops.lab.remote import ssh_command
from dgxops.lab.state import Lab, find_lab
from dgxops.lab.status import Power, status
from dgxops.lab.supply import STORE
from dgxops.lab.up import up
from tests.lab import values
from tests.lab.values import DGX, HEADS, MACHINES, NAME

pytestmark = pytest.mark.lab

KERNEL_TREES = ("net/ipv4", "net/ipv6", "fs/inotify")


def settings() -> dict[str, str]:
    """Every setting below the trees that the lab touches, less those of interfaces that come and go."""
    files = (f for tree in KERNEL_TREES for f in Path("/proc/sys", tree).rglob("*") if f.is_file())
    return {str(f): _read(f) for f in files}


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return "unreadable"


def output(*argv: str) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def host() -> dict[str, object]:
    """All of this machine that a lab could leave behind."""
    mount = unified_mount()
    assert mount
    return {
        "links": sorted(link["ifname"] for link in json.loads(output("ip", "-j", "link"))),
        "addresses": _addresses(),
        "routes": _routes(),
        "rules": output("nft", "--stateless", "list", "ruleset"),
        "mounts": sorted(Path("/proc/self/mounts").read_text().splitlines()),
        "groups": sorted(str(p) for p in mount.rglob("dgxops-lab*")),
        "processes": _lab_processes(),
        "settings": settings(),
        "states": sorted(p.name for p in state.HOME.glob("*") if p.name != "lock"),
        "run": sorted(p.name for p in Path("/run/systemd").glob("*")),
    }


def _addresses() -> list[tuple[str, str, int]]:
    """Less what passes by itself: the lifetimes of addresses that this machine was lent."""
    links = json.loads(output("ip", "-j", "-4", "addr"))
    return sorted((link["ifname"], a["local"], a["prefixlen"]) for link in links for a in link["addr_info"])


def _routes() -> list[str]:
    """Less the seconds that a route of a router advertisement has left."""
    routes = json.loads(output("ip", "-j", "route", "show", "table", "all"))
    return sorted(json.dumps({k: v for k, v in route.items() if k != "expires"}, sort_keys=True) for route in routes)


def _lab_processes() -> list[str]:
    lines = output("ps", "-eo", "args").splitlines()
    return sorted(line for line in lines if f"/{NAME}/" in line and "pytest" not in line)


def run_on(lab: Lab, machine: LabMachine, *command: str) -> str:
    done = subprocess.run(ssh_command(lab, machine, command), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def before() -> dict[str, object]:
    """The host before the first machine; a lab that an earlier, killed run of these tests left goes first."""
    if left := state.load(NAME):
        down(left, print)
    return host()


@pytest.fixture(scope="module")
def lab(before: dict[str, object]) -> Iterator[Lab]:
    yield up(values.wish(), print)
    down(state.load(NAME) or values.lab(), print)


def test_machines_have_their_names_and_addresses(lab: Lab) -> None:
    for machine in MACHINES:
        assert run_on(lab, machine, "hostname", "-f").strip() == machine.fqdn
        assert f"inet {machine.interface} " in run_on(lab, machine, "ip", "-o", "-4", "addr", "show", "host0")


def test_machines_are_whole_systems(lab: Lab) -> None:
    states = [run_on(lab, m, "systemctl", "is-system-running", "--wait").strip() for m in MACHINES]
    assert states == ["running"] * len(MACHINES)


def test_a_host_key_that_is_not_the_known_one_is_refused(lab: Lab, tmp_path: Path) -> None:
    known = lab.known_hosts.read_text().splitlines()
    swapped = tmp_path / "known_hosts"
    swapped.write_text(known[-1].replace(known[-1].split()[2], known[0].split()[2]) + "\n")
    words = [w.replace(str(lab.known_hosts), str(swapped)) for w in ssh_command(lab, DGX, ["true"])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


def test_gpus_are_stand_ins_of_the_right_names(lab: Lab) -> None:
    names = run_on(lab, DGX, "ls", "/dev").split()
    assert [n for n in names if n.startswith("nvidia")] == [*(f"nvidia{n}" for n in range(8)), "nvidiactl"]
    assert "nvidia0" not in run_on(lab, HEADS[0], "ls", "/dev").split()


def test_heads_share_one_folder(lab: Lab) -> None:
    run_on(lab, HEADS[0], "sudo", "touch", "/srv/slurm/state/from-head-01")
    assert run_on(lab, HEADS[1], "ls", "/srv/slurm/state").split() == ["from-head-01"]
    run_on(lab, HEADS[1], "mountpoint", "-q", "/srv/slurm/state")


def test_all_machines_may_install_at_once_and_each_package_is_kept_once(lab: Lab) -> None:
    install = ("sudo", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qy", "install", "tree")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda m: run_on(lab, m, *install), MACHINES))
    assert len(list(STORE.rglob("tree_*.deb"))) == 1


def test_one_machine_s_processes_are_not_another_s(lab: Lab) -> None:
    run_on(lab, HEADS[0], "sudo", "systemctl", "kill", "--signal=KILL", "systemd-networkd.service")
    assert {run_on(lab, m, "tail", "-n1", "/proc/1/cgroup") for m in MACHINES} == {"0::/init.scope\n"}
    assert run_on(lab, DGX, "systemctl", "show", "-P", "NRestarts", "systemd-networkd.service").strip() == "0"


def test_a_second_up_changes_nothing(lab: Lab) -> None:
    booted = run_on(lab, DGX, "stat", "-c", "%Y", "/proc/1")
    said: list[str] = []
    assert up(values.wish(), said.append) == lab
    assert run_on(lab, DGX, "stat", "-c", "%Y", "/proc/1") == booted
    assert said[-1] == "dgx-001,head-[01-02] up, as they were"


def test_the_lab_is_found_by_its_cluster(lab: Lab) -> None:
    found = find_lab(NAME)
    assert found is not None
    assert found.machines == ("head-01", "head-02", "dgx-001")
    assert found.ssh_key.stat().st_mode & 0o077 == 0


def test_a_killed_machine_is_dead_and_comes_back_with_its_disk(lab: Lab) -> None:
    run_on(lab, DGX, "sudo", "sh", "-c", "'echo here > /etc/mark; sync'")
    power.kill(lab, [DGX])
    assert {s.machine.name: s.power for s in status(lab)} == {
        "head-01": Power.UP,
        "head-02": Power.UP,
        "dgx-001": Power.DEAD,
    }
    power.start(lab, [DGX], 60)
    assert run_on(lab, DGX, "cat", "/etc/mark") == "here\n"


def test_up_starts_what_is_dead_and_nothing_else(lab: Lab) -> None:
    power.kill(lab, [DGX])
    said: list[str] = []
    up(values.wish(), said.append)
    assert any(line.startswith("booting dgx-001 with 8 stand-in GPUs") for line in said)


def test_a_reset_machine_is_as_new_with_the_key_it_had(lab: Lab) -> None:
    run_on(lab, DGX, "sudo", "touch", "/etc/mark")
    identity = run_on(lab, DGX, "cat", "/etc/machine-id")
    power.reset(lab, [DGX], 60)
    assert "mark" not in run_on(lab, DGX, "ls", "/etc").split()
    assert run_on(lab, DGX, "cat", "/etc/machine-id") != identity


def test_a_machine_that_does_not_boot_is_named_with_its_log(lab: Lab) -> None:
    power.kill(lab, [DGX])
    broken = lab.folder(DGX) / "upper" / "usr" / "lib" / "systemd"
    broken.mkdir(parents=True)
    (broken / "systemd").write_text("not a program\n")
    with pytest.raises(RunFailed, match=r"(?s)dgx-001 ended while booting.*dgx-001:\n"):
        power.start(lab, [DGX], 10)
    power.reset(lab, [DGX], 60)


def test_a_second_lab_on_the_same_subnet_is_refused(lab: Lab) -> None:
    with pytest.raises(EnvironmentLacking, match=f"overlaps {lab.subnet} of the lab {NAME}"):
        up(values.wish(cluster=f"{NAME}-2"), print)
    assert state.load(f"{NAME}-2") is None


def test_a_machine_that_is_no_longer_wanted_goes(lab: Lab) -> None:
    smaller = up(values.wish(machines=MACHINES[:2]), print)
    assert not boot.cell_of(smaller, DGX).alive()
    assert [m.name for m in smaller.machines] == ["head-01", "head-02"]
    up(values.wish(), print)


def test_down_leaves_the_host_as_it_was(lab: Lab, before: dict[str, object]) -> None:
    down(lab, print)
    assert host() == before
    up(values.wish(), print)


def test_down_undoes_an_up_that_was_killed_half_way(lab: Lab, before: dict[str, object]) -> None:
    down(lab, print)
    script = "from tests.lab import values; from dgxops.lab.up import up; up(values.wish(), print)"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])
    try:
        _await_first_boot(process)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    half = state.load(NAME)
    assert half is not None
    assert not half.complete
    assert find_lab(NAME) is None
    down(half, print)
    assert host() == before
    up(values.wish(), print)


def _await_first_boot(process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not boot.cell_of(values.lab(), MACHINES[0]).alive():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
