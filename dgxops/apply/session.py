"""What plan and apply begin with: the target, what it should have, its secrets, and SSH to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dgxops import secrets as secrets_of
from dgxops.apply import target as targets
from dgxops.apply.ansible import Connection
from dgxops.apply.runs import past_runs
from dgxops.apply.target import Target
from dgxops.errors import DgxopsError
from dgxops.model.plan import Plan, Standing
from dgxops.nodeset import fold
from dgxops.paths import ansible_root
from dgxops.plan import Desired, make_plan, read_desired
from dgxops.remote.pool import Remote
from dgxops.secrets import NAMES, Secrets

_BRING = "bring the vault file and its password from where they were created: new ones would cut nodes off"


@dataclass(frozen=True)
class Session:
    """One target, read. ``secrets`` is None where there are none yet; ``closed`` says why they could not be opened."""

    target: Target
    desired: Desired
    remote: Remote
    ansible: Path
    secrets: Secrets | None
    closed: str = ""

    @property
    def connection(self) -> Connection:
        return Connection(self.target.ssh_user, self.target.ssh_key, self.target.known_hosts)

    def plan(self, *, show_files: bool = True) -> Plan:
        return make_plan(self.desired, self.target.kind, self.remote, show_files=show_files)


def open_session(target: Target) -> Session:
    """Refuse a stale tree, read what is wanted; no node is contacted yet."""
    targets.refuse_stale(target)
    found, closed = _secrets(target)
    root = ansible_root()
    desired = read_desired(target.name, target.tree, root, found)
    return Session(target, desired, targets.pool(target, desired.inventory), root, found, closed)


def _secrets(target: Target) -> tuple[Secrets | None, str]:
    try:
        return secrets_of.load(target.secrets), ""
    except DgxopsError as error:
        return None, f"{error.message} ({error.hint})" if error.hint else error.message


def with_secrets(session: Session, plan: Plan, *, despite_unreachable: bool = False) -> tuple[Session, str]:
    """The session with secrets at hand, created now where none ever were; the text says that they were, or is empty.

    Raises:
        DgxopsError: they are there and cannot be opened, or nodes run with others, or may do so.
    """
    if session.secrets is not None:
        return session, ""
    if session.closed:
        raise DgxopsError(session.closed)
    refuse_if_in_use(session, plan, despite_unreachable=despite_unreachable)
    made = secrets_of.create(session.target.secrets)
    desired = read_desired(session.desired.cluster, session.desired.tree, session.ansible, made)
    return replace(session, secrets=made, desired=desired), f"secrets: created in {session.target.secrets.vault}"


def refuse_if_in_use(session: Session, plan: Plan, *, despite_unreachable: bool = False) -> None:
    """Raise DgxopsError where new secrets would cut off a node that runs with others, or could.

    A host that answers is believed: it runs with some when it has a ledger of a role that takes one. (A host that lost
    all of its ledgers cannot be told from a fresh machine.) A host that does not answer is taken for fresh when others
    answer and nothing says that this cluster was ever applied, that is, no host that answers has a ledger of any role
    and no run was made from here. So a dead machine does not stop a first apply, and a cluster that was applied from
    elsewhere gets no second set of secrets. With ``despite_unreachable`` all silent hosts are taken for fresh.
    """
    takers = {name for name, role in session.desired.roles.items() if any(map(role.takes, NAMES))}
    away = {host for host, _ in plan.unreachable}
    marked = [r for r in plan.roles if r.host not in away and r.standing is not Standing.NEVER]
    used = [r.host for r in marked if r.role in takers]
    if used:
        raise DgxopsError(f"there are no secrets here, but {used[0]} already runs with some", hint=_BRING)
    asked = {r.host for r in plan.roles if r.role in takers}
    if not asked & away or despite_unreachable:
        return
    if sign := _sign_of_life(session, [r.host for r in marked], answered=bool(asked - away)):
        raise DgxopsError(
            f"there are no secrets here, and {fold(asked & away)} cannot be asked whether they run with some: {sign}",
            hint=f"{_BRING}. Where that cannot be, --despite-unreachable makes new ones",
        )


def _sign_of_life(session: Session, marked: Sequence[str], *, answered: bool) -> str:
    """Why hosts that do not answer may be in use; empty when nothing says so."""
    if not answered:
        return "no host that takes one answers"
    if marked:
        return f"{marked[0]} was applied before"
    runs = past_runs(session.target.runs)
    return f"the run {runs[-1].id} was made from here" if runs else ""
