"""What a simulation found out, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dgxops.simulate.loads import Loads
from dgxops.simulate.netfile import Plug


class FindingKind(StrEnum):
    ABSENT = "absent"  # a device of the design does not answer
    UNKNOWN = "unknown"  # a device answers that the design does not have
    SWAPPED_MACHINES = "swapped_machines"  # two machines sit in each other's place, with all their cables
    SWAPPED_CABLES = "swapped_cables"  # two cables have one end each in the other's place
    MOVED = "moved"  # a cable's lower end meets another port than it should
    MISSING = "missing"  # both devices answer, the cable between them does not
    UNEXPECTED = "unexpected"  # a cable that the design does not have
    ENGINE = "engine"  # the routing engine that was asked for could not route the fabric
    NO_PATH = "no_path"  # nodes of one rail cannot reach each other
    LONG_PATH = "long_path"  # more than one switch between nodes of one rail on one leaf
    CREDIT_LOOP = "credit_loop"  # channels that may wait for each other in a circle


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, or one fault of the routing. ``machines`` and ``ends`` are those that it concerns."""

    kind: FindingKind
    message: str
    machines: tuple[str, ...] = ()
    ends: tuple[Plug, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its wall time and, where it was a process, the most memory that it held."""

    name: str
    seconds: float
    memory_mb: float | None = None


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """A fabric under OpenSM. ``engine`` is what routed it, ``switches`` ... ``cables`` count what was discovered.

    The loads are None where findings about the cabling make them meaningless. ``loads`` shifts by the nodes there are;
    ``loads_by_place`` by the places of a node in the units, of which a free one sends and receives nothing. The two
    are the same where no place is free.
    """

    engine: str
    steps: tuple[Step, ...]
    switches: int
    adapters: int
    cables: int
    findings: tuple[Finding, ...]
    loads: Loads | None
    loads_by_place: Loads | None

    @property
    def oversubscribed(self) -> bool | None:
        """Whether any shift by place puts more than one flow on a link between switches; None where it is not known.

        With ftree this says something of the fabric, with other engines as much of their balance.
        """
        return self.loads_by_place.most > 1 if self.loads_by_place else None

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)
