"""dgxops verify: the live cluster held against its design."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, SPEC, print_json
from dgxops.errors import Exit

STAND_INS = "GPUs were stand-ins: device nodes of the lab without a driver behind them"


@click.command("verify")
@SPEC
@click.option("--target", type=click.Choice(("auto", "lab", "site")), default="auto", help="Which machines to look at.")
@AS_JSON
def command(spec: Path, target: str, as_json: bool) -> int:
    """Ask the live cluster: controllers, nodes and their GPUs, topology, a job over all of them, accounting."""
    from dgxops.apply.target import refuse_stale
    from dgxops.cli.targets import resolved, speakers
    from dgxops.model.finding import Verification
    from dgxops.present import verification
    from dgxops.present.console import Console
    from dgxops.verify import live

    where = resolved(spec, target)
    refuse_stale(where)
    out = Console(highlight=False, quiet=as_json)
    out.print(where.words)
    findings = []
    for finding in live.verify(where.cluster, *speakers(where)):
        verification.show_finding(finding, out)
        findings.append(finding)
    stand_ins = STAND_INS if where.kind == "lab" else ""
    result = Verification(where.name, where.kind, tuple(findings), stand_ins)
    if as_json:
        print_json(verification.as_data(result))
    else:
        verification.show_verdict(result, out)
    return Exit.FINE if result.ok else Exit.FINDING
