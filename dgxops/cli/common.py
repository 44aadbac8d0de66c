"""What several verbs share: the SPEC argument, loading, and the output options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from dgxops.model.cluster import Cluster

SPEC = click.argument("spec", type=click.Path(path_type=Path), metavar="SPEC")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def spec_file(path: Path) -> Path:
    """The spec's file: a folder stands for the cluster.yml in it."""
    return path / "cluster.yml" if path.is_dir() else path


def load_cluster(path: Path) -> Cluster:
    """Read, check and expand a spec.

    Raises:
        InputError: every fault of the spec and of the site.yml beside it.
    """
    from dgxops import catalogue, spec
    from dgxops.expand import expand

    return expand(spec.load(spec_file(path)), catalogue.load())


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2))
