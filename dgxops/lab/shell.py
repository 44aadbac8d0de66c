"""Running the host's own tools: an argument list in, text out, and a failure that says what was run."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from dgxops.errors import RunFailed


def run(*argv: str, stdin: str | None = None) -> str:
    """Standard output of a command; RunFailed with its own words when it ends with another code than 0."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RunFailed(f"{' '.join(argv[:6])}: exit {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def succeeds(argv: Sequence[str]) -> bool:
    """Whether a command exists and ends with 0; its output is dropped."""
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
