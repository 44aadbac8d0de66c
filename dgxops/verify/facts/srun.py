"""srun: one task a node, each saying where it runs and which GPUs it was given."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

_SCRIPT = (
    'for n in $(echo "${CUDA_VISIBLE_DEVICES:-}" | tr , " "); do'
    ' [ -c "/dev/nvidia$n" ] && present="${present:+$present,}$n"; done;'
    ' echo "dgxops|${SLURM_JOB_ID}|${SLURMD_NODENAME}|${CUDA_VISIBLE_DEVICES:-}|${present:-}"'
)


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What one task saw: GPU indices it was given, and those of them whose device node is there."""

    job: str
    node: str
    given: tuple[int, ...]
    present: tuple[int, ...]


def command(nodes: int, node_set: str, gpus: int, deadline_minutes: int, partition: str = "") -> str:
    """A job over exactly these nodes, ``gpus`` on each, that waits for them at most as long as it may run.

    Without a ``partition`` it runs in the default one.
    """
    words = [
        "srun", *([f"--partition={partition}"] if partition else []), f"--nodes={nodes}", f"--nodelist={node_set}",
        "--ntasks-per-node=1", f"--gres=gpu:{gpus}", "--exclusive", "--chdir=/tmp", "--job-name=dgxops-verify",
        f"--time={deadline_minutes}", f"--immediate={deadline_minutes * 60}", "sh", "-c", _SCRIPT,
    ]  # fmt: skip
    return shlex.join(words)


def parse(text: str) -> tuple[TaskReport, ...]:
    """One report a task, in the order they came."""
    rows = (line.strip().split("|") for line in text.splitlines() if line.startswith("dgxops|"))
    return tuple(TaskReport(job, node, _indices(given), _indices(present)) for _, job, node, given, present in rows)


def _indices(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)
