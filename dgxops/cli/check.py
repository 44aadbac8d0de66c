"""dgxops check: what can be proved of a cluster before a cable is pulled."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, load_cluster, print_json, spec_file
from dgxops.errors import Exit
from dgxops.model.proof import CheckReport

SLURM_VERSION = "24.11"


@click.command("check")
@click.argument("spec", type=click.Path(path_type=Path), metavar="[SPEC]", required=False)
@click.option("--slurm", type=click.Path(path_type=Path), metavar="DIR", help="Lint the Slurm files of any site there.")
@click.option("--slurm-version", default=SLURM_VERSION, show_default=True, help="What the files in DIR are for.")
@AS_JSON
def command(spec: Path | None, slurm: Path | None, slurm_version: str, as_json: bool) -> int:
    """Prove, offline, what follows from SPEC (a cluster.yml, or its folder): fabrics, addresses, names, racks,
    growth since the last commit, and the Slurm files.

    Says what it proved. Exit 0 when nothing stands (warnings may), 1 when a finding stands.
    """
    from dgxops.present import check as present

    if (spec is None) == (slurm is None):
        raise click.UsageError("give a SPEC, or --slurm DIR")
    report = _of_folder(slurm, slurm_version) if slurm else _of_spec(spec or Path())
    if as_json:
        print_json(present.as_data(report))
    else:
        present.show(report)
    return Exit.FINE if report.ok else Exit.FINDING


def _of_spec(spec: Path) -> CheckReport:
    from dgxops.check import check
    from dgxops.check.git import last_commit

    return check(load_cluster(spec), last_commit(spec_file(spec).resolve().parent))


def _of_folder(folder: Path, version: str) -> CheckReport:
    from dgxops.check.slurm.folder import read_folder
    from dgxops.check.slurm.lint import lint, version_of
    from dgxops.check.slurm.truth import Truth

    try:
        wanted = version_of(version)
    except ValueError as error:
        raise click.UsageError(f"--slurm-version: {version!r} is no version like {SLURM_VERSION}") from error
    return CheckReport(str(folder), lint(read_folder(folder), wanted, Truth()))
