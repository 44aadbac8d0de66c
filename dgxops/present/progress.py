"""A run while it goes on: a small table that stays in place on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.live import Live
from rich.text import Text

from dgxops.apply.events import failure, last_line
from dgxops.model.report import StageResult
from dgxops.nodeset import fold
from dgxops.present.console import Console
from dgxops.present.report import cause, duration

PLAIN_SECONDS = 30.0


@dataclass
class RoleState:
    """One role of the stage that runs, so far."""

    seen: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)


@dataclass
class StageState:
    """The stage that runs, so far."""

    name: str = ""
    hosts: tuple[str, ...] = ()
    roles: dict[str, RoleState] = field(default_factory=dict)
    role: str = ""
    task: str = ""
    started: float = field(default_factory=time.monotonic)

    def add(self, event: dict[str, Any]) -> None:
        if event["event"] == "task":
            self.role, self.task = event["role"] or "", event["task"]
        elif event["event"] == "host" and event["role"] in self.roles:
            state = self.roles[event["role"]]
            state.seen.add(event["host"])
            if event["status"] == "changed":
                state.changed.add(event["host"])
            if event["status"] in ("failed", "unreachable") and not event.get("ignored"):
                state.failed.add(event["host"])


class Plain:
    """One line when something happens; no colours, no cursor: for logs."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.state = StageState()
        self._said = time.monotonic()

    def note(self, text: str) -> None:
        self.say(text)

    def say(self, text: str) -> None:
        self._said = time.monotonic()
        self.console.print(Text(text), soft_wrap=True)

    def stage(self, name: str, hosts: tuple[str, ...], roles: tuple[str, ...]) -> None:
        self.state = StageState(name, hosts, {role: RoleState() for role in roles})
        self.say(f"{name}: {', '.join(roles)} on {fold(hosts)} ({len(hosts)})")

    def event(self, event: dict[str, Any]) -> None:
        before = self.state.role
        self.state.add(event)
        if self.state.role != before and self.state.role in self.state.roles:
            self.say(f"{self._clock()}  {self.state.name}: {self.state.role}")
        for line in troubles(event):
            self.say(line)

    def tick(self) -> None:
        if time.monotonic() - self._said > PLAIN_SECONDS:
            self.say(f"{self._clock()}  {self.state.name}: {self.state.role}: {self.state.task}")

    def ended(self, result: StageResult) -> None:
        self.say(f"{result.name}: ended after {duration(result.seconds)}")

    def _clock(self) -> str:
        return f"{duration(time.monotonic() - self.state.started):>12}"


class Screen(Plain):
    """The stage that runs as a table in place; failures scroll by above it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live: Live | None = None

    def stage(self, name: str, hosts: tuple[str, ...], roles: tuple[str, ...]) -> None:
        self.close()
        self.state = StageState(name, hosts, {role: RoleState() for role in roles})
        self._live = Live(get_renderable=self.picture, console=self.console, refresh_per_second=4, transient=True)
        self._live.start()

    def event(self, event: dict[str, Any]) -> None:
        self.state.add(event)
        for line in troubles(event):
            self.console.print(Text(line, style="red"))

    def tick(self) -> None:
        pass

    def ended(self, result: StageResult) -> None:
        self.close()

    def close(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def picture(self) -> Text:
        """The table as it is now."""
        state = self.state
        head = f"{state.name}  {len(state.hosts)} hosts  {duration(time.monotonic() - state.started)}\n"
        picture = Text(head, style="bold")
        for name, role in state.roles.items():
            picture.append_text(self._line(name, role))
        return picture

    def _line(self, name: str, role: RoleState) -> Text:
        now = name == self.state.role
        line = Text(f"  {'>' if now else ' '} {name:<17}", style="bold" if now else "")
        line.append(f"{len(role.seen):>5} hosts", style="" if role.seen else "dim")
        line.append(f"{len(role.changed):>5} changed", style="green" if role.changed else "dim")
        line.append(f"  failed {fold(role.failed)}" if role.failed else "", style="red")
        line.append(f"  {self.state.task}" if now else "", style="dim")
        line.truncate(max(20, self.console.width - 1), overflow="ellipsis")
        return line.append("\n")


def troubles(event: dict[str, Any]) -> Iterator[str]:
    """What an operator must know at once: a host that failed or went away, with the cause."""
    if event["event"] != "host" or event.get("ignored"):
        return
    if event["status"] == "failed":
        first = (failure(event).message.splitlines() or [""])[0]
        yield f"failed: {event['host']}: {cause(failure(event))}: {first}"
    if event["status"] == "unreachable":
        yield f"not reached: {event['host']}: {last_line(event.get('message', ''))}"


@contextmanager
def progress(console: Console) -> Iterator[Plain]:
    """The listener that fits where ``console`` writes."""
    listener = Screen(console) if console.is_terminal and sys.stdout.isatty() else Plain(console)
    try:
        yield listener
    finally:
        if isinstance(listener, Screen):
            listener.close()
