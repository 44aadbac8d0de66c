"""IMEX domains: systems of one NVLink domain, whose GPUs reach one another's memory across nodes."""

from __future__ import annotations

from dataclasses import dataclass

from dgxops.model.node import Host


@dataclass(frozen=True, slots=True)
class ImexDomain:
    """The compute trays of one rack of an NVL72 system, in order of position; those that are away too.

    ``name`` is that of the rack, and of the trays' block in Slurm.
    """

    name: str
    members: tuple[Host, ...]

    @property
    def present(self) -> tuple[Host, ...]:
        """The trays that are there: those that IMEX waits for."""
        return tuple(host for host in self.members if host.absence is None)
