"""A made node: trees in place of /sys and /proc, programs in place of those that checks ask, and the real checks."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

FILES = Path(__file__).parent.parent.parent / "roles/node_health/files"
CHECKS = FILES / "checks"
RUNNER = FILES / "dgxops-node-health.py"


@dataclass(frozen=True)
class Node:
    folder: Path

    def file(self, path: str, text: str) -> None:
        """A file below the made tree, such as sys/class/net/eth0/operstate."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def program(self, name: str, body: str, folder: str = "bin") -> None:
        """A program of that name, found before the real one; a shell script."""
        self.file(f"{folder}/{name}", f"#!/bin/sh\n{body}\n")
        (self.folder / folder / name).chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return {"PATH": path, "SYSFS": str(self.folder / "sys"), "PROCFS": str(self.folder / "proc"), "LC_ALL": "C"}

    def check(self, name: str, *arguments: str) -> tuple[int, str]:
        """Exit status and output of one check."""
        argv = [str(CHECKS / name), *arguments]
        done = subprocess.run(argv, env=self.environment, capture_output=True, text=True, timeout=20, check=False)
        return done.returncode, done.stdout.strip()
