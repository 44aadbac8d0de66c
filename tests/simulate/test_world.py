"""The processes of a simulation: they end, whatever happens, and simulations do not see each other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dgxops.errors import DgxopsError, RunFailed
from dgxops.model.cluster import Cluster
from dgxops.simulate import simulate
from dgxops.simulate.netfile import Net, net_of, rdma_names
from dgxops.simulate.world import World, world
from tests.conftest import cluster_of

pytestmark = pytest.mark.lab


def net(cluster: Cluster) -> Net:
    return net_of(cluster.fabric("compute"), rdma_names(cluster.hosts))


def processes(marker: str) -> list[str]:
    """Processes whose environment holds the marker, zombies left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().decode().replace("\0", " "))
        except OSError:
            continue
    return found


def gone(marker: str, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while processes(marker) and time.monotonic() < end:
        time.sleep(0.05)
    return not processes(marker)


def marker_of(where: World) -> str:
    return f"IBSIM_SOCKNAME={where.folder.name}"


def test_nothing_is_left_after_success(mini: Cluster) -> None:
    with world(net(mini), 60) as where:
        marker = marker_of(where)
        assert len(processes(marker)) == 1
        assert where.simulator_memory_mb() > 1
    assert gone(marker, 0)
    assert not where.folder.exists()


def test_a_step_that_takes_too_long_is_ended_with_its_children(mini: Cluster) -> None:
    with world(net(mini), 5) as where:
        marker = marker_of(where)
        with pytest.raises(RunFailed, match="time for the simulated fabric was up while nap"):
            where.run("nap", "sh", "-c", "sleep 600 & sleep 600")
    assert gone(marker, 1)


def test_a_step_that_fails_says_so(mini: Cluster) -> None:
    with pytest.raises(RunFailed, match="broken ended with 3: oh no"), world(net(mini), 60) as where:
        where.run("broken", "sh", "-c", "echo oh no >&2; exit 3")


def test_a_dead_simulator_ends_the_step_that_would_wait_for_it(mini: Cluster) -> None:
    with world(net(mini), 60) as where:
        os.kill(where._simulator.pid, signal.SIGKILL)
        with pytest.raises(RunFailed, match="the simulator ended with -9 while nap ran"):
            where.run("nap", "sleep", "600")


def test_a_net_that_the_simulator_refuses_is_told_with_its_words(mini: Cluster) -> None:
    one = net(mini)
    twice = Net((*one.devices, one.devices[0]), one.cables)
    with pytest.raises(RunFailed, match=r"ibsim ended with"), world(twice, 60):
        pass


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_dgxops_is_interrupted_or_killed(tmp_path: Path, how: signal.Signals) -> None:
    script = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from tests.simulate.test_world import net, cluster_of, world\n"
        "with world(net(cluster_of(nodes=4)), 60) as where:\n"
        "    print(where.folder.name, flush=True)\n"
        "    where.run('nap', 'sleep', '600')\n"
    )
    root, place = Path(__file__).parents[2], {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=root, env={**os.environ, **place}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        marker = f"IBSIM_SOCKNAME={process.stdout.readline().strip()}"
        time.sleep(0.3)
        assert len(processes(marker)) == 2
        process.send_signal(how)
        process.wait(10)
    assert gone(marker)
    assert how is not signal.SIGINT or not list(tmp_path.iterdir())


def test_simulations_at_once_do_not_see_each_other() -> None:
    clusters = [cluster_of(nodes=4), cluster_of(nodes=8), cluster_of(nodes=12)]
    with ThreadPoolExecutor() as pool:
        reports = list(pool.map(lambda c: simulate(c.fabric("compute"), c.hosts), clusters))
    assert [r.findings for r in reports] == [(), (), ()]
    assert [r.adapters for r in reports] == [4 * 8 + 4, 8 * 8 + 4, 12 * 8 + 4]


def test_nothing_is_written_outside_its_folder(mini: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is that folder left behind; other simulations on this machine have theirs in the common place."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    simulate(mini.fabric("compute"), mini.hosts)
    assert not list(Path("/var/log").glob("opensm*"))
    assert not Path("/var/cache/opensm").exists()
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_does_not_exist_is_refused(mini: Cluster) -> None:
    with pytest.raises(DgxopsError, match="no routing engine 'udpn'"):
        simulate(mini.fabric("compute"), mini.hosts, engine="udpn")
