"""A plan on the terminal: alike changes on one line, hosts folded, 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from rich.text import Text

from dgxops.model.cluster import Cluster
from dgxops.model.plan import Cost, FileDiff, Plan, Reason, Standing
from dgxops.nodeset import fold
from dgxops.plan.data import summary
from dgxops.plan.fold import Group, Identity, folded, folded_tasks
from dgxops.present.console import Console

MOST_REASONS = 6
MOST_DIFF_LINES = 24
COLOURS = {Cost.NONE: "green", Cost.RELOAD: "cyan", Cost.RESTART: "yellow", Cost.DRAIN: "magenta", Cost.REBOOT: "red"}
WORDS = {
    Standing.NEVER: "never applied here, or its ledger is lost",
    Standing.INPUTS: "inputs changed",
    Standing.DRIFTED: "changed on the node",
    Standing.UNKNOWN: "unknown, so it will be applied",
}


def show(plan: Plan, own: Mapping[str, Identity], console: Console) -> None:
    """The whole plan; its last line says it all."""
    for stage, groups in groupby(folded(plan, own), key=lambda g: g.stage):
        console.print(Text(f"\n{stage}", style="bold"))
        for group in groups:
            _group(group, console)
    for diff in plan.diffs:
        _diff(diff, console)
    _predicted(plan, console)
    unreachable(plan.unreachable, console)
    console.print(Text("\n" + sentence(plan), style="bold"))
    if plan.predicted and not plan.pending:
        console.print("but check mode found something: dgxops apply --full runs every role")


def absent(cluster: Cluster, console: Console) -> None:
    """Who is away by design, and is not acted on."""
    for absence, hosts in cluster.absent:
        console.print(Text(f"absent: {fold(hosts)} ({absence})", style="dim"), soft_wrap=True)


def sentence(plan: Plan) -> str:
    """What an apply would do, in one line."""
    facts = summary(plan)
    if not plan.pending:
        return nothing_to_change(plan)
    roles = sum(n for standing, n in facts["roles"].items() if standing != "unchanged")
    away = sum(not _known(plan, r.host) for r in plan.roles)
    count = f"{facts['hosts_to_change']} of {facts['hosts']} hosts"
    pending = roles - away
    return f"{pending} {'role' if pending == 1 else 'roles'} to apply on {count}; worst cost: {facts['cost']}"


def nothing_to_change(plan: Plan) -> str:
    """The line for a cluster that is as it should be, as far as it was reached."""
    reached = len(plan.hosts) - len(plan.unreachable)
    if plan.unreachable:
        if not reached:
            return "no host was reached: nothing is known of any"
        return f"nothing to change on the {reached} of {len(plan.hosts)} hosts that were reached"
    return f"nothing to change on any of {reached} hosts"


def _known(plan: Plan, host: str) -> bool:
    return host not in dict(plan.unreachable)


def _group(group: Group, console: Console) -> None:
    head = Text("  ")
    head.append(f"{group.cost.value:<8}", style=COLOURS[group.cost])
    head.append(f"{group.role:<17}", style="bold")
    head.append(_hosts(group.hosts))
    console.print(head)
    if group.standing is Standing.NEVER:
        console.print(Text(f"          {WORDS[Standing.NEVER]}", style="dim"))
        return
    for reason in group.reasons[:MOST_REASONS]:
        console.print(Text(f"          {_reason(reason)}"))
    more = len(group.reasons) - MOST_REASONS
    if more > 0:
        console.print(Text(f"          and {more} more (--json has all)", style="dim"))


def _hosts(hosts: tuple[str, ...]) -> str:
    count = f" ({len(hosts)})" if len(hosts) > 1 else ""
    return fold(hosts) + count


def _reason(reason: Reason) -> str:
    if reason.kind in ("role", "ledger"):
        return reason.detail
    kind = {"shipped": "rendered", "variable": "variable"}.get(reason.kind, reason.kind)
    return f"{kind} {reason.subject}: {reason.detail}"


def _diff(diff: FileDiff, console: Console) -> None:
    console.print(Text(f"\n{diff.path} on {diff.host} (-), as rendered (+)", style="bold"))
    lines = diff.text.splitlines()[2:]
    for line in lines[:MOST_DIFF_LINES]:
        console.print(Text(f"  {line}", style={"+": "green", "-": "red"}.get(line[:1], "dim")), soft_wrap=True)
    if len(lines) > MOST_DIFF_LINES:
        console.print(Text(f"  and {len(lines) - MOST_DIFF_LINES} more lines (--json has all)", style="dim"))


def _predicted(plan: Plan, console: Console) -> None:
    if plan.predicted is None:
        return
    console.print(Text("\nAnsible's check mode: tasks that would change something", style="bold"))
    for task, hosts in folded_tasks(plan):
        failed = f" cannot be predicted: {task.message}" if task.status == "failed" else ""
        console.print(Text(f"  {task.role:<17}{task.task}{failed}: {_hosts(hosts)}"))
    if not plan.predicted:
        console.print("  none")


def unreachable(pairs: Iterable[tuple[str, str]], console: Console) -> None:
    """Hosts that could not be reached, one line a cause."""
    causes: dict[str, list[str]] = {}
    for host, cause in pairs:
        causes.setdefault(cause, []).append(host)
    for cause, hosts in causes.items():
        console.print(Text(f"\nnot reached: {_hosts(tuple(hosts))}: {cause}", style="yellow"))
        if "known_hosts" in cause:
            hint = "  ssh-keyscan prints lines for it: compare their fingerprints with the machines' own first"
            console.print(Text(hint, style="dim"))
