"""What an apply would change: plain data with a version; printing it is another package's work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FORMAT_VERSION = 1


class Cost(StrEnum):
    """What a change does to the node it is made on, from harmless to worst."""

    NONE = "none"
    RELOAD = "reload"
    RESTART = "restart"
    DRAIN = "drain"
    REBOOT = "reboot"

    @property
    def rank(self) -> int:
        return list(Cost).index(self)


class Standing(StrEnum):
    """How one role stands on one host, from "nothing to do" to "nothing known"."""

    UNCHANGED = "unchanged"
    DRIFTED = "drifted"  # its inputs are as they were, something it manages is not
    INPUTS = "inputs"  # variables, shipped files or the role itself changed since it was applied
    NEVER = "never"  # the host has no ledger of this role: never applied there, or lost
    UNKNOWN = "unknown"  # the host was not reached, or its ledger cannot be believed


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a role is not unchanged. ``kind`` is variable, shipped, role, file, unit, package, account, hostname,
    ledger or host; ``subject`` names the one thing of that kind, ``detail`` says what about it."""

    kind: str
    subject: str
    detail: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class RolePlan:
    """One role on one host."""

    host: str
    stage: str
    role: str
    standing: Standing
    reasons: tuple[Reason, ...] = ()

    @property
    def pending(self) -> bool:
        return self.standing is not Standing.UNCHANGED

    @property
    def cost(self) -> Cost:
        return worst(r.cost for r in self.reasons)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A shipped text file as one host has it against what the tree says; ``text`` is a unified diff."""

    host: str
    role: str
    path: str  # on the node
    text: str


@dataclass(frozen=True, slots=True)
class PredictedTask:
    """A task that ``ansible-playbook --check`` says would change something (or could not be predicted) on a host."""

    host: str
    stage: str
    role: str
    task: str
    status: str  # changed, failed
    message: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every role on every host of one cluster; ``unreachable`` pairs a host with the cause."""

    cluster: str
    target: str
    tree_digest: str
    stages: tuple[str, ...]
    hosts: tuple[str, ...]
    roles: tuple[RolePlan, ...]
    unreachable: tuple[tuple[str, str], ...] = ()
    diffs: tuple[FileDiff, ...] = ()
    predicted: tuple[PredictedTask, ...] | None = None  # None: check mode was not asked
    format_version: int = FORMAT_VERSION

    @property
    def pending(self) -> tuple[RolePlan, ...]:
        """What an apply would run, unreachable hosts left out: nothing can be done there."""
        away = {host for host, _ in self.unreachable}
        return tuple(r for r in self.roles if r.pending and r.host not in away)

    @property
    def changes(self) -> bool:
        """Whether anything is pending, unknown or predicted: what ``--detailed-exitcode`` answers."""
        return any(r.pending for r in self.roles) or bool(self.predicted)


def worst(costs: Iterable[Cost]) -> Cost:
    """The most severe of some costs, ``none`` of no costs."""
    return max(costs, key=lambda c: c.rank, default=Cost.NONE)
