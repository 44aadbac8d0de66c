"""What plan and apply begin with: the target, what it should have, its secrets, and SSH to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dgxops import secrets as secrets_of
from dgxops.apply import target as targets
from dgxops.apply.ansible import Connection
from dgxops.apply.target import Target
from dgxops.errors import DgxopsError
from dgxops.model.plan import Plan, Standing
from dgxops.paths import ansible_root
from dgxops.plan import Desired, make_plan, read_desired
from dgxops.remote.pool import Remote
from dgxops.secrets import NAMES, Secrets


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


def with_secrets(session: Session, plan: Plan) -> tuple[Session, str]:
    """The session with secrets at hand, created now where none ever were; the text says that they were, or is empty.

    Raises:
        DgxopsError: they are there and cannot be opened, or nodes already run with others.
    """
    if session.secrets is not None:
        return session, ""
    if session.closed:
        raise DgxopsError(session.closed)
    refuse_if_in_use(session.desired, plan)
    made = secrets_of.create(session.target.secrets)
    desired = read_desired(session.desired.cluster, session.desired.tree, session.ansible, made)
    return replace(session, secrets=made, desired=desired), f"secrets: created in {session.target.secrets.vault}"


def refuse_if_in_use(desired: Desired, plan: Plan) -> None:
    """Raise DgxopsError where a node already got a role that takes a secret: new ones would cut it off."""
    takers = {name for name, role in desired.roles.items() if any(map(role.takes, NAMES))}
    away = {host for host, _ in plan.unreachable}
    used = [r.host for r in plan.roles if r.role in takers and r.standing is not Standing.NEVER and r.host not in away]
    if used:
        raise DgxopsError(
            f"there are no secrets here, but {used[0]} already runs with some",
            hint="bring the vault file and its password from where they were created; new ones would cut nodes off",
        )
