"""What sources say, whichever they are, with no more than what was written there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

End = tuple[str, str]
"""Device and port, as the source calls them."""


@dataclass(frozen=True, slots=True)
class SeenCable:
    """One cable; which end is named first means nothing. Racks are empty where the source names none."""

    a: End
    z: End
    a_rack: str = ""
    z_rack: str = ""


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


class Role(StrEnum):
    """What an inventory says a host is for."""

    NODE = "node"
    HEAD = "head"
    LOGIN = "login"
    NFS = "nfs"
    UFM = "ufm"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SeenHost:
    """One host of an inventory; ``address`` is empty where it says none."""

    name: str
    address: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class SeenPartition:
    """One partition as slurmctld tells of it; ``nodes`` are single names."""

    name: str
    nodes: tuple[str, ...]
    default: bool
    max_time: str


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """One address of one host; ``network`` is management, oob, compute or storage."""

    name: str
    network: str
    address: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Of slurmctld's configuration: the cluster's name, the controllers, the version; empty where not said."""

    cluster: str = ""
    controllers: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was read; ``left`` has a sentence for everything that was not."""

    cables: tuple[SeenCable, ...] = ()
    nodes: tuple[SeenNode, ...] = ()
    hosts: tuple[SeenHost, ...] = ()
    partitions: tuple[SeenPartition, ...] = ()
    addresses: tuple[SeenAddress, ...] = ()
    settings: Settings = field(default_factory=Settings)
    left: tuple[str, ...] = ()

    def racks(self) -> Mapping[str, str]:
        """Device -> the rack that a cable list puts it in."""
        ends = ((c.a[0], c.a_rack, c.z[0], c.z_rack) for c in self.cables)
        return {name: rack for a, ar, z, zr in ends for name, rack in ((a, ar), (z, zr)) if rack}

    def with_role(self, role: Role) -> tuple[str, ...]:
        return tuple(h.name for h in self.hosts if role in h.roles)

    def written(self, network: str) -> Mapping[str, tuple[str, ...]]:
        """Host -> its addresses there, in the order in which they are told; in-band also Slurm's and an inventory's."""
        found: dict[str, tuple[str, ...]] = {}
        for seen in self.addresses:
            if seen.network == network:
                found[seen.name] = (*found.get(seen.name, ()), seen.address)
        if network == "management":
            pairs = [(h.name, h.address) for h in self.hosts] + [(n.name, n.address) for n in self.nodes]
            for name, address in pairs:
                if address[:1].isdigit():
                    found.setdefault(name, (address,))
        return found
