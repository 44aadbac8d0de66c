"""dgxops apply: make the machines what the spec says."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dgxops.cli.common import AS_JSON, DESPITE, SPEC, end_in_order, print_json
from dgxops.cli.plan import TARGET
from dgxops.errors import DgxopsError, Exit

if TYPE_CHECKING:
    from dgxops.apply.session import Session
    from dgxops.apply.target import Target
    from dgxops.model.plan import Plan
    from dgxops.model.report import Report
    from dgxops.present.console import Console


@click.command("apply")
@SPEC
@TARGET
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal it is needed.")
@click.option("--full", is_flag=True, help="Run every role on every host, also where nothing is pending.")
@DESPITE
@AS_JSON
def command(spec: Path, target: str, yes: bool, full: bool, despite_unreachable: bool, as_json: bool) -> int:
    """Show the plan, ask, and carry it out, stage by stage, only where something is to be done."""
    from dgxops.apply.journal import new_run
    from dgxops.apply.lock import locked
    from dgxops.cli.targets import resolved
    from dgxops.present.console import Console

    end_in_order()
    out = Console(highlight=False, quiet=as_json)
    where = resolved(spec, target)
    out.print(where.words)
    run = new_run(time.time())
    with locked(where.lock, run) as held:
        if held.left_by:
            click.echo(f"the lock was left by {held.left_by}, which did not come to its end: taken over", err=True)
        asked = Asked(yes=yes, full=full, despite_unreachable=despite_unreachable)
        return _apply(where, run, held.descriptor, asked, out)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one apply."""

    yes: bool
    full: bool
    despite_unreachable: bool


def _apply(where: Target, run: str, lock: int, asked: Asked, out: Console) -> int:
    from dgxops.apply.session import open_session, with_secrets
    from dgxops.plan.fold import identities
    from dgxops.present import plan as present

    present.absent(where.cluster, out)
    session = open_session(where)
    plan = session.plan(show_files=not out.quiet)
    present.show(plan, identities(where.cluster), out)
    if not plan.pending and not asked.full:
        return _nothing(plan, out)
    _agree(asked.yes, asked.full)
    session, note = with_secrets(session, plan, despite_unreachable=asked.despite_unreachable)
    if note:
        out.print(note, soft_wrap=True)
    return _execute(session, plan, run, lock, full=asked.full, out=out).exit


def _nothing(plan: Plan, out: Console) -> int:
    from dgxops.plan.data import summary

    if out.quiet:
        print_json({"format_version": 1, "run": None, "plan": summary(plan), "unreachable": dict(plan.unreachable)})
    return Exit.UNREACHABLE if plan.unreachable else Exit.FINE


def _agree(yes: bool, full: bool) -> None:
    """Ask, unless told not to; raises where nobody is there to answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise DgxopsError("there is no terminal to ask on", hint="say --yes to apply without being asked")
    click.confirm("\nRun every role on every host?" if full else "\nApply this?", abort=True)


def _execute(session: Session, plan: Plan, run: str, lock: int, *, full: bool, out: Console) -> Report:
    from dgxops.apply.run import execute
    from dgxops.present import report as present
    from dgxops.present.progress import progress

    with progress(out) as listener:
        report = execute(session, plan, run, listener, lock, full=full)
    if out.quiet:
        print_json(present.as_data(report))
    else:
        present.show(report, str(session.target.runs / report.run), out)
    return report
