"""dgxops netbox: make a NetBox agree with the design."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from dgxops.cli.common import AS_JSON, SPEC, load_cluster, print_json
from dgxops.errors import DgxopsError, Exit

if TYPE_CHECKING:
    from dgxops.netbox.changes import Changes, Outcome
    from dgxops.netbox.client import Client
    from dgxops.netbox.objects import Present, Ref, Wanted
    from dgxops.present.console import Console

TOKEN = "NETBOX_TOKEN"  # noqa: S105


@click.command("netbox")
@SPEC
@click.option("--url", required=True, envvar="NETBOX_URL", show_envvar=True, help="Where NetBox is.")
@click.option("--site", default="", metavar="SLUG", help="Put it into this site of NetBox, which is left as it is.")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--prune", is_flag=True, help="Also delete what carries the cluster's tag and is not in the design.")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal it is needed.")
@AS_JSON
def command(spec: Path, url: str, site: str, only_plan: bool, prune: bool, yes: bool, as_json: bool) -> int:
    """Show what NetBox lacks of SPEC, ask, and push it: sites, racks, devices, interfaces, cables, addresses.

    The API token is taken from the environment variable NETBOX_TOKEN. All that is made carries the tags dgxops and
    dgxops-<cluster>; nothing without the latter is ever changed or deleted, but for idle interfaces that NetBox deletes
    with a device. Exit 1 where something of others is in the way, or NetBox refused something.
    """
    from dgxops.netbox.client import Client
    from dgxops.netbox.wanted import wanted
    from dgxops.present.console import Console

    cluster = load_cluster(spec)
    client = Client(url, _token())
    _warn_of_plain_http(client.url)
    version = client.version()
    out = Console(highlight=False, quiet=as_json)
    out.print(f"{client.url} (NetBox {version}), cluster {cluster.name}", soft_wrap=True)
    run = Run(client, cluster.name, wanted(cluster, site), version, out)
    return run.show(prune=prune) if only_plan else run.push(prune=prune, yes=yes)


def _token() -> str:
    token = os.environ.get(TOKEN, "").strip()
    if not token or not token.isascii() or any(c.isspace() for c in token):
        what = "is no API token: it has blanks or letters that none has" if token else "is not set"
        raise DgxopsError(f"{TOKEN} {what}", hint=f"export {TOKEN}=... with a token of NetBox that may write")
    return token


def _warn_of_plain_http(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        click.echo(f"{url}: the token travels unencrypted; use https", err=True)


@dataclass(frozen=True)
class Run:
    """One use of the verb."""

    client: Client
    cluster: str
    wanted: tuple[Wanted, ...]
    version: str
    out: Console

    def show(self, *, prune: bool) -> int:
        """``--plan``."""
        changes, present = self._compared()
        goes_along = self._show(changes, present, pruning=prune)
        return self._end(changes, None, goes_along)

    def push(self, *, prune: bool, yes: bool) -> int:
        """Compare, ask, delete where that was asked for, then make what is lacking."""
        from dgxops.netbox.steps import carry_out

        changes, present = self._compared()
        goes_along = self._show(changes, present, pruning=prune)
        deleting = changes.left if prune else ()
        if not changes.pending and not deleting:
            return self._end(changes, None, goes_along)
        _agree(yes, deleting=len(deleting))
        compared = (changes, present)
        outcome = carry_out(compared, self._compared, self.wanted, self.client, _say, pruning=prune)
        return self._end(changes, outcome, goes_along)

    def _compared(self) -> tuple[Changes, Present]:
        from dgxops.netbox.diff import diff
        from dgxops.netbox.read import read

        present = read(self.client, self.wanted, self.cluster)
        return diff(self.wanted, present, self.cluster), present

    def _show(self, changes: Changes, present: Present, *, pruning: bool) -> Mapping[Ref, int]:
        from dgxops.netbox.diff import left_over_holds
        from dgxops.present import netbox as presenter

        goes_along = left_over_holds(changes, present.found.values())
        presenter.show(changes, goes_along, self.out, pruning=pruning)
        return goes_along

    def _end(self, changes: Changes, outcome: Outcome | None, goes_along: Mapping[Ref, int]) -> int:
        from dgxops.present import netbox as presenter

        if self.out.quiet:
            print_json(presenter.as_data(changes, outcome, goes_along, self.client.url, self.version))
        elif outcome:
            presenter.show_outcome(outcome, self.out)
        if outcome and outcome.stopped:
            return Exit.UNREACHABLE
        return Exit.FINDING if changes.clashes or (outcome and outcome.failures) else Exit.FINE


def _say(text: str) -> None:
    """Progress, which is no part of the answer."""
    click.echo(text, err=True)


def _agree(yes: bool, *, deleting: int) -> None:
    """Ask, unless told not to; raises where nobody is there to answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise DgxopsError("there is no terminal to ask on", hint="say --yes to push without being asked")
    question = f"Delete {deleting} and push the rest?" if deleting else "Push this?"
    click.confirm(f"\n{question}", abort=True)
