"""The command line: verbs are loaded when they are used, errors become a message and an exit code here only."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import Any

import click

from dgxops import __version__
from dgxops.errors import DgxopsError, Exit
from dgxops.paths import ansible_root

VERBS = {
    "init": "Write a commented cluster.yml from a few answers.",
    "import": "Write a cluster.yml from cable lists, ibnetdiscover and Slurm.",
    "validate": "Name every fault of a spec, with its place.",
    "schema": "Print the JSON Schema of cluster.yml.",
    "show": "Summarise the cluster that a spec describes; list known systems.",
    "render": "Write every file that follows from a spec.",
    "check": "Prove offline what follows from a spec.",
    "plan": "Show what an apply would change, and what it costs.",
    "apply": "Make the machines what the spec says.",
    "verify": "Hold the live cluster against its design.",
    "runs": "List and show past runs.",
    "netbox": "Make a NetBox agree with the design.",
    "secrets": "Create and check the cluster's secrets.",
    "lab": "The cluster in miniature on this machine.",
}


class ReaderGone(Exception):
    """Standard output was closed; not an OSError, which click would answer with a failure."""


class LazyVerbs(click.Group):
    """A group whose commands live in ``dgxops.cli.<verb>`` and are imported only when named."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"dgxops.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""Errors of output that is full or gone."""


def _print_ansible_root(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(ansible_root())
        ctx.exit()


@click.group(cls=LazyVerbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dgxops")
@click.option(
    "--ansible-root",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_ansible_root,
    help="Print the folder that holds playbooks/ and roles/, and exit.",
)
def cli() -> None:
    """NVIDIA DGX SuperPODs from one file: derive, prove, plan, apply, verify, rehearse."""


def main() -> None:
    """Entry point: one exit code per meaning, see ``dgxops.errors.Exit``."""
    try:
        outcome = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(Exit.CANCELLED)
    except KeyboardInterrupt:
        sys.exit(Exit.CANCELLED)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except DgxopsError as error:
        click.echo(_text(error), err=True)
        sys.exit(error.exit)
    except (ReaderGone, BrokenPipeError):
        _print_no_more()
        sys.exit(Exit.FINE)
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        _print_no_more()
        click.echo(f"the output cannot be written: {(error.strerror or str(error)).lower()}", err=True)
        sys.exit(Exit.ENVIRONMENT)
    sys.exit(outcome if isinstance(outcome, int) else Exit.FINE)


def _print_no_more() -> None:
    """What Python would still write as it ends goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _text(error: DgxopsError) -> str:
    return f"{error.message}\n  {error.hint}" if error.hint else error.message
