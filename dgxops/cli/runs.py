"""dgxops runs: list and show past runs."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, SPEC, print_json
from dgxops.cli.plan import TARGET
from dgxops.errors import Exit


@click.group("runs")
def command() -> None:
    """What past runs did, from the folder that each of them left."""


@command.command("list")
@SPEC
@TARGET
@AS_JSON
def list_(spec: Path, target: str, as_json: bool) -> None:
    """Every run on a cluster, oldest first."""
    from dgxops.apply.runs import past_runs
    from dgxops.cli.targets import resolved
    from dgxops.present import report

    rows = [report.run_row(run) for run in past_runs(resolved(spec, target).runs)]
    if as_json:
        print_json({"format_version": 1, "runs": rows})
        return
    for row in rows:
        click.echo(f"{row['run']}  {row['verb']:<6} {row['user']:<10} {row['outcome']}")
    if not rows:
        click.echo("no run yet")


@command.command("show")
@SPEC
@click.argument("name", metavar="RUN")
@TARGET
@AS_JSON
def show(spec: Path, name: str, target: str, as_json: bool) -> int:
    """One run, by name, by its beginning or end, or ``last``: who, what, and what came of it."""
    from dgxops.apply.runs import find_run
    from dgxops.cli.targets import resolved
    from dgxops.present import past
    from dgxops.present.console import Console

    run = find_run(resolved(spec, target).runs, name)
    if as_json:
        print_json({"format_version": 1, **run.begun, "summary": run.summary, "steps": list(run.steps)})
    else:
        past.show(run, Console(highlight=False))
    return Exit.FINE
