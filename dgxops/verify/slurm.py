"""The batch system held against its design: controllers, nodes, GPUs, topology, a real job, accounting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding, Severity
from dgxops.model.node import Host
from dgxops.model.workload import Slurm
from dgxops.remote.command import Output
from dgxops.verify.facts import sacct, scontrol_ping, scontrol_topology, sinfo, srun

JOB_MINUTES = 5
RECORD_SECONDS = 30  # slurmdbd writes a job's end a moment after srun returns
REGISTER_SECONDS = 60  # a slurmd that was just started needs a moment to register


Run = Callable[[str], Output]


def verify_slurm(cluster: Cluster, run: Run, sleep: Callable[[float], None] = time.sleep) -> Iterator[Finding]:
    """Findings in the order they are made; ``run`` executes one shell command on a login or head node."""
    yield from _controllers(cluster, run(scontrol_ping.COMMAND))
    states = _settled(cluster, run, sleep)
    if isinstance(states, Finding):
        yield states
        return
    yield from _nodes(cluster, states)
    yield from _absent(cluster, states)
    yield from _topology(cluster, run(scontrol_topology.COMMAND))
    usable = tuple(n.name for n in _there(cluster) if _is_idle(states.get(n.name)))
    yield from _job(cluster, usable, run, sleep)


def fold(names: tuple[str, ...] | list[str]) -> str:
    """Host names as one node set."""
    return str(NodeSet.fromlist(list(names), resolver=RESOLVER_NOGROUP))


def _is_idle(state: sinfo.NodeState | None) -> bool:
    return bool(state and state.state == "idle" and state.responding)


def _settled(cluster: Cluster, run: Run, sleep: Callable[[float], None]) -> dict[str, sinfo.NodeState] | Finding:
    """What sinfo shows, after nodes that are only just registering had their moment."""
    states: dict[str, sinfo.NodeState] = {}
    for left in range(REGISTER_SECONDS // 3, -1, -1):
        shown = run(sinfo.COMMAND)
        if shown.rc:
            return Finding("nodes", Severity.ERROR, "sinfo fails", evidence=shown.stderr.strip(),
                           repair=f"journalctl -u slurmctld on {cluster.slurm.controllers[0]}")  # fmt: skip
        states = sinfo.parse(shown.stdout)
        waiting = [n for n in _there(cluster) if n.name in states and not _is_idle(states[n.name])]
        if not waiting or not left:
            break
        sleep(3)
    return states


def _controllers(cluster: Cluster, ping: Output) -> Iterator[Finding]:
    seen = scontrol_ping.parse(ping.stdout)
    down = tuple(c for c in cluster.slurm.controllers if not seen.get(c, ("", False))[1])
    if down:
        yield Finding("controllers", Severity.ERROR, "slurmctld does not answer", down,
                      (ping.stdout + ping.stderr).strip(), "systemctl status slurmctld on these hosts")  # fmt: skip
    else:
        yield Finding("controllers", Severity.OK, "every slurmctld answers", cluster.slurm.controllers)


def _nodes(cluster: Cluster, states: dict[str, sinfo.NodeState]) -> Iterator[Finding]:
    designed = {n.name: n.system.gpu.count for n in _there(cluster) if n.system}
    missing = tuple(n for n in designed if n not in states)
    strangers = tuple(sorted(set(states) - {n.name for n in cluster.nodes}))
    if missing:
        yield Finding("nodes", Severity.ERROR, "slurm.conf that slurmctld runs with does not name them", missing,
                      repair="dgxops apply")  # fmt: skip
    if strangers:
        yield Finding("nodes", Severity.ERROR, "known to Slurm but not to the design", strangers, repair="dgxops apply")
    yield from _not_idle(designed, states)
    wrong = tuple(n for n, count in designed.items() if n in states and sinfo.gpus(states[n].gres) != count)
    if wrong:
        seen = sorted({states[n].gres or "none" for n in wrong})
        yield Finding("gpus", Severity.ERROR, "GRES differ from the design", wrong, ", ".join(seen), "dgxops apply")
    fine = tuple(n for n in designed if _is_idle(states.get(n)) and n not in wrong)
    if fine:
        gpus = sum(designed[n] for n in fine)
        yield Finding("nodes", Severity.OK, f"idle with all their GPUs, {gpus} together", fine)


def _there(cluster: Cluster) -> tuple[Host, ...]:
    """The DGX systems that are not away."""
    return tuple(n for n in cluster.nodes if n.absence is None)


def _absent(cluster: Cluster, states: dict[str, sinfo.NodeState]) -> Iterator[Finding]:
    """Who is away by design; a warning where Slurm would start jobs there all the same."""
    for absence, names in cluster.absent:
        yield Finding("absent", Severity.OK, f"({absence})", names)
    usable = [name for _, names in cluster.absent for name in names if name in states and _takes_jobs(states[name])]
    if usable:
        yield Finding("absent", Severity.WARNING, "Slurm takes jobs for nodes that are absent", tuple(usable),
                      repair="dgxops apply; or take them out of `absent` in cluster.yml")  # fmt: skip


def _takes_jobs(state: sinfo.NodeState) -> bool:
    return not state.state.startswith(("down", "drain", "fail", "unk", "future"))


def _not_idle(designed: dict[str, int], states: dict[str, sinfo.NodeState]) -> Iterator[Finding]:
    by_state: dict[tuple[str, str], list[str]] = {}
    for name in designed:
        state = states.get(name)
        if state and not _is_idle(state):
            shown = state.state if state.responding else f"{state.state}, not responding"
            by_state.setdefault((shown, state.reason), []).append(name)
    for (shown, reason), names in sorted(by_state.items()):
        repair = f"journalctl -u slurmd there; then: scontrol update nodename={fold(names)} state=resume"
        yield Finding("nodes", Severity.ERROR, f"not idle: {shown}", tuple(names), reason, repair)


def _topology(cluster: Cluster, shown: Output) -> Iterator[Finding]:
    loaded, designed = scontrol_topology.parse(shown.stdout), _designed(cluster.slurm)
    wrong = []
    for name, (nodes, switches) in designed.items():
        line = loaded.get(name)
        if line is None or (fold(nodes), fold(switches)) != _below(line, nodes):
            wrong.append(name)
    wrong += sorted(set(loaded) - set(designed))
    what = "blocks" if cluster.slurm.blocks else "switches"
    if wrong:
        yield Finding("topology", Severity.ERROR, f"it differs from the design at these {what}", tuple(wrong),
                      (shown.stdout + shown.stderr).strip(), "dgxops apply")  # fmt: skip
    else:
        yield Finding("topology", Severity.OK, f"as designed, {len(loaded)} {what}")


def _designed(slurm: Slurm) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Name of a switch or block -> nodes and switches right below."""
    if slurm.blocks:
        return {b.name: (b.nodes, ()) for b in slurm.blocks}
    return {s.name: (s.nodes, s.switches) for s in slurm.topology}


def _below(line: scontrol_topology.TopologyLine, is_leaf: tuple[str, ...]) -> tuple[str, str]:
    """Nodes and switches right below; slurmctld lists all nodes of an upper switch too, which are not its own."""
    nodes = fold(tuple(NodeSet(line.nodes, resolver=RESOLVER_NOGROUP))) if is_leaf else ""
    return nodes, fold(tuple(NodeSet(line.switches, resolver=RESOLVER_NOGROUP)))


def _job(cluster: Cluster, nodes: tuple[str, ...], run: Run, sleep: Callable[[float], None]) -> Iterator[Finding]:
    if not nodes:
        yield Finding("job", Severity.ERROR, "no node is idle, so no job was run")
        return
    gpus = cluster.by_name[nodes[0]].system.gpu.count if cluster.by_name[nodes[0]].system else 0  # type: ignore[union-attr]
    done = run(srun.command(len(nodes), fold(nodes), gpus, JOB_MINUTES))
    tasks = srun.parse(done.stdout)
    short = tuple(t.node for t in tasks if len(t.present) != gpus)
    silent = tuple(sorted(set(nodes) - {t.node for t in tasks}))
    if done.rc or short or silent:
        yield Finding("job", Severity.ERROR, f"a job over {len(nodes)} nodes with {gpus} GPUs each failed",
                      short or silent or nodes, (done.stderr or done.stdout).strip()[-2000:])  # fmt: skip
        return
    total = sum(len(t.present) for t in tasks)
    yield Finding("job", Severity.OK, f"srun over {len(tasks)} nodes saw {total} GPUs (job {tasks[0].job})", nodes)
    yield _record(tasks[0].job, len(nodes), total, run, sleep)


def _record(job: str, nodes: int, gpus: int, run: Run, sleep: Callable[[float], None]) -> Finding:
    want = sacct.JobRecord(job, "COMPLETED", nodes, gpus)
    for _ in range(RECORD_SECONDS):
        shown = run(sacct.command(job))
        record = sacct.parse(shown.stdout)
        if record == want:
            return Finding("accounting", Severity.OK, f"job {job} recorded: {nodes} nodes, {gpus} GPUs, COMPLETED")
        sleep(1)
    return Finding("accounting", Severity.ERROR, f"job {job} is not recorded as it ran",
                   evidence=(shown.stdout + shown.stderr).strip(), repair="systemctl status slurmdbd")  # fmt: skip
