"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from dgxops.spec.document import Path
from dgxops.spec.rules.facts import Facts


class Fault(NamedTuple):
    """Something wrong at ``path``; where that was not written, the place shown is that of ``cause``."""

    path: Path
    message: str
    hint: str = ""
    cause: Path = ()


Check = Callable[[Facts], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check, and the places it reads ("*" is any item of a list); when one of them is broken it cannot be held."""

    check: Check
    reads: tuple[tuple[str, ...], ...]

    def readable(self, broken: Iterable[Path]) -> bool:
        return not any(_touch(read, path) for read in self.reads for path in broken)


def reads(*places: str) -> Callable[[Check], Rule]:
    """Make a rule of a check, naming the places it reads: "networks.compute.subnet", "slurm.partitions.*.name"."""
    return lambda check: Rule(check, tuple(tuple(place.split(".")) for place in places))


def _touch(read: tuple[str, ...], path: Path) -> bool:
    """Whether one of two places lies within the other; a list without an item that was broken can still be read."""
    if len(path) < len(read) and read[len(path) - 1] == "*":
        return False
    return all(wanted in ("*", step) for wanted, step in zip(read, path, strict=False))
