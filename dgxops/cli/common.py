"""What several verbs share: the SPEC argument, loading, and the output options."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
from pathlib import Path
from typing import Any, NoReturn

import click

from dgxops.model.cluster import Cluster

SPEC = click.argument("spec", type=click.Path(path_type=Path), metavar="SPEC")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")

DESPITE = click.option(
    "--despite-unreachable", is_flag=True, help="Make new secrets though hosts that may run with others do not answer."
)


def spec_file(path: Path) -> Path:
    """The spec's file: a folder stands for the cluster.yml in it."""
    return path / "cluster.yml" if path.is_dir() else path


def load_cluster(path: Path) -> Cluster:
    """Read, check and expand a spec.

    Raises:
        InputError: every fault of the spec and of the files beside it.
    """
    from dgxops import catalogue, spec
    from dgxops.expand import expand

    return expand(spec.load(spec_file(path)), catalogue.load())


def end_in_order() -> None:
    """Treat SIGTERM and the loss of the terminal as Ctrl-C: for verbs that start Ansible."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: object) -> NoReturn:
    if number == signal.SIGHUP:
        signal.signal(number, signal.SIG_IGN)  # the shell sends another one; a second Ctrl-C would mean "at once"
        _let_go_of_terminal()
    raise KeyboardInterrupt


def _let_go_of_terminal() -> None:
    """What is still to be said goes nowhere, instead of failing."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        with contextlib.suppress(OSError):  # closed from the start
            if stat.S_ISCHR(os.fstat(descriptor).st_mode):
                os.dup2(nowhere, descriptor)


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2))
