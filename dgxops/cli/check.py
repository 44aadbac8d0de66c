"""dgxops check: what can be proved of a cluster before a cable is pulled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from click.core import ParameterSource

from dgxops.cli.common import AS_JSON, load_cluster, print_json, spec_file
from dgxops.errors import Exit
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric
from dgxops.model.proof import CheckReport, Proof

SLURM_VERSION = "24.11"


@click.command("check")
@click.argument("spec", type=click.Path(path_type=Path), metavar="[SPEC]", required=False)
@click.option("--slurm", type=click.Path(path_type=Path), metavar="DIR", help="Lint the Slurm files of any site there.")
@click.option("--slurm-version", default=SLURM_VERSION, show_default=True, help="What the files in DIR are for.")
@click.option(
    "--simulate", is_flag=True, help="Also bring the compute fabric up in a simulator, under the real OpenSM."
)
@click.option("--engine", default="ftree", show_default=True, help="OpenSM's routing engine for --simulate.")
@AS_JSON
def command(
    spec: Path | None, slurm: Path | None, slurm_version: str, simulate: bool, engine: str, as_json: bool
) -> int:
    """Prove, offline, what follows from SPEC (a cluster.yml, or its folder): fabrics, addresses, names, racks,
    growth since the last commit, and the Slurm files.

    Says what it proved. Exit 0 when nothing stands (warnings may), 1 when a finding stands.
    """
    from dgxops.present import check as present

    _refuse_idle_options(spec, slurm, simulate)
    report = _of_folder(slurm, slurm_version) if slurm else _of_spec(spec or Path(), engine if simulate else None)
    if as_json:
        print_json(present.as_data(report))
    else:
        present.show(report)
    return Exit.FINE if report.ok else Exit.FINDING


def _refuse_idle_options(spec: Path | None, slurm: Path | None, simulate: bool) -> None:
    """An option that would do nothing is a mistake."""
    if spec and slurm:
        raise click.UsageError("give a SPEC or --slurm DIR, not both")
    if not spec and not slurm:
        raise click.UsageError("give a SPEC, or --slurm DIR")
    if simulate and not spec:
        raise click.UsageError("--simulate goes with a SPEC")
    given = click.get_current_context().get_parameter_source
    if given("engine") is ParameterSource.COMMANDLINE and not simulate:
        raise click.UsageError("--engine goes with --simulate")
    if given("slurm_version") is ParameterSource.COMMANDLINE and not slurm:
        raise click.UsageError("--slurm-version goes with --slurm")


def _of_spec(spec: Path, engine: str | None) -> CheckReport:
    from dgxops.check import check
    from dgxops.check.absence import absent_by
    from dgxops.check.git import last_commit
    from dgxops.check.rendered import rendered
    from dgxops.check.zones import zone_files

    cluster = load_cluster(spec)
    folder = spec_file(spec).resolve().parent
    report = check(cluster, last_commit(folder, zone_files(cluster)))
    more = (
        *absent_by(cluster, _come()),
        rendered(cluster, folder / "rendered"),
        *(_simulated(cluster, engine) if engine else ()),
    )
    return replace(report, proofs=(*report.proofs, *more))


def _come() -> str:
    """The last day that has begun anywhere on Earth, 14 hours before it does in UTC."""
    return (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()


def _simulated(cluster: Cluster, engine: str) -> tuple[Proof, ...]:
    """The compute fabric under OpenSM; each step is told as it begins, for the minutes that a large one takes."""
    from dgxops.simulate import simulate
    from dgxops.simulate.proofs import not_simulated, proofs_of

    if cluster.rented:
        return not_simulated("rented, the fabric is the provider's and nobody says how it is cabled")
    fabrics = [f for f in cluster.fabrics if f.kind == "compute" and f.protocol == "infiniband"]
    if not fabrics:
        return not_simulated("there is no InfiniBand compute fabric")
    made: list[Proof] = []
    for fabric in fabrics:
        name = f"{fabric.group}: " if fabric.group else ""
        hosts = [h for h in cluster.hosts if h.group in ("", fabric.group)]
        report = simulate(fabric, hosts, engine=_fitting(fabric, engine), say=_said_of(name))
        made += [replace(p, statement=f"{name}{p.statement}") for p in proofs_of(report)]
    return tuple(made)


def _fitting(fabric: Fabric, engine: str) -> str:
    """OpenSM's ftree refuses a fabric of one switch, where every engine routes alike."""
    return "minhop" if len(fabric.switches) == 1 and engine == "ftree" else engine


def _said_of(fabric: str) -> Callable[[str], None]:
    return lambda step: click.echo(f"simulation: {fabric}{step}", err=True)


def _of_folder(folder: Path, version: str) -> CheckReport:
    from dgxops.check.slurm.folder import read_folder
    from dgxops.check.slurm.lint import lint, version_of
    from dgxops.check.slurm.truth import Truth

    try:
        wanted = version_of(version)
    except ValueError as error:
        raise click.UsageError(f"--slurm-version: {version!r} is no version like {SLURM_VERSION}") from error
    return CheckReport(str(folder), lint(read_folder(folder), wanted, Truth()))
