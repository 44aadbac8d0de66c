"""Where a provider put a rented machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

NetworkPath = tuple[tuple[str, str], ...]
"""Levels of a network with what the provider calls the place there, from the widest on."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What the provider calls a machine, and where it says it stands; empty text is what it does not say.

    ``island``, ``block`` and ``subblock`` are levels of its network, the widest first: OCI's HPC island, network block
    and local block, Google's cluster, block and sub-block. ``host`` is the physical machine. The domains are about
    power and maintenance, not about the network.
    """

    instance: str = ""
    availability_domain: str = ""
    fault_domain: str = ""
    island: str = ""
    block: str = ""
    subblock: str = ""
    host: str = ""

    @property
    def network(self) -> NetworkPath:
        """The levels of the network that are known, the widest first."""
        levels = (("island", self.island), ("block", self.block), ("subblock", self.subblock))
        return tuple((level, value) for level, value in levels if value)

    def said(self) -> Iterator[tuple[str, str]]:
        """What the provider says, by name."""
        return ((key, value) for key, value in asdict(self).items() if value)
