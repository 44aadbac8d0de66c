"""Racks and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

MOST_UNITS = 100
"""No rack is higher; NetBox says so too."""
DEVICE_PORT = "mgmt"
"""What the management port of a PDU or fixture is called here: no document gives the printed name."""


def pdu_names(rack: str, count: int | None) -> tuple[str, ...]:
    """Names of the power distribution units of a rack; none where their number is not known."""
    return tuple(f"{rack}-pdu-{number}" for number in range(1, (count or 0) + 1))


@dataclass(frozen=True, slots=True)
class Fixture:
    """What stands in a rack beside hosts and switches: an NVLink switch tray, a power shelf. ``unit`` is its lowest.

    ``managed`` says whether it has a management port, which is called :data:`DEVICE_PORT` here.
    """

    name: str
    kind: str
    unit: int
    height: int
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Rack:
    """One rack; ``su`` counts from 1 and is 0 for racks of the whole cluster.

    ``row`` and ``place`` say where it stands: row 0 is shared, each row behind it a scalable unit's, and places count
    from 1 along a row. ``pdus`` is None where the architecture's document does not say.
    """

    name: str
    su: int
    units: int
    kind: str  # compute, network, management
    fixtures: tuple[Fixture, ...] = ()
    row: int = 0
    place: int = 0
    pdus: int | None = None
    group: str = ""  # as of the hosts in it

    @property
    def pdu_names(self) -> tuple[str, ...]:
        return pdu_names(self.name, self.pdus)

    @property
    def managed(self) -> tuple[str, ...]:
        """Names of what has a management port beside hosts and switches."""
        return (*self.pdu_names, *(f.name for f in self.fixtures if f.managed))

    @property
    def is_floor(self) -> bool:
        """Whether it is no rack but a floor, where deskside systems stand."""
        return self.units > MOST_UNITS
