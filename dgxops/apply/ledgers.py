"""What each node is to remember: before a stage that a run is about to act, after it what every whole role left."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from dgxops.apply.events import Tally, Thing
from dgxops.plan.compare import Wanted
from dgxops.plan.desired import Desired
from dgxops.plan.roles import RoleSource
from dgxops.remote.node_program import FORMAT_VERSION
from dgxops.remote.pool import Request

SECRET_WATCHED = ["state", "mode", "owner", "group", "content"]


def begin_requests(roles: Iterable[tuple[str, str]], run: str) -> dict[str, Request]:
    """For each host of these (host, role) pairs, the mark that ``run`` is about to act."""
    by_host: dict[str, list[str]] = {}
    for host, role in roles:
        by_host.setdefault(host, []).append(role)
    return {host: {"action": "begin", "roles": names, "run": run} for host, names in by_host.items()}


def record_requests(whole: Iterable[Wanted], tally: Tally, desired: Desired, run: str) -> dict[str, Request]:
    """For each host the ledgers of the roles that ran to their end there."""
    by_host: dict[str, list[dict[str, Any]]] = {}
    for wanted in whole:
        things = tally.roles[wanted.host, wanted.role].things.values()
        hidden = _hidden(desired.roles[wanted.role], desired.inventory.variables[wanted.host])
        ledger = _ledger(wanted, [*things, *hidden], desired.cluster, run)
        by_host.setdefault(wanted.host, []).append(ledger)
    return {host: {"action": "record", "ledgers": ledgers} for host, ledgers in by_host.items()}


def _hidden(source: RoleSource, variables: Mapping[str, Any]) -> list[Thing]:
    """Files whose tasks tell nothing: the role's source names them, and the node salts what they hold."""
    paths = source.secret_files(variables)
    return [{"kind": "file", "name": path, "watched": SECRET_WATCHED, "secret": True} for path in paths]


def _ledger(wanted: Wanted, things: list[Thing], cluster: str, run: str) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {
        "format_version": FORMAT_VERSION,
        "cluster": cluster,
        "host": wanted.host,
        "role": wanted.role,
        "run": run,
        "salt": salt,
        "inputs": wanted.inputs.as_ledger(salt),
        "things": things,
    }
