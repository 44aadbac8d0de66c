"""sacct: what accounting recorded of one job."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job; ``gpus`` over all its nodes."""

    job: str
    state: str
    nodes: int
    gpus: int


def command(job: str) -> str:
    return f"sacct --noheader --allocations --parsable2 --jobs={int(job)} --format=JobID,State,NNodes,AllocTRES"


def parse(text: str) -> JobRecord | None:
    """The job's record, or None when accounting has not heard of it."""
    for line in text.splitlines():
        job, state, nodes, tres = line.split("|", 3)
        amounts = dict(part.split("=", 1) for part in tres.split(",") if "=" in part)
        return JobRecord(job, state, int(nodes), int(amounts.get("gres/gpu", 0)))
    return None
