"""What can go wrong, as values: a Problem says where, what, and what would be right.

Phases collect every Problem they find and raise one DgxopsError; only ``cli`` prints it and turns it into
an exit code. The exit codes of every verb are the members of :class:`Exit`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """The one mapping from what happened to what the shell sees (listed in the README)."""

    FINE = 0
    FINDING = 1  # a finding stands, a tree is stale, or a host failed
    USAGE = 2  # the command line or an input file is wrong (``plan --detailed-exitcode``: changes pending)
    UNREACHABLE = 3  # everything that could be done was done; some hosts could not be reached
    LOCKED = 4  # another run holds the lock
    ENVIRONMENT = 5  # this machine lacks something the command needs
    CANCELLED = 130  # Ctrl-C


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in one place. ``line`` and ``column`` count from 1; 0 means that there is no such place."""

    file: str
    line: int
    column: int
    path: str  # dotted path of the key, e.g. "networks.compute.subnet"; empty when it concerns the whole file
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}"
        subject = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {subject}{self.message}{hint}"


class DgxopsError(Exception):
    """Anything dgxops refuses or cannot do; ``exit`` is what the command ends with."""

    exit = Exit.USAGE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(DgxopsError):
    """Faults in what a person wrote: all of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class EnvironmentLacking(DgxopsError):
    """This machine cannot do what is asked (no root, no package, no mirror); the message names what is missing."""

    exit = Exit.ENVIRONMENT


class Locked(DgxopsError):
    """Another run holds the lock; the message names its holder."""

    exit = Exit.LOCKED


class RunFailed(DgxopsError):
    """A command outside dgxops failed, or a host did."""

    exit = Exit.FINDING
