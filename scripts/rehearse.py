#!/usr/bin/env python3
"""Rehearse a cluster in the lab, measure every step, and write the table.

usage: scripts/rehearse.py SPEC [--table FILE] [--dead NODE] [--keep]

Boots the machines of SPEC, applies, verifies (which runs a job over all nodes and GPUs), applies again (nothing may
change), then, with --dead, kills one machine as a power loss would, changes nothing else, and applies in full: the
others must converge, the exit code must be 3 and the summary must name the node. Ends with 0 when every step ended as
it should.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DGXOPS = [sys.executable, "-m", "dgxops"]


@dataclass(frozen=True)
class Step:
    """One measured command: what it is for, how it ended and how it should have."""

    title: str
    command: str
    seconds: float
    rc: int
    wanted: int
    output: str

    @property
    def ok(self) -> bool:
        return self.rc == self.wanted


def run(title: str, *words: str, wanted: int = 0) -> Step:
    """Run one dgxops command with its output on the screen, and measure it."""
    print(f"\n==> dgxops {' '.join(words)}", flush=True)
    started = time.monotonic()
    process = subprocess.Popen([*DGXOPS, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        lines.append(line)
    rc = process.wait()
    seconds = time.monotonic() - started
    print(f"    ({seconds:.0f} s, exit code {rc})", flush=True)
    return Step(title, "dgxops " + " ".join(words), seconds, rc, wanted, "".join(lines))


def name_of(spec: str) -> str:
    """Name of the cluster, which its lab has too."""
    shown = subprocess.run([*DGXOPS, "show", "--json", spec], check=True, capture_output=True, text=True)
    return str(json.loads(shown.stdout)["name"])


def rehearse(spec: str, dead: str | None) -> list[Step]:
    """All steps in order; the first that ends badly is the last."""
    plan = [
        lambda: run("boot the machines", "lab", "up", spec),
        lambda: run("plan on bare machines", "plan", spec),
        lambda: run("first apply", "apply", "--yes", spec),
        lambda: run("verify, with a job over every GPU", "verify", spec),
        lambda: run("plan with nothing to change", "plan", "--detailed-exitcode", spec),
        lambda: run("apply with nothing to change", "apply", "--yes", spec),
    ]
    if dead:
        plan += [
            lambda: run(f"power loss of {dead}", "lab", "kill", "--lab", name_of(spec), dead),
            lambda: run(f"full apply without {dead}", "apply", "--yes", "--full", spec, wanted=3),
        ]
    steps = []
    for step in plan:
        steps.append(step())
        if not steps[-1].ok:
            break
    if dead and steps[-1].ok and dead not in steps[-1].output:
        print(f"the summary does not name {dead}", file=sys.stderr)
        steps.append(Step("the summary names the dead node", "", 0, 1, 0, ""))
    return steps


def table(spec: str, steps: list[Step]) -> str:
    """The measurements as Markdown."""
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        f"# {Path(spec).parent.name} in the lab, step by step",
        "",
        f"Written by `scripts/rehearse.py {spec}` on {os.cpu_count()} cores ({cpu}) with {memory:.0f} GiB of memory.",
        "",
        "| step | command | seconds | exit code |",
        "|---|---|---:|---:|",
    ]
    lines += [f"| {s.title} | `{s.command}` | {s.seconds:.0f} | {s.rc} |" for s in steps]
    lines.append(f"| together | | {sum(s.seconds for s in steps):.0f} | |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--dead")
    parser.add_argument("--keep", action="store_true", help="leave the lab up")
    asked = parser.parse_args()
    os.chdir(ROOT)
    steps = rehearse(asked.spec, asked.dead)
    if not asked.keep:
        steps.append(run("put the host back", "lab", "down", asked.spec))
    text = table(asked.spec, steps)
    print("\n" + text)
    if asked.table:
        asked.table.parent.mkdir(parents=True, exist_ok=True)
        asked.table.write_text(text)
    return 0 if all(s.ok for s in steps) else 1


if __name__ == "__main__":
    sys.exit(main())
