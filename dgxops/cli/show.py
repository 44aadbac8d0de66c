"""dgxops show: the cluster on one screen, or what the catalogue knows of DGX systems."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, load_cluster, print_json
from dgxops.errors import DgxopsError


@click.command("show")
@click.argument("spec", metavar="SPEC")
@click.argument("name", metavar="[ID]", required=False)
@AS_JSON
def command(spec: str, name: str | None, as_json: bool) -> None:
    """Summarise the cluster that SPEC (a cluster.yml, or its folder) describes.

    `dgxops show systems` lists the DGX systems of the catalogue, `dgxops show system ID` shows one of them, such as
    dgx-h100. A folder called systems is ./systems.
    """
    if spec == "system":
        _system(name, as_json)
    elif name is not None:
        raise click.UsageError(f"Got unexpected extra argument ({name})")
    elif spec == "systems":
        _systems(as_json)
    else:
        _cluster(Path(spec), as_json)


def _cluster(spec: Path, as_json: bool) -> None:
    from dgxops.render.summary import summary

    data = summary(load_cluster(spec))
    if as_json:
        print_json(data)
        return
    from dgxops.present.show import show

    show(data)


def _systems(as_json: bool) -> None:
    from dgxops import catalogue
    from dgxops.present import systems

    found = systems.ordered(catalogue.load().systems.values())
    if as_json:
        print_json({"format_version": 1, "systems": [systems.row(s) for s in found]})
        return
    systems.show(found)


def _system(name: str | None, as_json: bool) -> None:
    if name is None:
        raise DgxopsError("which system?", hint="dgxops show systems lists them; a folder of that name is ./system")
    from dgxops import catalogue
    from dgxops.present import system as screen

    known = catalogue.load()
    system = known.system(name)
    architectures = tuple(a.id for a in known.architectures.values() if system.id in a.systems)
    if as_json:
        print_json({"format_version": screen.FORMAT_VERSION, **screen.data(system, architectures)})
        return
    screen.show(system, architectures)
