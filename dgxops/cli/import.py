"""dgxops import: the best cluster.yml that a site's own files allow, and what they do not say."""  # noqa: N999 - the verb is called so

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from dgxops.cli.common import AS_JSON, print_json
from dgxops.errors import DgxopsError, Exit

_FILE = click.Path(path_type=Path)
_Read = TypeVar("_Read")


@click.command("import")
@click.option("--cables", type=_FILE, metavar="FILE", help="Cables, as CSV with a header: ours, Mission Control's P2P.")
@click.option("--ibnetdiscover", "fabric", type=_FILE, metavar="FILE", help="What `ibnetdiscover` printed.")
@click.option("--scontrol", type=_FILE, metavar="FILE", help="What `scontrol show node` printed.")
@click.option("--name", default="imported", show_default=True, help="Name of the cluster.")
@click.option("--platform", help="Kind of DGX system, where several fit.")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help="The cluster.yml to write.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@AS_JSON
def command(
    cables: Path | None, fabric: Path | None, scontrol: Path | None, name: str, platform: str | None,
    output: Path, force: bool, as_json: bool,
) -> int:  # fmt: skip
    """Write a cluster.yml from what a site has, build it, and say what differs from the sources (then exit 1)."""
    from dgxops.importing import cables as csv_list
    from dgxops.importing import fabric as dump
    from dgxops.importing import scontrol as slurm
    from dgxops.importing.build import best
    from dgxops.importing.facts import Sources
    from dgxops.importing.write import not_inferred

    given = [str(path) for path in (cables, fabric, scontrol) if path]
    if not given:
        raise click.UsageError("give at least one of --cables, --ibnetdiscover and --scontrol")
    _refuse_overwriting(output, force)
    joined = (*_read(cables, csv_list.parse), *_read(fabric, dump.parse))
    sources = Sources(joined, tuple(_read(scontrol, slurm.parse)))
    built = best(sources, name, ", ".join(given), platform)
    agreed, missing = built.agreed, not_inferred(built.found)
    _write(output, built.text, force)
    if as_json:
        print_json({"written": str(output), "nodes_agreeing": agreed.nodes, "cables_agreeing": agreed.cables,
                    "cables_read": agreed.cables_read, "differs": agreed.differs, "not_inferred": missing})  # fmt: skip
    else:
        click.echo(f"wrote {output}")
        click.echo(f"agree: {agreed.nodes} nodes; {agreed.cables} of {agreed.cables_read} cables read")
        _list("differs", agreed.differs)
        _list("could not be inferred", missing)
    return Exit.FINDING if agreed.differs else Exit.FINE


def _read(path: Path | None, parse: Callable[[str, str], tuple[_Read, ...]]) -> tuple[_Read, ...]:
    from dgxops.importing.text import text_of

    if path is None:
        return ()
    try:
        return parse(str(path), text_of(str(path), path.read_bytes()))
    except OSError as error:
        raise DgxopsError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None


def _refuse_overwriting(file: Path, force: bool) -> None:
    if file.exists() and not force:
        raise DgxopsError(f"{file} exists, and import overwrites nothing", hint="--force, or name another file")


def _write(file: Path, text: str, force: bool) -> None:
    """The whole file or none of it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=file.parent, prefix=".import-")
    except OSError as error:
        raise DgxopsError(f"{file} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(made).chmod(0o644)
        _refuse_overwriting(file, force)
        Path(made).replace(file)
    except OSError as error:
        raise DgxopsError(f"{file} cannot be written: {error.strerror}") from None
    finally:
        Path(made).unlink(missing_ok=True)


def _list(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        click.echo(f"{title}:")
    for line in lines:
        click.echo(f"  {line}")
