"""dgxops validate: every fault of a spec, with its place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, SPEC, load_cluster, print_json, spec_file
from dgxops.errors import Exit, InputError
from dgxops.model.cluster import Cluster


@click.command("validate")
@SPEC
@AS_JSON
def command(spec: Path, as_json: bool) -> int:
    """Name every fault of SPEC (a cluster.yml, or its folder) and of site.yml and hardware.csv beside it.

    One line a fault on standard error, as file:line:column: key: what is wrong (what would be right); exit 2.
    """
    file = spec_file(spec)
    try:
        cluster = load_cluster(file)
    except InputError as error:
        if not as_json:
            raise
        print_json({"file": str(file), "valid": False, "problems": [asdict(p) for p in error.problems]})
        return Exit.USAGE
    if as_json:
        print_json({"file": str(file), "valid": True, "problems": []})
    else:
        click.echo(f"{file}: fine: {_proved(cluster)}")
    return Exit.FINE


def _proved(cluster: Cluster) -> str:
    counts = (
        (len(cluster.hosts) - len(cluster.nodes), "other machine", "s"),
        (sum(len(f.switches) for f in cluster.fabrics), "switch", "es"),
        (sum(len(f.links) for f in cluster.fabrics), "cable", "s"),
    )
    machines, switches, cables = (_many(*count) for count in counts)
    kind = "rented system" if cluster.rented else "DGX system"
    systems = f"{_many(len(cluster.nodes), kind)} with {_many(cluster.gpus, 'GPU')}"
    if cluster.rented:
        return f"{systems} and {machines}; every name and address is there once"
    return f"{systems}, {machines}, {switches} and {cables} follow from it; every name and address is there once"


def _many(count: int, noun: str, ending: str = "s") -> str:
    return f"{count:,} {noun}{'' if count == 1 else ending}"
