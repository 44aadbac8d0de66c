"""dgxops render: write every file that follows from a spec."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, SPEC, load_cluster, print_json, spec_file
from dgxops.errors import DgxopsError, Exit


@click.command("render")
@SPEC
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and show a diff when rendered/ is stale.")
@click.option("--output", type=click.Path(path_type=Path), help="Write here instead of rendered/ beside SPEC.")
@AS_JSON
def command(spec: Path, check: bool, output: Path | None, as_json: bool) -> int:
    """Write rendered/ beside SPEC: inventory, Slurm files, hosts, addresses, cables, files for other tools."""
    from dgxops.present import rendered
    from dgxops.render import write
    from dgxops.render.tree import render

    artifacts = render(load_cluster(spec))
    tree = output or spec_file(spec).parent / "rendered"
    if spec_file(spec).resolve().is_relative_to(tree.resolve()):
        raise DgxopsError(f"{tree} holds the spec itself", hint="name a folder for rendered files alone")
    found = write.differences(tree, artifacts) if check else write.write_tree(tree, artifacts)
    if as_json:
        print_json(rendered.as_data(tree, len(artifacts), found, check))
    else:
        rendered.show(tree, len(artifacts), found, check)
        rendered.show_strangers(tree, write.strangers(tree))
    return Exit.FINDING if check and found else Exit.FINE
