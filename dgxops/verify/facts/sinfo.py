"""sinfo: which nodes Slurm has, in which state, with which GPUs."""

from __future__ import annotations

from dataclasses import dataclass

COMMAND = "sinfo --noheader --Node --format='%N|%T|%G|%c|%E'"


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node as sinfo shows it; ``state`` without its flags (``*`` not responding, ``$`` maintenance, ...)."""

    name: str
    state: str
    responding: bool
    gres: str
    cpus: int
    reason: str


def parse(text: str) -> dict[str, NodeState]:
    """Node name -> state. A node in several partitions appears once."""
    found = {}
    for line in text.splitlines():
        name, state, gres, cpus, reason = (field.strip() for field in line.split("|", 4))
        found[name] = NodeState(
            name=name,
            state=state.rstrip("*~#!%$@^-+"),
            responding="*" not in state,
            gres="" if gres == "(null)" else gres,
            cpus=int(cpus.rstrip("+")),
            reason="" if reason == "none" else reason,
        )
    return found


def gpus(gres: str) -> int:
    """How many GPUs a GRES text names: ``gpu:h100:8(S:0-1)`` has 8."""
    total = 0
    for part in gres.split(","):
        fields = part.split("(")[0].split(":")
        if fields[0] == "gpu" and len(fields) > 1:
            total += int(fields[-1])
    return total
