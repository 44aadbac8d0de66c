"""Past runs, from their folders; also those that were killed and have no summary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dgxops.apply.journal import read_journal
from dgxops.errors import DgxopsError


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run. ``summary`` is None where it did not come to its end."""

    id: str
    folder: Path
    begun: dict[str, Any]
    summary: dict[str, Any] | None

    @property
    def steps(self) -> tuple[dict[str, Any], ...]:
        return tuple(read_journal(self.folder))


def past_runs(runs: Path) -> tuple[PastRun, ...]:
    """Every run below a folder, oldest first."""
    folders = sorted(p for p in runs.iterdir() if (p / "run.json").is_file()) if runs.is_dir() else []
    return tuple(PastRun(p.name, p, _json(p / "run.json") or {}, _json(p / "summary.json")) for p in folders)


def find_run(runs: Path, name: str) -> PastRun:
    """One run by name, by an unambiguous beginning or end of it, or ``last``."""
    known = past_runs(runs)
    found = known[-1:] if name == "last" else [r for r in known if r.id.startswith(name) or r.id.endswith(name)]
    if len(found) != 1:
        what = f"{len(found)} runs match {name}" if found else f"there is no run {name}"
        raise DgxopsError(what, hint=f"dgxops runs lists them; they are in {runs}")
    return found[0]


def _json(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None
