"""A past run on the terminal: what it began with, its steps, and what came of it."""

from __future__ import annotations

import time
from typing import Any

from rich.text import Text

from dgxops.apply.runs import PastRun
from dgxops.model.report import Failure, Outcome, Report, RoleResult, StageResult
from dgxops.present import report as reports
from dgxops.present.console import Console


def show(run: PastRun, console: Console) -> None:
    """Who and when, then the report as it was shown at its end; of a run that was killed, the steps it took."""
    begun = run.begun
    who = f"{begun.get('user')} on {begun.get('host')}, {_time(begun.get('started'))} UTC"
    console.print(
        Text(f"run {run.id}: {begun.get('verb')} of {begun.get('cluster')} ({begun.get('target')}), by {who}")
    )
    if run.summary:
        reports.show(read(run.summary), str(run.folder), console)
        return
    console.print(Text("it did not come to its end; its last steps:", style="red"))
    for step in run.steps[-8:]:
        fields = ", ".join(f"{k} {v}" for k, v in step.items() if k not in ("at", "event"))
        console.print(Text(f"  {_time(step['at'])}  {step['event']}  {fields}"))


def _time(at: float | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at or 0))


def read(data: dict[str, Any]) -> Report:
    """The report that a summary.json holds."""
    stages = tuple(_stage(stage) for stage in data["stages"])
    away = tuple((host, cause) for host, cause in data["unreachable"])
    simple = {k: data[k] for k in ("run", "cluster", "target", "seconds", "cancelled", "format_version")}
    return Report(hosts=tuple(data["hosts"]), stages=stages, unreachable=away, **simple)


def _stage(data: dict[str, Any]) -> StageResult:
    roles = tuple(RoleResult(**{**r, "outcome": Outcome(r["outcome"])}) for r in data["roles"])
    return StageResult(data["name"], roles, tuple(Failure(**f) for f in data["failures"]), data["seconds"])
