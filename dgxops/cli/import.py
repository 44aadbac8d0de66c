"""dgxops import: the best cluster.yml that a site's own files allow, and what they do not say."""  # noqa: N999 - the verb is called so

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import click

from dgxops.cli.common import AS_JSON, print_json
from dgxops.errors import DgxopsError, Exit

_FILE = click.Path(path_type=Path)
_FORCED = {
    "cables": "Cables, CSV or workbook: ours, Mission Control's P2P, UFM's.",
    "ibnetdiscover": "What `ibnetdiscover` printed, with or without -p.",
    "scontrol": "What `scontrol show node` printed.",
    "partitions": "What `scontrol show partition` printed.",
    "config": "What `scontrol show config` printed.",
    "inventory": "Ansible inventory, INI or YAML: DeepOps' groups, ours.",
    "addresses": "Addresses, as CSV with a header: ours, Omnia's.",
    "mapping": "Mapping file of UFM's Cable Validation: port,hca-name.",
}
"""Options that say what a file is; the values of detect.What."""


def _forced(function: Any) -> Any:
    for name, text in reversed(_FORCED.items()):
        option = click.option(f"--{name}", type=_FILE, multiple=True, metavar="FILE", help=text)
        function = option(function)
    return function


@click.command("import")
@click.argument("files", type=_FILE, nargs=-1, metavar="[FILE]...")
@_forced
@click.option("--name", help="Name of the cluster; without it Slurm's, or else imported.")
@click.option("--platform", help="Kind of DGX system, where the files do not say it.")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help="The cluster.yml to write.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@AS_JSON
def command(
    files: tuple[Path, ...], name: str | None, platform: str | None, output: Path, force: bool, as_json: bool,
    **forced: tuple[Path, ...],
) -> int:  # fmt: skip
    """Write a cluster.yml from what a site has, build it, and say what differs from the sources (then exit 1).

    A platform that several systems fit is left to be filled in, or said with --platform (exit 1, too).

    Each FILE is recognised by what stands in it; an option says it where that fails.
    """
    from dgxops.importing.build import best
    from dgxops.importing.detect import What, take, together
    from dgxops.importing.write import not_inferred

    wanted = [(path, None) for path in files] + [(path, What(what)) for what in _FORCED for path in forced[what]]
    if not wanted:
        raise click.UsageError("give at least one file: cables, what ibnetdiscover or scontrol printed, an inventory")
    _refuse_overwriting(output, force)
    taken = [take(str(path), _read(path), what) for path, what in wanted]
    sources = together(taken)
    built = best(sources, name or sources.settings.cluster or "imported", ", ".join(t.file for t in taken), platform)
    agreed, missing = built.agreed, not_inferred(built.found)
    _write(output, built.text, force)
    if as_json:
        print_json({"written": str(output), "read": [{"file": t.file, "as": t.what.value, "found": len(t.found)}
                    for t in taken], "nodes_agreeing": agreed.nodes, "cables_agreeing": agreed.cables,
                    "cables_read": agreed.cables_read, "differs": agreed.differs, "left_open": built.left_open,
                    "not_inferred": missing})  # fmt: skip
    else:
        _list("read", tuple(map(str, taken)))
        click.echo(f"wrote {output}")
        click.echo(f"agree: {agreed.nodes} nodes; {agreed.cables} of {agreed.cables_read} cables read")
        if built.left_open:
            click.echo(f"not valid yet: fill in what it leaves open (compared as if it were {built.kind.system.id})")
        _list("differs", agreed.differs)
        _list("could not be inferred", missing)
    return Exit.FINDING if agreed.differs or built.left_open else Exit.FINE


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
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
