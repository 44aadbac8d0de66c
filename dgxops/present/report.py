"""What came of a run, on the terminal and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from dgxops.apply.runs import PastRun
from dgxops.model.report import Failure, Outcome, Report, RoleResult, StageResult
from dgxops.nodeset import fold
from dgxops.present.console import Console
from dgxops.present.plan import unreachable

MOST_MESSAGE_LINES = 6
WORDS = {
    Outcome.CHANGED: ("changed", "green"),
    Outcome.OK: ("as it was", "dim"),
    Outcome.FAILED: ("failed", "red"),
    Outcome.UNTOUCHED: ("did not run", "red"),
    Outcome.UNREACHABLE: ("not reached", "yellow"),
}


def as_data(report: Report) -> dict[str, Any]:
    """The report with its verdict and exit code."""
    return {**asdict(report), "changed": report.changed, "failed": report.failed, "exit": int(report.exit)}


def show(report: Report, folder: str, console: Console) -> None:
    """Stages, roles and hosts, causes of failures, and one line that says it all."""
    for stage in report.stages:
        _stage(stage, console)
    for failure in distinct(report.failures):
        _failure(*failure, console)
    unreachable(report.unreachable, console)
    console.print(Text("\n" + sentence(report), style="bold"))
    console.print(Text(f"journal: {folder}", style="dim"), soft_wrap=True)


def sentence(report: Report) -> str:
    """What happened, in one line."""
    counts = (
        (len(report.changed), "changed"),
        (len(report.failed), "failed"),
        (len(report.unreachable), "not reached"),
    )
    told = ", ".join(f"{number} {word}" for number, word in counts)
    state = "stopped by Ctrl-C: " if report.cancelled else ""
    return f"{state}{len(report.hosts)} hosts: {told}, in {duration(report.seconds)}"


def duration(seconds: float) -> str:
    """``42 s`` or ``3 min 07 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _stage(stage: StageResult, console: Console) -> None:
    console.print(Text(f"\n{stage.name}  {duration(stage.seconds)}", style="bold"))
    for role in dict.fromkeys(r.role for r in stage.roles):
        for outcome, hosts in by_outcome([r for r in stage.roles if r.role == role]):
            word, colour = WORDS[outcome]
            line = Text(f"  {role:<17}")
            line.append(f"{word:<12}", style=colour)
            line.append(f"{fold(hosts)} ({len(hosts)})" if len(hosts) > 1 else fold(hosts))
            console.print(line)


def by_outcome(results: Sequence[RoleResult]) -> list[tuple[Outcome, list[str]]]:
    """Hosts of each outcome that occurs, in the order of ``WORDS``."""
    found = ((o, [r.host for r in results if r.outcome is o]) for o in WORDS)
    return [(outcome, hosts) for outcome, hosts in found if hosts]


def distinct(failures: Sequence[Failure]) -> list[tuple[Failure, list[str]]]:
    """Failures with the same cause once, with their hosts."""
    groups: dict[tuple[str, str, str], list[Failure]] = {}
    for failure in failures:
        message = failure.message.replace(failure.host, "{host}") if failure.host else failure.message
        groups.setdefault((failure.role, failure.task, message), []).append(failure)
    return [(alike[0], [f.host for f in alike if f.host]) for alike in groups.values()]


def _failure(failure: Failure, hosts: list[str], console: Console) -> None:
    console.print(Text(f"\n{fold(hosts) or 'the run'}: {cause(failure)}", style="red"))
    for line in failure.message.splitlines()[:MOST_MESSAGE_LINES]:
        console.print(Text(f"  {line}"), soft_wrap=True)


def cause(failure: Failure) -> str:
    """Role and task."""
    return f"{failure.role}: {failure.task}" if failure.role else failure.task


def run_row(run: PastRun) -> dict[str, Any]:
    """One run on one line of a list."""
    summary = run.summary or {}
    return {
        "run": run.id,
        "user": run.begun.get("user"),
        "verb": run.begun.get("verb"),
        "target": run.begun.get("target"),
        "exit": summary.get("exit"),
        "outcome": outcome_of(summary) if run.summary else "did not come to its end",
    }


def outcome_of(summary: dict[str, Any]) -> str:
    """The same sentence as at the end of the run, from its summary."""
    results = [r for stage in summary["stages"] for r in stage["roles"]]
    changed = {r["host"] for r in results if r["outcome"] == Outcome.CHANGED}
    failed = {r["host"] for r in results if r["outcome"] in (Outcome.FAILED, Outcome.UNTOUCHED)}
    told = f"{len(changed)} changed, {len(failed)} failed, {len(summary['unreachable'])} not reached"
    return f"{'stopped, ' if summary['cancelled'] else ''}{told}, {duration(summary['seconds'])}"
