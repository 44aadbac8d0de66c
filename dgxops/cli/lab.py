"""dgxops lab: the cluster in miniature on this machine."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, SPEC, print_json, spec_file
from dgxops.errors import DgxopsError, Exit

LAB = click.option("--lab", metavar="CLUSTER", help="Which lab, where several are up.")
NODES = click.argument("nodes", metavar="NODES")
SECONDS = click.option("--timeout", default=120.0, show_default=True, help="Seconds until every machine must answer.")


@click.group("lab")
def command() -> None:
    """The cluster in miniature: systemd-nspawn machines with the names and addresses of a spec.

    GPUs are stand-ins: device nodes with the right names, and no hardware behind them.
    """


class Clock:
    """Says what happens and how long after the start."""

    def __init__(self, *, quiet: bool) -> None:
        self._start, self._quiet = time.monotonic(), quiet

    def say(self, text: str) -> None:
        if not self._quiet:
            click.echo(f"{time.monotonic() - self._start:5.1f} s  {text}")


@command.command("up")
@SPEC
@click.option("--nodes", type=click.IntRange(min=1), help="Boot only the first N DGX systems.")
@click.option("--base", type=click.Choice(["debian-13", "ubuntu-24.04"]), default="debian-13", show_default=True)
@click.option("--mirror", metavar="URL", help="Package archive of the base system, instead of this host's own.")
@click.option("--fresh", is_flag=True, help="Forget what the machines hold: boot them as if for the first time.")
@click.option("--rebuild-base", "rebuild", is_flag=True, help="Build the base system anew, with today's packages.")
@SECONDS
@AS_JSON
def up(
    spec: Path, nodes: int | None, base: str, mirror: str | None, fresh: bool, rebuild: bool, timeout: float,
    as_json: bool,
) -> None:  # fmt: skip
    """Boot the machines of SPEC that are not running yet and wait until all let one in."""
    from dataclasses import replace

    from dgxops.lab.tree import wish_for
    from dgxops.lab.up import up as bring_up

    wish = wish_for(spec_file(spec), nodes, base, mirror, fresh=fresh, rebuild=rebuild)
    lab = bring_up(replace(wish, login_seconds=timeout), Clock(quiet=as_json).say)
    if as_json:
        _print_status(lab.cluster)


@command.command("down")
@click.argument("spec", required=False, metavar="[SPEC]")
@click.option("--all", "everything", is_flag=True, help="Every lab of this machine.")
@AS_JSON
def down(spec: str | None, everything: bool, as_json: bool) -> None:
    """Take away the lab of SPEC (or the only one) and put back what it changed on this machine."""
    from dgxops.lab import choose, state
    from dgxops.lab.down import down as take_down

    labs = state.labs() if everything else (choose.lab_of_spec(spec) if spec else choose.lab_named(None),)
    clock = Clock(quiet=as_json)
    for lab in labs:
        take_down(lab, clock.say)
    if as_json:
        print_json({"version": 1, "down": [lab.cluster for lab in labs]})


@command.command("status")
@click.argument("spec", required=False, metavar="[SPEC]")
@AS_JSON
def status(spec: str | None, as_json: bool) -> int:
    """The lab of SPEC, or every lab of this machine: its machines folded by role and state; exit 1 when one is dead."""
    from dgxops.lab import choose, state
    from dgxops.lab.status import Power, status_data
    from dgxops.present import lab as present

    data = status_data((choose.lab_of_spec(spec),) if spec else state.labs())
    if as_json:
        print_json(data)
    else:
        present.show(data)
    well = all(m["state"] == Power.UP for lab in data["labs"] for m in lab["machines"])
    return Exit.FINE if well else Exit.FINDING


def _print_status(cluster: str) -> None:
    from dgxops.lab import choose
    from dgxops.lab.status import status_data

    print_json(status_data([choose.lab_named(cluster)]))


def _say(cluster: str, text: str, as_json: bool) -> None:
    if as_json:
        _print_status(cluster)
    else:
        click.echo(text)


@command.command("ssh", context_settings={"ignore_unknown_options": True})
@click.argument("node")
@click.argument("argv", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@LAB
def ssh(node: str, argv: tuple[str, ...], lab: str | None) -> None:
    """Log in to NODE, or run a command there; host keys are checked.

    The login user is site.ssh_user of the spec, the one that Ansible is, and sudo works without a password.
    """
    from dgxops.lab import choose
    from dgxops.lab.needs import require_root
    from dgxops.lab.remote import ssh_command

    require_root()
    where, machines = choose.machines_named(node, lab)
    words = ssh_command(where, choose.one(machines, node), argv)
    os.execvp(words[0], words)  # noqa: S606


@command.command("logs")
@click.argument("node")
@click.option("--follow", "-f", is_flag=True, help="Go on printing what is added.")
@LAB
def logs(node: str, follow: bool, lab: str | None) -> None:
    """Print what NODE's console said since the lab came up."""
    from dgxops.lab import choose
    from dgxops.lab.boot import console_log

    where, machines = choose.machines_named(node, lab)
    path = console_log(where, choose.one(machines, node))
    if not path.exists():
        raise DgxopsError(f"{node} was never booted")
    words = ["tail", "-n", "+1", *(["-F"] if follow else []), str(path)]
    os.execvp(words[0], words)  # noqa: S606


@command.command("kill")
@NODES
@LAB
@AS_JSON
def kill(nodes: str, lab: str | None, as_json: bool) -> None:
    """Cut the power of NODES (folded, e.g. "dgx-[002-003]"); their disks keep what was written."""
    from dgxops.lab import choose, power

    where, machines = choose.machines_named(nodes, lab)
    power.kill(where, machines)
    _say(where.cluster, f"{nodes}: dead (dgxops lab start {nodes} boots again)", as_json)


@command.command("start")
@NODES
@LAB
@SECONDS
@AS_JSON
def start(nodes: str, lab: str | None, timeout: float, as_json: bool) -> None:
    """Boot NODES that are dead, with the disks they had."""
    from dgxops.lab import choose, power

    where, machines = choose.machines_named(nodes, lab)
    power.start(where, machines, timeout)
    _say(where.cluster, f"{nodes}: up", as_json)


@command.command("reset")
@NODES
@LAB
@SECONDS
@AS_JSON
def reset(nodes: str, lab: str | None, timeout: float, as_json: bool) -> None:
    """Kill NODES, forget all they ever wrote, boot them: pristine machines with the same host keys.

    The folder that the heads share stays, as a file server would keep it; lab up --fresh empties it.
    """
    from dgxops.lab import choose, power

    where, machines = choose.machines_named(nodes, lab)
    power.reset(where, machines, timeout)
    _say(where.cluster, f"{nodes}: up, as new", as_json)


@command.command("clean")
@AS_JSON
def clean(as_json: bool) -> None:
    """Remove cached base systems that no lab uses, and downloaded packages."""
    from dgxops.lab import cache, state
    from dgxops.lab.lock import exclusive
    from dgxops.lab.needs import require_root

    require_root()
    with exclusive():
        gone = cache.clean({lab.image for lab in state.labs()})
    if as_json:
        print_json({"version": 1, "removed": [str(p) for p in gone]})
        return
    click.echo("removed " + ", ".join(str(p) for p in gone) if gone else "nothing to remove")
