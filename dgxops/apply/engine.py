"""Plan -> Report: the stages in order, only where something is pending, every host judged."""

from __future__ import annotations

import time
from dataclasses import asdict

from dgxops.apply.stage import Pair, Work, run_stage
from dgxops.model.plan import Plan
from dgxops.model.report import Report, StageResult
from dgxops.plan.data import as_data


def run_plan(work: Work, plan: Plan, *, full: bool = False) -> Report:
    """Carry a plan out; ``full`` runs every role on every host that was reached, pending or not.

    Ctrl-C ends the stage that runs, keeps the journal whole and returns a report that says ``cancelled``.
    """
    started = time.monotonic()
    work.away |= dict(plan.unreachable)
    work.journal.keep("plan.json", as_data(plan, {}))
    done: list[StageResult] = []
    try:
        for stage in work.desired.stages:
            asked = _asked(plan, stage.name, full=full)
            if asked and not work.cancelled:
                done.append(run_stage(work, stage, asked))
    except KeyboardInterrupt:
        work.cancelled = True
    report = _report(work, plan, done, time.monotonic() - started)
    work.journal.keep("summary.json", {**asdict(report), "exit": int(report.exit)})
    work.journal.write("ended", exit=int(report.exit), cancelled=report.cancelled)
    return report


def _asked(plan: Plan, stage: str, *, full: bool) -> tuple[Pair, ...]:
    away = {host for host, _ in plan.unreachable}
    chosen = (r for r in plan.roles if r.stage == stage and r.host not in away and (full or r.pending))
    return tuple((r.host, r.role) for r in chosen)


def _report(work: Work, plan: Plan, done: list[StageResult], seconds: float) -> Report:
    return Report(
        run=work.journal.run,
        cluster=plan.cluster,
        target=plan.target,
        hosts=plan.hosts,
        stages=tuple(done),
        unreachable=tuple(sorted(work.away.items())),
        seconds=round(seconds, 1),
        cancelled=work.cancelled,
    )
