#!/usr/bin/env python3
"""Time the simulated fabrics of some specs, step by step.

usage: scripts/simulate_bench.py SPEC... [--engine updn] [--engine ftree] ... [--limit SECONDS]

Prints one Markdown table: wall seconds and peak memory of each step, and what the routing engine makes of the loads.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dgxops.cli.common import load_cluster  # noqa: E402
from dgxops.errors import DgxopsError  # noqa: E402
from dgxops.simulate import SimulationReport, simulate  # noqa: E402


def cells(report: SimulationReport) -> dict[str, str]:
    """The columns of one row."""
    row = {
        "engine": report.engine,
        "switches": str(report.switches),
        "adapters": str(report.adapters),
        "cables": str(report.cables),
    }
    for step in report.steps:
        memory = f", {step.memory_mb:.0f} MB" if step.memory_mb else ""
        row[step.name] = f"{step.seconds:.1f} s{memory}"
    row["all"] = f"{report.seconds:.1f} s"
    row["findings"] = str(len(report.findings))
    for title, loads in (("by node", report.loads), ("by place", report.loads_by_place)):
        if loads:
            row[f"flows {title}: most, mean"] = f"{loads.most}, {loads.mean:.2f}"
            row[f"clean shifts {title}"] = f"{loads.clean_shifts} of {loads.shifts}"
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specs", nargs="+", type=Path, metavar="SPEC")
    parser.add_argument("--engine", action="append", dest="engines")
    parser.add_argument("--limit", type=float, default=3600.0)
    asked = parser.parse_args()
    findings = 0
    heading = False
    for spec in asked.specs:
        cluster = load_cluster(spec)
        for engine in asked.engines or ["updn"]:
            report = simulate(cluster.fabric("compute"), cluster.hosts, engine=engine, limit=asked.limit)
            row = {"nodes": str(len(cluster.nodes)), **cells(report)}
            if not heading:
                print(f"| {' | '.join(row)} |\n|{'---|' * len(row)}")
                heading = True
            print(f"| {' | '.join(row.values())} |", flush=True)
            findings += len(report.findings)
            for finding in report.findings:
                print(f"{spec}: {finding.message}", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DgxopsError as error:
        sys.exit(str(error))
