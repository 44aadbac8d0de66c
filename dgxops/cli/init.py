"""dgxops init: a few questions, and a commented cluster.yml that validates."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, print_json
from dgxops.errors import DgxopsError, Problem

_QUESTIONS = {
    "name": "Name of the cluster",
    "domain": "DNS domain of its hosts",
    "platform": "Kind of DGX system",
    "architecture": "Reference architecture",
    "scalable_units": "Scalable units",
    "nodes": "How many systems",
    "management": "In-band subnet",
    "oob": "Out-of-band subnet (BMCs, switches)",
}
"""What is asked on a terminal, in this order; everything else has an option and a default."""

_ADMIN_HELP = "A person who may log in, and the file of their public keys; repeatable."


@click.command("init")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write FILE instead of DIR/cluster.yml."
)
@click.option("--name", help="Name of the cluster.  [default: that of DIR, or pod1]")
@click.option("--domain", help="DNS domain of its hosts.  [default: NAME.internal]")
@click.option("--platform", help="Kind of DGX system.  [default: dgx-h100]")
@click.option("--architecture", help="Reference architecture, where the platform has several, such as b300-xdr.")
@click.option("--scalable-units", metavar="N|none", help="Scalable units, or none: a plain group.  [default: 1]")
@click.option("--nodes", metavar="N", help="Populate only the first N positions.  [default: all]")
@click.option("--fabric", metavar="KIND", help="Of a plain group: none, direct or a switch model.  [default: none]")
@click.option("--management", metavar="SUBNET", help="In-band subnet.  [default: 10.10.0.0/21]")
@click.option("--oob", metavar="SUBNET", help="Out-of-band subnet.  [default: 10.20.0.0/16]")
@click.option("--head", metavar="N", help="Head nodes.  [default: 2]")
@click.option("--login", metavar="N", help="Login nodes.  [default: 2]")
@click.option("--timezone", help="Time zone.  [default: UTC]")
@click.option("--mirror", metavar="URL", help="Package mirror of the site.  [default: none]")
@click.option("--admin", "admins", multiple=True, metavar="NAME=FILE", help=_ADMIN_HELP)
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take the default where no option says otherwise.")
@AS_JSON
def command(
    folder: Path | None, output: Path | None, admins: tuple[str, ...], yes: bool, as_json: bool, **options: str | None
) -> None:
    """Write DIR/cluster.yml (without DIR: inventories/NAME/cluster.yml) from a few answers.

    On a terminal it asks what no option says. It never overwrites a file.
    """
    from dgxops.spec.first import first_spec

    given = {**_suggested(folder), **{key: value for key, value in options.items() if value is not None}}
    people = dict(_person(admin) for admin in admins)
    file = output or (folder / "cluster.yml" if folder else None)
    _refuse_overwriting(file)
    if not yes:
        _refuse_faults(first_spec(given, people), only={*given, "admins"})
    answers = given if yes else _asked(given, {key for key, value in options.items() if value is not None})
    text = first_spec(answers, people)
    _refuse_faults(text)
    file = file or Path("inventories") / answers["name"] / "cluster.yml"
    _write_new(file, text)
    _tell(file, as_json)


def _suggested(folder: Path | None) -> dict[str, str]:
    """The name that a folder suggests."""
    from dgxops.spec.first import fitting_name

    return {"name": fitting_name(folder.resolve().name if folder else "")}


def _person(admin: str) -> tuple[str, list[str]]:
    name, _, file = admin.partition("=")
    if not name or not file:
        raise DgxopsError(f"--admin {admin}: wants NAME=FILE", hint="FILE holds OpenSSH public keys, one a line")
    try:
        lines = Path(file).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise DgxopsError(f"--admin {admin}: {file} cannot be read", hint=(why or "").lower()) from None
    return name, [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _asked(suggested: Mapping[str, str], given: Collection[str]) -> dict[str, str]:
    """The answers with those to the questions that no option answers, each checked as it is given."""
    if not sys.stdin.isatty():
        raise DgxopsError(
            "there is no terminal to ask on", hint="--yes: take the default where no option says otherwise"
        )
    from dgxops.spec.first import asked, default_of

    answers = dict(suggested)
    for key, question in _QUESTIONS.items():
        if key not in given and asked(key, answers):
            question = _with_choices(key, question, answers)
            answers[key] = click.prompt(question, default=default_of(key, answers), value_proc=_check(key, answers))
    return answers


def _with_choices(key: str, question: str, answers: Mapping[str, str]) -> str:
    from dgxops.spec.first import architectures

    return f"{question} ({' or '.join(architectures(answers['platform']))})" if key == "architecture" else question


def _check(key: str, answers: Mapping[str, str]) -> Callable[[str], str]:
    """A check of one answer beside those before it, for click to ask again when it fails."""
    from dgxops.spec.first import faults, first_spec

    def check(value: str) -> str:
        value = value.strip()
        if wrong := faults(first_spec({**answers, key: value}, {}), {key}):
            raise click.UsageError(_said(wrong[0]))
        return value

    return check


def _refuse_faults(text: str, only: Collection[str] | None = None) -> None:
    from dgxops.spec.first import as_option, faults

    if found := faults(text, only):
        lines = dict.fromkeys(f"{as_option(p.path)}: {_said(p)}" for p in found)  # a bad key file is said once
        raise DgxopsError("\n".join(lines))


def _said(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _refuse_overwriting(file: Path | None) -> None:
    if file and file.exists():
        raise DgxopsError(f"{file} exists, and init overwrites nothing", hint="edit it, or name another folder")


def _write_new(file: Path, text: str) -> None:
    _refuse_overwriting(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise DgxopsError(f"{file} cannot be written: {error.strerror}") from None


def _tell(file: Path, as_json: bool) -> None:
    if as_json:
        print_json({"written": str(file)})
        return
    click.echo(f"wrote {file}")
    word = shlex.quote(str(file))
    click.echo(f"next: read it, then `dgxops validate {word}` and `dgxops show {word}`")
