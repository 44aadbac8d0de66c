#!/usr/bin/env python3
"""Measure what dgxops promises about its own speed: each command in a process of its own, from a cold start.

usage: scripts/bench.py [--simulate] [--only TEXT] [--json] [--write FILE]

Prints wall time and peak memory, one command after another. The limits are those the project promises for a two-core
machine; they are shown beside the figures and never fail a test, because a time belongs to a machine. "Cold" means a
new process: the files may be in the page cache. --simulate adds the fabrics under OpenSM, which take many minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EOS = "inventories/eos/cluster.yml"
BINARIES = Path(sys.executable).parent
MODEL = "model and networkx, 2,048 nodes"
NODES_A_UNIT = 32
SPEC = """\
name: bench
domain: bench.example.com
platform: dgx-h100
scalable_units: {units}
omit: {omit}
networks:
  management: {{subnet: 10.0.0.0/15}}
  oob: {{subnet: 10.2.0.0/15}}
  compute: {{subnet: 100.64.0.0/13}}
  storage: {{subnet: 100.72.0.0/13}}
services: {{head: 2, login: 4}}
"""


@dataclass(frozen=True)
class Case:
    """A command and what is promised of it: seconds and MB, 0 where nothing is."""

    what: str
    words: list[str]
    seconds: float = 0.0
    mb: int = 0


@dataclass(frozen=True)
class Row:
    """What was measured: wall seconds, peak memory of the largest process in MB, exit code."""

    what: str
    seconds: float
    mb: int
    rc: int
    promised_seconds: float
    promised_mb: int

    @property
    def kept(self) -> str:
        if not self.promised_seconds:
            return ""
        over = self.seconds > self.promised_seconds or (self.promised_mb and self.mb > self.promised_mb)
        return "missed" if over or self.rc else "kept"

    @property
    def promise(self) -> str:
        memory = f", {self.promised_mb} MB" if self.promised_mb else ""
        return f"{self.promised_seconds:g} s{memory}" if self.promised_seconds else ""


def measure(case: Case, output: Path) -> Row:
    """One command, its output in a file."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.execvp(case.words[0], case.words)
    _, status, usage = os.wait4(pid, 0)
    seconds = round(time.monotonic() - started, 2)
    rc = os.waitstatus_to_exitcode(status)
    return Row(case.what, seconds, round(usage.ru_maxrss / 1024), rc, case.seconds, case.mb)


def spec_of(folder: str, nodes: int) -> str:
    """A spec of so many DGX H100: one below a whole number of units where UFM takes the last place, else all."""
    whole = nodes % NODES_A_UNIT == 0
    file = Path(folder) / f"{nodes}" / "cluster.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(SPEC.format(units=-(-nodes // NODES_A_UNIT), omit="none" if whole else "auto"))
    return str(file)


def cases(folder: str) -> Iterator[Case]:
    """The commands of every run."""
    dgxops, tree = str(BINARIES / "dgxops"), f"{folder}/rendered"
    yield Case("dgxops --help", [dgxops, "--help"], 0.3)
    yield Case("show, 127 nodes", [dgxops, "show", spec_of(folder, 127)], 1)
    yield Case("show, 576 nodes", [dgxops, "show", EOS])
    yield Case("render, 576 nodes", [dgxops, "render", EOS, "--output", tree], 3, 500)
    yield Case("check, 576 nodes", [dgxops, "check", EOS])
    yield Case("render again, up to date", [dgxops, "render", EOS, "--output", tree])
    yield Case("ansible-inventory --list on it", [str(BINARIES / "ansible-inventory"), "-i", tree, "--list"])
    for nodes, seconds, mb in ((2048, 8, 600), (4096, 0, 0), (10240, 45, 0)):
        words = [dgxops, "render", spec_of(folder, nodes)]  # beside its spec, where check compares it
        yield Case(f"render, {nodes:,} nodes", words, seconds, mb)
    yield Case("check, 2,048 nodes", [dgxops, "check", spec_of(folder, 2048)], 10)
    yield Case(MODEL, [sys.executable, "scripts/bench_model.py", spec_of(folder, 2048)])


def simulations(folder: str) -> Iterator[Case]:
    """The compute fabric under OpenSM, from small to large."""
    for nodes in (31, 127, 576, 1055, 4096):  # 1,055 has three sections
        words = [str(BINARIES / "dgxops"), "check", "--simulate", spec_of(folder, nodes)]
        yield Case(f"check --simulate, {nodes:,} nodes", words)


def ratios(rows: list[Row], model: dict[str, float]) -> dict[str, str]:
    """What follows from several rows, or from one process that times two things."""
    took = {row.what: row.seconds for row in rows if not row.rc}
    small, large = took.get("render, 2,048 nodes"), took.get("render, 10,240 nodes")
    found = {}
    if small and large:
        found["time a node of render, 10,240 against 2,048 nodes"] = f"{(large / 10240) / (small / 2048):.2f}"
    if model:
        ours, theirs = f"{model['model_seconds']:.3f} s", f"{model['networkx_seconds']:.3f} s"
        found["whole model against a networkx graph of its compute fabric, 2,048 nodes"] = (
            f"{model['ratio']:.2f} ({ours}, {model['links_of_all_fabrics']:,} links with hosts, addresses and racks; "
            f"{theirs}, {model['edges_of_networkx']:,} edges)"
        )
    return found


def machine() -> dict[str, str]:
    """What the figures belong to."""
    cpu = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    commit = ["git", "describe", "--always", "--dirty"]
    return {
        "CPU": f"{cpu[0] if cpu else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory / 2**20:.0f} GiB",
        "system": f"{system}, Linux {platform.release()}",
        "Python": platform.python_version(),
        "commit": subprocess.run(commit, capture_output=True, text=True, check=False).stdout.strip(),
        "yardstick": f"{yardstick():.2f} s for 10 million turns of an empty Python loop (best of five)",
        "load before the run": f"{os.getloadavg()[0]:.1f} (1 minute)",
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }


def yardstick() -> float:
    """Seconds that say how fast this machine is now: figures of two days or machines compare by their ratio to it."""
    return min(timeit.repeat("for _ in range(10_000_000): pass", number=1, repeat=5))


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def page(facts: dict[str, str], rows: list[Row], more: dict[str, str]) -> str:
    """A page such as docs/bench.md."""
    also = ["| ratio | |", "|---|---|", *(f"| {key} | {value} |" for key, value in more.items()), ""] if more else []
    table = [f"| {r.what} | {r.seconds:.2f} s | {r.mb} MB | {r.promise} | {r.kept} |" for r in rows]
    return "\n".join([
        "# What dgxops takes", "",
        "Written by `make bench` (`scripts/bench.py`): each command once, in a process of its own, one after another. "
        "Files may be in the page cache. Memory is the peak of the largest of its processes.", "",
        "| machine | |", "|---|---|", *(f"| {key} | {value} |" for key, value in facts.items()), "",
        "| command | wall | peak memory | promised | |", "|---|---:|---:|---|---|", *table, "",
        *also,
    ])  # fmt: skip


def run(asked: argparse.Namespace) -> tuple[list[Row], dict[str, str]]:
    """Every case that was asked for; each is told as it ends."""
    rows, model = [], {}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        wanted = [*cases(folder), *(simulations(folder) if asked.simulate else ())]
        for case in (c for c in wanted if asked.only in c.what):
            row = measure(case, output)
            if case.what == MODEL and not row.rc:
                model = json.loads(output.read_text())
            rows.append(row)
            line = f"{row.what:<34} {row.seconds:>7.2f} s {row.mb:>6} MB  rc {row.rc}  {row.promise:<12} {row.kept}"
            print(line.rstrip(), file=sys.stderr if asked.as_json else sys.stdout, flush=True)
    return rows, ratios(rows, model)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--simulate", action="store_true", help="also the fabrics under OpenSM (many minutes)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only commands whose title holds it")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there as Markdown")
    asked = parser.parse_args()
    target = asked.write.resolve() if asked.write else None
    os.chdir(ROOT)
    facts = machine()
    rows, more = run(asked)
    if target:
        target.write_text(page(facts, rows, more))
    if asked.as_json:
        print(json.dumps({"machine": facts, "rows": [asdict(row) for row in rows], "ratios": more}, indent=2))
    else:
        print(*(f"{key}: {value}" for key, value in more.items()), sep="\n")
    return max((row.rc for row in rows), default=0)


if __name__ == "__main__":
    sys.exit(main())
