"""dgxops schema: what may be written in cluster.yml, as JSON Schema."""

from __future__ import annotations

import click

from dgxops.cli.common import print_json


@click.command("schema")
@click.option("--json", "as_json", is_flag=True, help="Accepted for symmetry: the schema is JSON.")
def command(as_json: bool) -> None:
    """Print the JSON Schema of cluster.yml.

    Editors complete and check a spec with it: save it beside the spec and let the first line of cluster.yml be

    # yaml-language-server: $schema=cluster.schema.json
    """
    from dgxops.spec.json_schema import json_schema

    print_json(json_schema())
