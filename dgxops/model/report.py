"""What came of a run, as a tree of results; "failed" and "changed" are defined once a level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dgxops.errors import Exit

FORMAT_VERSION = 1


class Outcome(StrEnum):
    """What became of one role on one host."""

    OK = "ok"  # ran to its end and changed nothing
    CHANGED = "changed"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    UNTOUCHED = "untouched"  # was asked for and did not run to its end: never a success


@dataclass(frozen=True, slots=True)
class RoleResult:
    """One role on one host. ``asked``: the plan wanted it; otherwise it only ran beside others of its stage."""

    host: str
    role: str
    outcome: Outcome
    changed_tasks: int = 0
    asked: bool = True

    @property
    def good(self) -> bool:
        return self.outcome in (Outcome.OK, Outcome.CHANGED)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed on one host. ``role`` and ``task`` are empty where it was not a task of a role."""

    host: str
    role: str
    task: str
    message: str


@dataclass(frozen=True, slots=True)
class StageResult:
    """One stage. ``seconds`` is its wall time."""

    name: str
    roles: tuple[RoleResult, ...]
    failures: tuple[Failure, ...]
    seconds: float

    def hosts(self, *outcomes: Outcome) -> tuple[str, ...]:
        return tuple(dict.fromkeys(r.host for r in self.roles if r.outcome in outcomes))


@dataclass(frozen=True, slots=True)
class Report:
    """One run. ``unreachable`` pairs each host that could not be reached at some time with the cause."""

    run: str
    cluster: str
    target: str
    hosts: tuple[str, ...]
    stages: tuple[StageResult, ...]
    unreachable: tuple[tuple[str, str], ...]
    seconds: float
    cancelled: bool = False
    format_version: int = FORMAT_VERSION

    @property
    def results(self) -> tuple[RoleResult, ...]:
        return tuple(r for stage in self.stages for r in stage.roles)

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(f for stage in self.stages for f in stage.failures)

    @property
    def changed(self) -> tuple[str, ...]:
        """Hosts on which any task changed something."""
        return hosts_with(self.results, Outcome.CHANGED)

    @property
    def failed(self) -> tuple[str, ...]:
        """Hosts on which a role failed, or did not run though it was asked for."""
        return hosts_with(self.results, Outcome.FAILED, Outcome.UNTOUCHED)

    @property
    def exit(self) -> Exit:
        """A cancelled run, a failure, hosts away, or fine: the first that holds."""
        if self.cancelled:
            return Exit.CANCELLED
        if self.failed or self.failures:
            return Exit.FINDING
        return Exit.UNREACHABLE if self.unreachable else Exit.FINE


def hosts_with(results: Iterable[RoleResult], *outcomes: Outcome) -> tuple[str, ...]:
    """Hosts that have a result of one of these kinds, each once."""
    return tuple(dict.fromkeys(r.host for r in results if r.outcome in outcomes))
