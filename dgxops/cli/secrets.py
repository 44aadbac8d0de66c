"""dgxops secrets: create and check the cluster's secrets; none is ever shown."""

from __future__ import annotations

from pathlib import Path

import click

from dgxops.cli.common import AS_JSON, DESPITE, SPEC, print_json
from dgxops.cli.plan import TARGET
from dgxops.errors import Exit


@click.group("secrets")
def command() -> None:
    """The munge key and the database password: generated once, kept encrypted, never shown."""


@command.command("create")
@SPEC
@TARGET
@DESPITE
@AS_JSON
def create(spec: Path, target: str, despite_unreachable: bool, as_json: bool) -> None:
    """Generate the secrets into an ansible-vault file; refused where nodes already run with some, or may do so."""
    from dgxops import secrets
    from dgxops.apply.session import open_session, refuse_if_in_use
    from dgxops.cli.targets import resolved

    where = resolved(spec, target)
    if not where.secrets.command and not where.secrets.vault.exists():
        session = open_session(where)
        refuse_if_in_use(session, session.plan(show_files=False), despite_unreachable=despite_unreachable)
    secrets.create(where.secrets)
    if as_json:
        print_json({"format_version": 1, "vault": str(where.secrets.vault), "password": str(where.secrets.password)})
    else:
        click.echo(f"{where.words}\nsecrets are in {where.secrets.vault} (encrypted: it may be committed)")
        click.echo(f"the password that opens it is in {where.secrets.password}: keep a copy, and never commit it")


@command.command("check")
@SPEC
@TARGET
@AS_JSON
def check(spec: Path, target: str, as_json: bool) -> int:
    """Say whether the secrets are there, can be opened, and stand nowhere in plain text."""
    from dgxops.cli.targets import resolved
    from dgxops.secrets.check import findings

    where = resolved(spec, target)
    found = findings(where.secrets, where.tree)
    if as_json:
        print_json({"format_version": 1, "findings": list(found)})
    else:
        click.echo("\n".join([where.words, *(found or ["the secrets are there and kept as they should be"])]))
    return Exit.FINDING if found else Exit.FINE
