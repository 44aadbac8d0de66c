"""Findings: what the live cluster has that the design does not, or the other way round, and the repair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check on some hosts (in order, possibly none).

    ``repair`` is the command to run or the hands needed; empty when all is well.
    """

    check: str
    severity: Severity
    message: str
    hosts: tuple[str, ...] = ()
    evidence: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Everything a verify found; ``stand_ins`` says which hardware was not real."""

    cluster: str
    target: str
    findings: tuple[Finding, ...]
    stand_ins: str = ""

    @property
    def ok(self) -> bool:
        return all(f.severity is not Severity.ERROR for f in self.findings)
