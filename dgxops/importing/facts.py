"""What sources say, whichever they are: cables and Slurm nodes, with no more than what was written there."""

from __future__ import annotations

from dataclasses import dataclass

End = tuple[str, str]
"""Device and port, as the source calls them."""


@dataclass(frozen=True, slots=True)
class SeenCable:
    """One cable; which end is named first means nothing."""

    a: End
    z: End


@dataclass(frozen=True, slots=True)
class SeenNode:
    """One node as slurmctld tells of it; ``memory_mb`` in MiB, ``gpu_type`` empty where GRES names none."""

    name: str
    address: str
    sockets: int
    cores: int  # per socket
    threads: int  # per core
    memory_mb: int
    gpu_type: str
    gpus: int
    partitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was read."""

    cables: tuple[SeenCable, ...] = ()
    nodes: tuple[SeenNode, ...] = ()
