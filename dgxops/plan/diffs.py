"""Diffs of shipped text files: what one node has against what the tree would ship. None of them holds a secret."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dgxops.model.plan import FileDiff, RolePlan, Standing
from dgxops.remote.pool import Remote

LIMIT_BYTES = 512 * 1024
MOST_FILES = 40


@dataclass(frozen=True, slots=True)
class Stale:
    """A shipped file that a host has otherwise than the tree; ``digest`` is of the content it has."""

    host: str
    role: str
    shipped: str  # path below the tree
    path: str  # on the node
    digest: str


def diffs(plans: tuple[RolePlan, ...], said: Mapping[str, Any], tree: Path, remote: Remote) -> tuple[FileDiff, ...]:
    """One diff for each way in which a shipped file differs, from the first host that has it so."""
    first: dict[tuple[str, str], Stale] = {}
    for plan in plans:
        if plan.standing in (Standing.INPUTS, Standing.DRIFTED):
            for stale in _stale(plan, said[plan.host]["roles"][plan.role]):
                first.setdefault((stale.shipped, stale.digest), stale)
    chosen = list(first.values())[:MOST_FILES]
    texts = _fetch(chosen, remote)
    return tuple(d for stale in chosen for d in [_diff(stale, texts.get((stale.host, stale.path)), tree)] if d)


def _stale(plan: RolePlan, ledger: Mapping[str, Any]) -> Iterator[Stale]:
    edited = {t["name"]: t["now"].get("content", "") for t in ledger["changed"] if t["kind"] == "file"}
    moved = {r.subject for r in plan.reasons if r.kind == "shipped"}
    for shipped, path in ledger["placed"].items():
        if path in edited or shipped in moved:
            yield Stale(plan.host, plan.role, shipped, path, edited.get(path) or ledger["inputs"]["files"][shipped])


def _fetch(chosen: list[Stale], remote: Remote) -> dict[tuple[str, str], str]:
    paths: dict[str, list[str]] = {}
    for stale in chosen:
        paths.setdefault(stale.host, []).append(stale.path)
    requests = {host: {"action": "fetch", "paths": p, "limit": LIMIT_BYTES} for host, p in paths.items()}
    said = remote.ask(requests).said
    return {(h, p): text for h, answer in said.items() for p, text in answer["files"].items() if text is not None}


def _diff(stale: Stale, have: str | None, tree: Path) -> FileDiff | None:
    file = tree / stale.shipped
    if have is None or not file.is_file():
        return None
    want = file.read_text(encoding="utf-8", errors="replace")
    lines = difflib.unified_diff(have.splitlines(), want.splitlines(), "on the node", "rendered", lineterm="", n=1)
    text = "\n".join(lines)
    return FileDiff(stale.host, stale.role, stale.path, text) if text else None
