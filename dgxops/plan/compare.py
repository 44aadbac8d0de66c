"""Desired inputs x what the nodes said -> how each role stands on each host. Pure.

What a node says is data from outside: anything missing or odd in it is "unknown", never "unchanged".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dgxops.model.plan import Reason, RolePlan, Standing
from dgxops.plan.costs import cost_of, cost_of_all, worst_of
from dgxops.plan.inputs import Inputs

Said = Mapping[str, Any]
NO_LEDGER = "was never applied here, or its ledger is lost"  # nothing can tell such a host from a fresh machine
STATES = {"active": "is running", "inactive": "is stopped", "failed": "has failed", "missing": "is not there"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One role that a host should have, and from what."""

    host: str
    stage: str
    role: str
    inputs: Inputs


def standing(wanted: Wanted, cluster: str, said: Said) -> RolePlan:
    """How one role stands on a host that answered the look with ``said``."""
    ledger = said.get("roles", {}).get(wanted.role)
    if ledger is None:
        cost = cost_of_all(wanted.role, wanted.inputs.variables)
        return _plan(wanted, Standing.NEVER, Reason("ledger", wanted.role, NO_LEDGER, cost))
    try:
        distrust = _distrust(wanted, cluster, ledger)
        if distrust:
            return unknown(wanted, "ledger", distrust)
        return _known(wanted, ledger)
    except (KeyError, TypeError, AttributeError, ValueError):
        return unknown(wanted, "ledger", "the node's answer makes no sense")


def unknown(wanted: Wanted, kind: str, why: str) -> RolePlan:
    """Nothing can be said: it counts as the role's worst cost."""
    return _plan(wanted, Standing.UNKNOWN, Reason(kind, wanted.role, why, worst_of(wanted.role)))


def _plan(wanted: Wanted, how: Standing, *reasons: Reason) -> RolePlan:
    return RolePlan(wanted.host, wanted.stage, wanted.role, how, reasons)


def _distrust(wanted: Wanted, cluster: str, ledger: Said) -> str:
    """Why a ledger cannot be believed; empty when it can."""
    if ledger.get("begun"):
        return f"run {ledger['begun']} began it here and did not finish"
    if ledger["fault"]:
        return str(ledger["fault"])
    if (ledger["cluster"], ledger["host"]) != (cluster, wanted.host):
        return f"the ledger is that of {ledger['host']} of {ledger['cluster']}"
    return ""


def _known(wanted: Wanted, ledger: Said) -> RolePlan:
    changed = tuple(_input_reasons(wanted, ledger))
    drifted = tuple(_drift(wanted.role, thing) for thing in ledger["changed"])
    how = Standing.INPUTS if changed else Standing.DRIFTED if drifted else Standing.UNCHANGED
    return _plan(wanted, how, *sorted({*changed, *drifted}))


def _input_reasons(wanted: Wanted, ledger: Said) -> Iterator[Reason]:
    now, then = wanted.inputs.as_ledger(str(ledger["salt"])), ledger["inputs"]
    if now["digest"] == then["digest"]:
        return
    named = [
        Reason(kind, name, what, cost_of(wanted.role, kind, name))
        for kind, part in (("variable", "variables"), ("shipped", "files"), ("secret", "secrets"))
        for name, what in _changes(then[part], now[part])
    ]
    yield from named
    if now["role"] != then["role"] or not named:
        cost = cost_of_all(wanted.role, wanted.inputs.variables)
        yield Reason("role", wanted.role, "the role itself changed", cost)


def _changes(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(then.keys() | now.keys()):
        if name not in then:
            yield name, "new"
        elif name not in now:
            yield name, "gone"
        elif then[name] != now[name]:
            yield name, "changed"


def _drift(role: str, thing: Said) -> Reason:
    kind, name = str(thing["kind"]), str(thing["name"])
    kind = "account" if kind in ("user", "group") else kind
    return Reason(kind, name, "; ".join(_what(kind, thing["was"], thing["now"])), cost_of(role, kind, name))


def _what(kind: str, was: Said, now: Said) -> list[str]:
    """What happened to a thing, in words."""
    if now.get("state") == "absent":
        return ["is gone"]
    if was.get("state") == "absent":
        return ["is back"]
    fields = [f for f in sorted(was.keys() | now.keys()) if was.get(f) != now.get(f)]
    return [_field(kind, f, was.get(f), now.get(f)) for f in fields] or ["edited on the node"]


def _field(kind: str, field: str, was: object, now: object) -> str:
    if field == "content":
        return "edited on the node"
    if field == "active":
        return STATES.get(str(now), f"is {now}")
    if field == "enabled":
        return f"is {now or 'no longer enabled'}"
    if field == "version" and (was is None or now is None):
        return "was removed" if now is None else f"was installed ({now})"
    return f"{field} {was or 'none'} -> {now or 'none'}"
