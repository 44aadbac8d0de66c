"""dgxops plan: show what an apply would change, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dgxops.cli.common import AS_JSON, SPEC, end_in_order, print_json
from dgxops.errors import DgxopsError, Exit

if TYPE_CHECKING:
    from dgxops.apply.session import Session
    from dgxops.model.plan import Plan, PredictedTask
    from dgxops.present.console import Console

CHANGES = 2
TARGET = click.option(
    "--target", type=click.Choice(("auto", "lab", "site")), default="auto", help="Which machines; auto: the lab if up."
)


@click.command("plan")
@SPEC
@TARGET
@click.option(
    "--deep",
    is_flag=True,
    help="Also run Ansible's check mode and list the tasks that would change something. "
    "A host that has no package lists at all fetches them for that; nothing else is changed.",
)
@click.option(
    "--detailed-exitcode",
    "detailed",
    is_flag=True,
    help="0: nothing to change, 2: changes, 3: none on the hosts reached, 1: an error.",
)
@AS_JSON
def command(spec: Path, target: str, deep: bool, detailed: bool, as_json: bool) -> int:
    """Look at every host and show what an apply would change there, and what it costs. Changes nothing."""
    end_in_order()
    try:
        plan = _plan(spec, target, deep, as_json)
    except DgxopsError as error:
        if detailed:
            error.exit = Exit.FINDING  # 2 means "changes" here, as Terraform's users expect
        raise
    if detailed:
        return CHANGES if plan.pending or plan.predicted else _reached(plan)
    return _reached(plan)


def _reached(plan: Plan) -> int:
    return Exit.UNREACHABLE if plan.unreachable else Exit.FINE


def _plan(spec: Path, choice: str, deep: bool, as_json: bool) -> Plan:
    """Make the plan and show it."""
    from dgxops.apply.deep import refuse_closed
    from dgxops.apply.session import open_session
    from dgxops.cli.targets import resolved
    from dgxops.plan.data import as_data
    from dgxops.plan.fold import identities
    from dgxops.present import plan as present
    from dgxops.present.console import Console

    out = Console(highlight=False, quiet=as_json)
    target = resolved(spec, choice)
    out.print(target.words)
    present.absent(target.cluster, out)
    session = open_session(target)
    if deep:
        refuse_closed(session)
    if session.closed:
        click.echo(f"secrets cannot be compared: {session.closed}", err=True)
    plan = session.plan()
    if deep:
        plan = replace(plan, predicted=_predicted(session, plan, out))
    if as_json:
        print_json(as_data(plan, identities(target.cluster), target.cluster.absent))
    else:
        present.show(plan, identities(target.cluster), out)
    return plan


def _predicted(session: Session, plan: Plan, out: Console) -> tuple[PredictedTask, ...]:
    from dgxops.apply.deep import predict
    from dgxops.present.progress import progress

    with progress(out) as listener:
        return predict(session, frozenset(host for host, _ in plan.unreachable), listener)
