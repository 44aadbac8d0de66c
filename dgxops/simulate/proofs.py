"""What a simulation proves, in the form of the other offline proofs."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.model.finding import Finding, Severity
from dgxops.model.proof import Proof
from dgxops.simulate.loads import Loads
from dgxops.simulate.report import FindingKind, SimulationReport

ROUTING = {FindingKind.NO_PATH, FindingKind.LONG_PATH, FindingKind.CREDIT_LOOP}
BALANCED = "ftree"
"""The engine whose loads say something of the fabric; those of others are as much of the engine's own balance."""


def proofs_of(report: SimulationReport) -> tuple[Proof, ...]:
    """The cabling as it was discovered, the paths, and the loads of shift permutations."""
    return (_cabling(report), _paths(report), _loads(report))


def not_simulated(why: str) -> tuple[Proof, ...]:
    """Where there is nothing that OpenSM could bring up."""
    return (Proof("sim cabling", f"not simulated: {why}", proved=False),)


def _cabling(report: SimulationReport) -> Proof:
    figures = {
        "switches": report.switches,
        "adapters": report.adapters,
        "cables": report.cables,
        "seconds": round(report.seconds, 1),
    }
    text = (
        f"OpenSM ({report.engine}) found {report.switches:,} switches, {report.adapters:,} adapters, "
        f"{report.cables:,} cables"
    )
    return Proof("sim cabling", text, figures, tuple(_findings("sim cabling", report, routing=False)))


def _findings(check: str, report: SimulationReport, *, routing: bool) -> Iterator[Finding]:
    for finding in report.findings:
        if (finding.kind in ROUTING) is routing:
            yield Finding(check, Severity.ERROR, finding.message, finding.machines)


def _paths(report: SimulationReport) -> Proof:
    if report.loads is None:
        return Proof("sim paths", "not judged: the cabling is not as designed", proved=False)
    findings = tuple(_findings("sim paths", report, routing=True))
    text = "a rail within its leaf is one switch away, no credit loop"
    return Proof("sim paths", text if not findings else f"{len(findings):,} faults of the routing", {}, findings)


def _loads(report: SimulationReport) -> Proof:
    loads = report.loads_by_place
    if loads is None:
        return Proof("sim loads", "not judged: the cabling is not as designed", proved=False)
    most = f"at most {loads.most} flow{'s' * (loads.most > 1)} a link" if loads.most else "no flow leaves its leaf"
    text = f"{most} in {loads.shifts:,} shifts of all nodes"
    figures = {"most": loads.most, "shifts": loads.shifts, "clean_shifts": loads.clean_shifts}
    return Proof("sim loads", text, figures, tuple(_crowded(report, loads)))


def _crowded(report: SimulationReport, loads: Loads) -> Iterator[Finding]:
    """A warning: the cables suffice (that is proved apart), fixed routes cannot spread every shift evenly over them."""
    if loads.most > 1:
        message = f"{report.engine} puts {loads.most} flows on a link in {loads.shifts - loads.clean_shifts} shifts"
        repair = "" if report.engine == BALANCED else f"--engine {BALANCED} spreads shifts best"
        yield Finding("sim loads", Severity.WARNING, message, repair=repair)
