"""What a comparison found and what a push made of it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dgxops.netbox.objects import Found, Kind, Ref, Wanted


@dataclass(frozen=True, slots=True)
class Update:
    """An object that is to change. ``have`` is None for the management addresses of a device that is still to be made.

    ``changes`` pairs a field with what NetBox says now, in words; ``tags`` names those of ours that it lacks.
    """

    wanted: Wanted
    have: Found | None
    changes: Mapping[str, str]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A wanted object that cannot be had because something of others, or left over, is in its place."""

    wanted: Wanted
    reason: str
    blocks: tuple[Ref, ...] = ()  # what cannot be had for that


@dataclass(frozen=True, slots=True)
class Used:
    """An object that others made and that serves as it is; ``differs`` says in what it is not as the design has it."""

    wanted: Wanted
    differs: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """The whole comparison."""

    cluster: str
    creates: tuple[Wanted, ...] = ()
    updates: tuple[Update, ...] = ()
    clashes: tuple[Clash, ...] = ()
    used: tuple[Used, ...] = ()
    left: tuple[Found, ...] = ()  # in the order in which they can be deleted
    kept: tuple[tuple[Found, str], ...] = ()  # left over as well, but something of others hangs on it: what
    same: int = 0

    @property
    def shown(self) -> tuple[Update, ...]:
        """Changes of what is there; those of new devices belong to their making."""
        return tuple(u for u in self.updates if u.have)

    @property
    def pending(self) -> int:
        """Objects to create or change."""
        return len(self.creates) + len(self.shown)


@dataclass(frozen=True, slots=True)
class Failure:
    """An object that NetBox refused, or that had to wait for one.

    ``action`` is create, change, delete, set or clear.
    """

    kind: Kind
    name: str
    action: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What a push did. ``stopped`` says why it did not come to its end; what it did until then stands."""

    created: Mapping[Kind, int]
    changed: Mapping[Kind, int]
    deleted: Mapping[Kind, int]
    failures: tuple[Failure, ...] = ()
    stopped: str = ""
