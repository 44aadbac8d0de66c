"""dgxops show: the cluster on one screen."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, SPEC, load_cluster, print_json


@click.command("show")
@SPEC
@AS_JSON
def command(spec: Path, as_json: bool) -> None:
    """Summarise the cluster that SPEC (a cluster.yml, or its folder) describes."""
    from dgxops.render.summary import summary

    data = summary(load_cluster(spec))
    if as_json:
        print_json(data)
        return
    from dgxops.present.show import show

    show(data)
