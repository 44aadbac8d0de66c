"""Proofs on the terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ClusterShell.NodeSet import NodeSetException
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dgxops.model.finding import Finding, Severity
from dgxops.model.proof import CheckReport, Proof
from dgxops.nodeset import fold
from dgxops.present.console import Console

_MARKS = {
    Severity.OK: ("ok", "green"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.ERROR: ("ERROR", "bold red"),
}
_MOST_EVIDENCE = 3
_MOST_NAMES = 160


def as_data(report: CheckReport) -> dict[str, Any]:
    """JSON-ready: every proof with its figures, and every finding unfolded."""
    return {
        "format_version": report.format_version,
        "subject": report.subject,
        "ok": report.ok,
        "counts": dict(Counter(f.severity.value for f in report.findings)),
        "proofs": [_proof(p) for p in report.proofs],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "name": proof.name,
        "holds": proof.holds,
        "proved": proof.proved,
        "statement": proof.statement,
        "figures": dict(proof.figures),
        "findings": [
            {
                "check": f.check,
                "severity": f.severity.value,
                "message": f.message,
                "hosts": list(f.hosts),
                "evidence": f.evidence,
                "repair": f.repair,
            }
            for f in proof.findings
        ],
    }


def show(report: CheckReport, out: Console | None = None) -> None:
    """One line a proof, then what breaks them, then the verdict; fits 80 columns."""
    out = out or Console(highlight=False)
    table = Table.grid(padding=(0, 2, 0, 0))
    for proof in report.proofs:
        table.add_row(_mark(proof), Text(proof.name, style="bold"), Text(proof.statement))
    out.print(table)
    for finding in folded(report.findings):
        _show_finding(finding, out)
    _verdict(report, out)


def _mark(proof: Proof) -> Text:
    if not proof.proved:
        return Text("-", style="dim")
    order = (Severity.OK, Severity.WARNING, Severity.ERROR)
    worst = max((f.severity for f in proof.findings), key=order.index, default=Severity.OK)
    return Text(*_MARKS[worst])


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that say the same of different things as one, with all hosts and the first pieces of evidence."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        groups.setdefault((f.check, f.severity, f.message, f.repair), []).append(f)
    return tuple(_one(group) for group in groups.values())


def _one(group: list[Finding]) -> Finding:
    hosts = tuple(dict.fromkeys(h for f in group for h in f.hosts))
    seen = list(dict.fromkeys(f.evidence for f in group if f.evidence))
    more = [f"... and {len(seen) - _MOST_EVIDENCE:,} more (--json has them all)"] if len(seen) > _MOST_EVIDENCE else []
    return replace(group[0], hosts=hosts, evidence="\n".join([*seen[:_MOST_EVIDENCE], *more]))


def _show_finding(finding: Finding, out: Console) -> None:
    mark, style = _MARKS[finding.severity]
    names = _names(finding.hosts)
    said = f"{finding.message}: {names}" if names else finding.message
    out.print()
    out.print(Text.assemble((mark, style), "  ", (finding.check, "bold")))
    out.print(Padding(Text(said), (0, 0, 0, 2)))
    for label, text in (("seen", finding.evidence), ("repair", finding.repair)):
        grid = Table.grid(padding=(0, 1, 0, 0))
        for number, part in enumerate(text.splitlines()):
            grid.add_row(Text("  " if number else f"  {label:<6}", style="dim"), Text(part, style="dim"))
        if text:
            out.print(grid)


def _names(hosts: tuple[str, ...]) -> str:
    """Folded; as they are where a name is none that folds."""
    try:
        text = fold(hosts)
    except NodeSetException:
        text = ", ".join(hosts)
    return text if len(text) <= _MOST_NAMES else f"{text[:_MOST_NAMES]}... ({len(hosts):,} in all)"


def _verdict(report: CheckReport, out: Console) -> None:
    counts = Counter(f.severity for f in report.findings)
    proved = sum(p.proved and p.holds for p in report.proofs)
    asked = sum(p.proved for p in report.proofs)
    words = f"{proved} of {asked} proofs hold"
    if counts[Severity.ERROR]:
        words += f", {counts[Severity.ERROR]:,} {'finding stands' if counts[Severity.ERROR] == 1 else 'findings stand'}"
    if counts[Severity.WARNING]:
        words += f", {counts[Severity.WARNING]:,} {'warning' if counts[Severity.WARNING] == 1 else 'warnings'}"
    out.print()
    out.print(Text(f"{report.subject}: {words}", style="bold green" if report.ok else "bold red"))
