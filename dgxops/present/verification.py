"""A verification on the terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from rich.text import Text

from dgxops.model.finding import Finding, Severity, Verification
from dgxops.present.console import Console

_MARKS = {
    Severity.OK: ("ok     ", "green"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.ERROR: ("ERROR  ", "bold red"),
}


def as_data(result: Verification) -> dict[str, Any]:
    """JSON-ready; ``counts`` by severity."""
    return {
        "format_version": 1,
        "cluster": result.cluster,
        "target": result.target,
        "stand_ins": result.stand_ins,
        "ok": result.ok,
        "counts": dict(Counter(f.severity.value for f in result.findings)),
        "findings": [
            {
                "check": f.check,
                "severity": f.severity.value,
                "message": f.message,
                "hosts": list(f.hosts),
                "evidence": f.evidence,
                "repair": f.repair,
            }
            for f in result.findings
        ],
    }


def show_finding(finding: Finding, out: Console) -> None:
    """One finding: what and where on the first line, evidence and repair below it when something is wrong."""
    mark, style = _MARKS[finding.severity]
    hosts = str(NodeSet.fromlist(list(finding.hosts), resolver=RESOLVER_NOGROUP))
    line = Text.assemble((mark, style), "  ", (f"{finding.check:<12}", "bold"), f"{hosts}{': ' if hosts else ''}")
    out.print(line + Text(finding.message))
    if finding.severity is Severity.OK:
        return
    for label, text in (("seen", finding.evidence), ("repair", finding.repair)):
        for number, part in enumerate(text.splitlines()):
            out.print(Text(f"         {label if not number else '':<8}{part}", style="dim"))


def show_verdict(result: Verification, out: Console) -> None:
    """The last line."""
    counts = Counter(f.severity for f in result.findings)
    verdict = "as designed" if result.ok else f"{counts[Severity.ERROR]} findings stand"
    out.print(Text(f"{result.cluster} ({result.target}): {verdict}", style="bold green" if result.ok else "bold red"))
    if result.stand_ins:
        out.print(Text(result.stand_ins, style="yellow"))
