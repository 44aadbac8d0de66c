"""Racks and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from dgxops.model.controller import Controller, controller_name

MOST_UNITS = 100
"""No rack is higher; NetBox says so too."""
MACHINE_UNITS = 2
"""Rack units that a management machine is given; how high it really is depends on the model bought."""
PDU = "power distribution unit"
DEVICE_PORT = "mgmt"
"""What the management port of a PDU is called here: no document gives the printed name."""


def pdu_names(rack: str, count: int | None) -> tuple[str, ...]:
    """Names of the power distribution units of a rack; none where their number is not known."""
    return tuple(f"{rack}-pdu-{number}" for number in range(1, (count or 0) + 1))


@dataclass(frozen=True, slots=True)
class Fixture:
    """What stands in a rack beside hosts and switches: an NVLink switch tray, a power shelf. ``unit`` is its lowest.

    ``ports`` are its management ports, the first of which has the name of the device itself in DNS.
    """

    name: str
    kind: str
    unit: int
    height: int
    ports: tuple[str, ...] = ()

    @property
    def managed(self) -> bool:
        """Whether it has a management port."""
        return bool(self.ports)


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
    device_ips: tuple[IPv4Address, ...] = ()  # out of band, of the first port of what is managed in it
    further_ips: tuple[IPv4Address, ...] = ()  # and of the other ports of its fixtures
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
    def devices(self) -> tuple[Controller, ...]:
        """The management ports of what is in it beside hosts and switches: the first ones, then second ones."""
        firsts = [*((name, DEVICE_PORT) for name in self.pdu_names), *((f.name, f.ports[0]) for f in self._managed)]
        others = [(f.name, port) for f in self._managed for port in f.ports[1:]]
        return (
            *(Controller(name, port, name, ip) for (name, port), ip in zip(firsts, self.device_ips, strict=True)),
            *(
                Controller(name, port, controller_name(name, port), ip)
                for (name, port), ip in zip(others, self.further_ips, strict=True)
            ),
        )

    @property
    def _managed(self) -> tuple[Fixture, ...]:
        return tuple(f for f in self.fixtures if f.managed)

    @property
    def managed(self) -> tuple[str, ...]:
        """Names of what has a management port beside hosts and switches."""
        return (*self.pdu_names, *(f.name for f in self.fixtures if f.managed))

    @property
    def is_floor(self) -> bool:
        """Whether it is no rack but a floor, where deskside systems stand."""
        return self.units > MOST_UNITS
