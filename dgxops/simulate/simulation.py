"""The one public function: a fabric through the simulator, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dgxops.errors import DgxopsError, RunFailed
from dgxops.model.fabric import Fabric, LinkKind, Tier
from dgxops.model.node import Host
from dgxops.simulate import discovered, forwarding, opensm
from dgxops.simulate.compare import compare
from dgxops.simulate.credits import credit_loop
from dgxops.simulate.discovered import ADAPTER, SWITCH, Discovered
from dgxops.simulate.loads import Loads, loads_of
from dgxops.simulate.needs import require
from dgxops.simulate.netfile import Net, net_of, rdma_names
from dgxops.simulate.report import Finding, FindingKind, SimulationReport, Step
from dgxops.simulate.routes import Routes, routes_of
from dgxops.simulate.traffic import rails_by_node, rails_by_place
from dgxops.simulate.world import World, world

LIMIT_SECONDS = 1800.0

T = TypeVar("T")
Say = Callable[[str], None]


@dataclass
class _Progress:
    """The steps so far; ``say`` is told of each as it begins."""

    say: Say
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.say(name)
        started = time.monotonic()
        yield
        self.steps.append(Step(name, time.monotonic() - started))

    def process(self, where: World, name: str, command: Sequence[str]) -> str:
        """A step that is a process; returns the path of the file of what it printed."""
        self.say(name)
        done = where.run(name, *command)
        self.steps.append(Step(name, done.seconds, done.memory_mb))
        return str(done.output)


@dataclass(frozen=True)
class _Readings:
    """What the tools saw of the running fabric."""

    engine: str
    found: Discovered
    tables: forwarding.Tables


def simulate(
    cluster_fabric: Fabric,
    hosts: Sequence[Host],
    *,
    engine: str = "updn",
    actual: Fabric | None = None,
    limit: float = LIMIT_SECONDS,
    say: Say = lambda step: None,
) -> SimulationReport:
    """Bring an InfiniBand fabric up under OpenSM in a simulator and hold what comes up against the design.

    ``hosts`` are the cluster's; their order is the order of the nodes in the traffic. ``actual`` is what is cabled,
    where that is not the design. ``limit`` is in seconds.

    Raises:
        EnvironmentLacking: programs are missing; the message says which packages bring them.
        DgxopsError: no such engine, or a fabric that no simulator can hold.
        RunFailed: a program failed, or the time is up.
    """
    require()
    if engine not in opensm.ENGINES:
        raise DgxopsError(f"OpenSM has no routing engine {engine!r}", hint=f"one of {', '.join(opensm.ENGINES)}")
    progress, names = _Progress(say), rdma_names(hosts)
    readings = _readings(actual or cluster_fabric, hosts, engine, limit, progress)
    found = readings.found
    with progress.step("compare"):
        findings = [*_engine(engine, readings.engine), *compare(net_of(cluster_fabric, names), found)]
    loads: tuple[Loads | None, Loads | None] = None, None
    if not findings:
        routes = routes_of(found, readings.tables)
        with progress.step("loads"):
            loads = _loads(routes, cluster_fabric, hosts)
        with progress.step("credit loops"):
            findings = [*_paths(loads[0]), *_loops(routes)]
    counts = (found.count(SWITCH), found.count(ADAPTER), len(found.peers) // 2)
    return SimulationReport(readings.engine, tuple(progress.steps), *counts, tuple(findings), *loads)


def _readings(fabric: Fabric, hosts: Sequence[Host], engine: str, limit: float, progress: _Progress) -> _Readings:
    """Run the fabric and read it back."""
    net = net_of(fabric, rdma_names(hosts))
    started = time.monotonic()
    with world(net, limit) as where:
        none, log = str(where.folder / "none"), where.folder / "opensm.log"
        progress.steps.append(Step("ibsim", time.monotonic() - started, where.simulator_memory_mb()))
        (where.folder / opensm.KNOWN_LIDS).write_text(opensm.known_lids(net.adapters[-1].guid + 1, len(net.devices)))
        guids = [_written(where.folder / name, text) for name, text in _guids(fabric, net)]
        progress.process(where, "opensm", opensm.command(engine, str(log), none, *guids))
        routed = opensm.routed_by(log.read_text(errors="replace"))
        if routed is None:
            raise RunFailed(f"OpenSM did not bring the fabric up with {engine}")
        topology = progress.process(where, "ibnetdiscover", opensm.diagnostics("ibnetdiscover", no_configuration=none))
        # without -a dump_fts leaves out every route by a port from 128 on, and Quantum-X800 has 144
        dump = progress.process(where, "dump_fts", opensm.diagnostics("dump_fts", "-a", "-n", no_configuration=none))
        with progress.step("parse"):
            return _Readings(routed, _parsed(topology, discovered.parse), _parsed(dump, forwarding.parse))


def _guids(fabric: Fabric, net: Net) -> Iterator[tuple[str, str]]:
    """Files for OpenSM, by name, where UFM is on ports above the leaves: the highest switches, and ports of nodes."""
    apart = {link.a.device for link in fabric.links if link.kind is LinkKind.UFM}
    if apart:
        tiers = {s.name: s.tier for s in fabric.switches}
        top = next(tier for tier in reversed(Tier) if tier in tiers.values())
        yield "roots", "".join(f"{d.guid:#018x}\n" for d in net.switches if tiers[d.name] is top)
        yield "nodes", "".join(f"{d.guid + 1:#018x}\n" for d in net.adapters if d.unit not in apart)


def _written(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def _parsed(path: str, parse: Callable[[Iterable[str]], T]) -> T:
    with Path(path).open(encoding="utf-8", errors="replace") as lines:
        return parse(lines)


def _engine(asked: str, used: str) -> Iterator[Finding]:
    if used != asked:
        yield Finding(FindingKind.ENGINE, f"{asked} could not route the fabric: OpenSM fell back to {used}")


def _loads(routes: Routes, fabric: Fabric, hosts: Sequence[Host]) -> tuple[Loads, Loads]:
    """By node, and by place where that makes a difference."""
    names = rdma_names(hosts)
    by_node = rails_by_node(fabric, hosts, names)
    by_place = rails_by_place(by_node, fabric, hosts, names)
    loads = loads_of(routes, by_node)
    return loads, loads if by_place == by_node else loads_of(routes, by_place)


def _paths(loads: Loads) -> Iterator[Finding]:
    if loads.unreachable:
        text = f"{loads.unreachable} pairs of nodes have no path on their own rail"
        yield Finding(FindingKind.NO_PATH, text)
    if longer := sum(pairs for switches, pairs in loads.inside if switches != 1):
        text = f"{longer} pairs of nodes on one leaf do not meet through that leaf alone"
        yield Finding(FindingKind.LONG_PATH, text)


def _loops(routes: Routes) -> Iterator[Finding]:
    if loop := credit_loop(routes):
        text = " -> ".join(routes.words(channel) for channel in loop)
        yield Finding(FindingKind.CREDIT_LOOP, f"a credit loop: {text}", tuple(routes.names[c >> 8] for c in loop))
