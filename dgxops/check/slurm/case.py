"""What every rule is given, and how it speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dgxops.check.slurm.config import Config
from dgxops.check.slurm.hostlist import NotAHostlist, expand
from dgxops.check.slurm.keys import Version
from dgxops.check.slurm.truth import Truth
from dgxops.model.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Case:
    """The files of one cluster and what is known of its machines."""

    config: Config
    truth: Truth

    @property
    def version(self) -> Version:
        return self.config.version

    def expand(self, text: str) -> tuple[str, ...]:
        """A hostlist, or nothing where it is none: that is said elsewhere."""
        try:
            return expand(text)
        except NotAHostlist:
            return ()


Rule = Callable[[Case], Iterator[Finding]]


def error(
    group: str, place: str, message: str, hosts: Iterable[str] = (), *, seen: str = "", mend: str = ""
) -> Finding:
    """``place`` is file:line, or the file where something is missing in it; ``seen`` is what Slurm does with it."""
    return Finding(group, Severity.ERROR, f"{place}: {message}", tuple(hosts), seen, mend)


def warning(
    group: str, place: str, message: str, hosts: Iterable[str] = (), *, seen: str = "", mend: str = ""
) -> Finding:
    """Like :func:`error`, for what a controller survives."""
    return Finding(group, Severity.WARNING, f"{place}: {message}", tuple(hosts), seen, mend)


def words(version: Version) -> str:
    return f"{version[0]}.{version[1]:02d}"
