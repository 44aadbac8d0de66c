"""Proofs: laws that a design must keep, what was looked at, and what breaks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dgxops.model.finding import Finding, Severity

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """One law and what came of it.

    ``statement`` says with figures what holds ("752 of 752 cabled switch ports are within their switch"); ``figures``
    are the same for programs. ``proved`` is False where there was nothing to hold the design against.
    """

    name: str
    statement: str
    figures: Mapping[str, int | float | str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    proved: bool = True

    @property
    def holds(self) -> bool:
        """No error stands; warnings may."""
        return all(f.severity is not Severity.ERROR for f in self.findings)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every proof about one subject: a cluster, or a folder of Slurm files."""

    subject: str
    proofs: tuple[Proof, ...]
    format_version: int = FORMAT_VERSION

    @property
    def ok(self) -> bool:
        return all(p.holds for p in self.proofs)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for p in self.proofs for f in p.findings)
