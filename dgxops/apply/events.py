"""What the callback plugin writes, read back as it grows, and summed up by host and role."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dgxops.model.report import Failure, Outcome

Event = dict[str, Any]
Thing = dict[str, Any]
TORN: Event = {"event": "torn"}  # stands for a line that was lost: the disk was full, or the writer was killed


@dataclass
class Tail:
    """Reads whole lines as a file grows; a line that is not yet whole waits, one that makes no sense is TORN."""

    path: Path
    _offset: int = 0

    @classmethod
    def at_end(cls, path: Path) -> Tail:
        """Only what is still to be written."""
        return cls(path, path.stat().st_size if path.exists() else 0)

    def new(self) -> Iterator[Event]:
        """Events written since the last call."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._offset += len(line)
                yield _event(line)


def _event(line: bytes) -> Event:
    try:
        event = json.loads(line)
    except ValueError:
        return TORN
    return event if isinstance(event, dict) and "event" in event else TORN


@dataclass
class RoleTally:
    """One role on one host, so far."""

    changed: int = 0
    failed: bool = False
    things: dict[tuple[str, str], Thing] = field(default_factory=dict)


@dataclass
class Tally:
    """Everything that one ansible-playbook run said. ``stats`` is None until it came to its end; ``torn`` says that
    something it said was lost."""

    roles: dict[tuple[str, str], RoleTally] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)
    predicted: list[Event] = field(default_factory=list)
    stats: dict[str, dict[str, int]] | None = None
    torn: bool = False

    def add(self, event: Event) -> None:
        """Take one event into account; kinds that are not known are of no account."""
        if event["event"] == "host":
            self._host(event)
        elif event["event"] == "stats":
            self.stats = event["hosts"]
        elif event == TORN:
            self.torn = True

    def _host(self, event: Event) -> None:
        status, host = event["status"], event["host"]
        if status == "unreachable":
            self.unreachable.setdefault(host, last_line(event.get("message", "")))
        if event["role"]:
            self._role(event, self.roles.setdefault((host, event["role"]), RoleTally()))
        if status == "failed" and not event.get("ignored"):
            self.failures.append(failure(event))
        if event["check"] and status in ("changed", "failed"):
            self.predicted.append(event)

    def _role(self, event: Event, tally: RoleTally) -> None:
        tally.changed += event["status"] == "changed"
        tally.failed |= event["status"] == "failed" and not event.get("ignored")
        for thing in event.get("things", ()):
            key = (thing["kind"], thing["name"])
            tally.things[key] = merged(tally.things.get(key), thing)

    def outcome(self, host: str, role: str) -> Outcome:
        """What became of a role on a host, judged by events and statistics, never by an exit code.

        A role is whole when the run came to its end, all that it said was heard, the host stayed reachable and none of
        the role's tasks failed for good; handlers run on failed hosts too (force_handlers), so another role's failure
        does not undo it.
        """
        tally = self.roles.get((host, role))
        if host in self.unreachable:
            return Outcome.UNREACHABLE
        if tally is None or self.stats is None or host not in self.stats:
            return Outcome.UNTOUCHED
        if tally.failed and self.stats[host]["failures"]:
            return Outcome.FAILED
        if self.torn:
            return Outcome.UNTOUCHED
        return Outcome.CHANGED if tally.changed else Outcome.OK

    def real_failures(self) -> tuple[Failure, ...]:
        """Failures of hosts that did not recover by a rescue."""
        stats = self.stats or {}
        return tuple(f for f in self.failures if stats.get(f.host, {}).get("failures", 1))


def merged(earlier: Thing | None, later: Thing) -> Thing:
    """Two tasks about one thing: all that either watches; what the later says about the content holds."""
    if earlier is None:
        return later
    watched = list(dict.fromkeys([*earlier["watched"], *later["watched"]]))
    keeps = "content" not in later["watched"]
    said = {**earlier.get("said", {}), **later.get("said", {})} if keeps else later.get("said", {})
    return {**earlier, **later, "watched": watched, "said": said}


def failure(event: Event) -> Failure:
    """A failed event as a cause that a person can read."""
    message = "the task hides its output (no_log)" if event.get("hidden") else event.get("message", "")
    return Failure(event["host"], event["role"] or "", event["task"], message)


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no cause was given"


def tallied(events: Iterable[Event]) -> Tally:
    """The sum of events that are all there."""
    tally = Tally()
    for event in events:
        tally.add(event)
    return tally
