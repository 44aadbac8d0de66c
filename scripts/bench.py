#!/usr/bin/env python3
"""Measure what dgxops promises about its own speed: each command in a process of its own, from a cold start.

usage: scripts/bench.py [--json]

Prints wall time and peak memory. The limits are those the project promises for a two-core machine; they are shown
beside the figures and never fail a test, because a time belongs to a machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EOS = "inventories/eos/cluster.yml"


def measure(words: list[str]) -> tuple[float, float, int]:
    """Wall seconds, peak MB and exit code of one command with its output dropped."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execvp(words[0], words)
    _, status, usage = os.wait4(pid, 0)
    return time.monotonic() - started, _megabytes(usage), os.waitstatus_to_exitcode(status)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def cases(folder: str) -> list[tuple[str, list[str], str]]:
    """What is measured: title, command, the promise."""
    binaries = Path(sys.executable).parent
    dgxops = str(binaries / "dgxops")
    tree = f"{folder}/rendered"
    return [
        ("dgxops --help", [dgxops, "--help"], "0.3 s"),
        ("show, 576 DGX H100", [dgxops, "show", EOS], ""),
        ("render, 576 DGX H100", [dgxops, "render", EOS, "--output", tree], "3 s, 500 MB"),
        ("check, 576 DGX H100", [dgxops, "check", EOS], ""),
        ("render again, up to date", [dgxops, "render", EOS, "--output", tree], ""),
        ("ansible-inventory --list on it", [str(binaries / "ansible-inventory"), "-i", tree, "--list"], ""),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args()
    os.chdir(ROOT)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for title, words, promise in cases(folder):
            seconds, megabytes, rc = measure(words)
            rows.append(
                {"what": title, "seconds": round(seconds, 2), "mb": round(megabytes), "rc": rc, "promise": promise}
            )
    if asked.as_json:
        print(json.dumps(rows, indent=2))
    else:
        for row in rows:
            print(f"{row['what']:<34} {row['seconds']:>7.2f} s {row['mb']:>6} MB  rc {row['rc']}  {row['promise']}")
    return max(int(row["rc"]) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
