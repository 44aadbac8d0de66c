"""Racks and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

MOST_UNITS = 100
"""No rack is higher; NetBox says so too."""
MACHINE_UNITS = 2
"""Rack units that a management machine is given; how high it really is depends on the model bought."""
PDU = "power distribution unit"
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
    from 1 along a row. ``pdus`` is None where the architecture's document does not say; ``pdu_units`` is the height of
    each where they stand in the rack's units, 0 where that is not known, and ``pdu_positions`` the lowest unit of each.
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
    device_ips: tuple[IPv4Address, ...] = ()  # out of band, of what is managed in it
    pdu_units: int = 0
    pdu_positions: tuple[int, ...] = ()

    @property
    def pdu_names(self) -> tuple[str, ...]:
        return pdu_names(self.name, self.pdus)

    @property
    def pdu_places(self) -> tuple[tuple[str, int], ...]:
        """Each PDU with its lowest unit; 0 for one beside the units (zero-U), as no document gives it any."""
        given = (*self.pdu_positions, *[0] * len(self.pdu_names))
        return tuple(zip(self.pdu_names, given, strict=False))

    @property
    def devices(self) -> tuple[tuple[str, IPv4Address], ...]:
        """What is managed in it beside hosts and switches, with its address on the out-of-band network."""
        return tuple(zip(self.managed, self.device_ips, strict=True))

    @property
    def managed(self) -> tuple[str, ...]:
        """Names of what has a management port beside hosts and switches."""
        return (*self.pdu_names, *(f.name for f in self.fixtures if f.managed))

    @property
    def is_floor(self) -> bool:
        """Whether it is no rack but a floor, where deskside systems stand."""
        return self.units > MOST_UNITS
