"""What a run tells while it goes on; ``present`` listens, nothing here prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from dgxops.model.report import StageResult


class Listener(Protocol):
    """Called from one thread, in order."""

    def note(self, text: str) -> None:
        """Something that the operator should know now."""

    def stage(self, name: str, hosts: tuple[str, ...], roles: tuple[str, ...]) -> None:
        """A stage begins."""

    def event(self, event: dict[str, Any]) -> None:
        """One event of the callback plugin."""

    def tick(self) -> None:
        """Time passed."""

    def ended(self, result: StageResult) -> None:
        """A stage has ended."""


@dataclass
class Silent:
    """A listener for runs without a screen; notes are kept."""

    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def stage(self, name: str, hosts: tuple[str, ...], roles: tuple[str, ...]) -> None:
        pass

    def event(self, event: dict[str, Any]) -> None:
        pass

    def tick(self) -> None:
        pass

    def ended(self, result: StageResult) -> None:
        pass
