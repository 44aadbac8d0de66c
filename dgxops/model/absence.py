"""Systems that are away: their positions, names, addresses and cables stay theirs, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Away(StrEnum):
    """Why a system is away."""

    REPAIR = "repair"  # it comes back
    RETIRED = "retired"  # it does not


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a system is not there, in a person's words, and since when (YYYY-MM-DD)."""

    kind: Away
    reason: str
    since: str

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.reason}, since {self.since}"

    @property
    def brief(self) -> str:
        """For a cell of a table: the reason is on `dgxops show`."""
        return f"absent: {self.kind.value} since {self.since}"


def folded(absent: Iterable[tuple[str, Absence]]) -> tuple[tuple[Absence, tuple[str, ...]], ...]:
    """Names that are away alike as one, in the order in which each kind of absence first comes."""
    groups: dict[Absence, list[str]] = {}
    for name, absence in absent:
        groups.setdefault(absence, []).append(name)
    return tuple((absence, tuple(names)) for absence, names in groups.items())
