"""The cable plant: every cable with both its ends, where they are, how long it is and what of. Made once a render."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dgxops.model.absence import Absence
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import MANAGEMENT_PORT, Endpoint, Fabric, Link, LinkKind
from dgxops.model.rack import MOST_UNITS, Rack
from dgxops.render.cabling import cages, route, splitters
from dgxops.render.cabling.nics import Nics, nics_of
from dgxops.render.cabling.ports import Face, face_of
from dgxops.render.cabling.route import Spot, Way
from dgxops.render.cabling.splitters import Splitter

_TWIN_CAGE = re.compile(r"(OSFP\d+)P[12]")
"""Printed names of the two ports of one cage of a DGX H100, H200 or B200."""


@dataclass(frozen=True, slots=True)
class Device:
    """A host, a switch or what else has a port, as cables see it.

    ``face`` is None but for a switch, ``absence`` for what is there. A PDU that takes no units has unit 0: it stands
    beside them (zero-U), and is reached from below.
    """

    name: str
    spot: Spot
    face: Face | None = None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of a cable; ``printed`` is the port in the words of the device."""

    device: Device
    at: Endpoint
    printed: str

    @property
    def name(self) -> str:
        return self.device.name

    @property
    def rack(self) -> str:
        return self.device.spot.rack

    @property
    def unit(self) -> int | None:
        """The lowest rack unit: 0 for a PDU beside the units (zero-U), None for what stands on a floor."""
        return self.device.spot.unit if self.device.spot.height <= MOST_UNITS else None

    @property
    def is_host(self) -> bool:
        return self.device.face is None

    @property
    def for_ufm(self) -> bool:
        """Whether it is the port of a switch for UFM alone, which sits in no cage of the others."""
        return self.device.face is not None and self.device.face.is_ufm(self.at.port)

    @property
    def cage(self) -> str:
        """What the cable is plugged into: the cage's number on a switch, its printed name on a host."""
        if self.device.face:
            own = self.at.port == MANAGEMENT_PORT or self.for_ufm
            return self.printed if own else str(self.device.face.cage(self.at.port))
        twin = _TWIN_CAGE.fullmatch(self.at.port)
        return twin[1] if twin else self.at.cage


@dataclass(frozen=True, slots=True)
class Cable:
    """One cable. ``metres`` is its route, ``length_class`` what to order."""

    id: str
    fabric: Fabric
    kind: LinkKind
    a: End
    z: End
    rate_gbps: int
    metres: float
    length_class: float
    media: str
    splitter: Splitter | None = None

    @property
    def remark(self) -> str:
        """What a person at the cable must know: a port beside the numbered ones, what is no one cable, who is away."""
        away = (end.device for end in (self.a, self.z) if end.device.absence)
        two = [f"{self.fibres} fibre cables"] if self.fibres > 1 else []
        part = [self.splitter.remark] if self.splitter else []
        own = [f"port {e.at.port} of {e.name} is {e.printed}" for e in (self.a, self.z) if e.for_ufm]
        return "; ".join([*own, *two, *part, *(f"{d.name} {d.absence.brief}" for d in away if d.absence)])

    @property
    def what(self) -> str:
        """The medium in the words of who orders it: "AOC", "AOC splitter"."""
        return f"{self.media} splitter".strip() if self.splitter else self.media

    @property
    def fibres(self) -> int:
        """Cables that the link takes: two where eight lanes are fibre, as a transceiver has two MPO-12 of four."""
        return 2 if self.media in cages.FIBRE and route.lanes(self.rate_gbps, self.fabric.protocol) > route.LANES else 1

    @property
    def length(self) -> str:
        """The length class as text: "1.5", "10"."""
        return f"{self.length_class:g}"


@dataclass(frozen=True)
class Plant:
    """All cables of a cluster, fabric by fabric, nodes first, then upwards through the tiers."""

    cluster: Cluster
    devices: Mapping[str, Device]
    cables: tuple[Cable, ...]
    nics: Nics

    def of(self, protocol: str) -> dict[str, list[Cable]]:
        """Fabric -> cables of the fabrics of one protocol; those without cables are left out."""
        found: dict[str, list[Cable]] = {}
        for cable in self.cables:
            if cable.fabric.protocol == protocol:
                found.setdefault(cable.fabric.name, []).append(cable)
        return found

    @cached_property
    def racks(self) -> dict[str, Rack]:
        return {rack.name: rack for rack in self.cluster.racks}


def plant_of(cluster: Cluster) -> Plant:
    """The cable plant of a cluster."""
    racks = {rack.name: rack for rack in cluster.racks}
    devices = {h.name: Device(h.name, _spot(racks[h.rack], h.rack_unit), absence=h.absence) for h in cluster.hosts}
    for fabric in cluster.fabrics:
        devices |= {
            s.name: Device(s.name, _spot(racks[s.rack], s.rack_unit), face_of(fabric, s)) for s in fabric.switches
        }
    devices |= {d.name: d for rack in cluster.racks for d in _beside(rack)}
    cables = cages.one_fibre_a_cage([cable for fabric in cluster.fabrics for cable in _cables(fabric, devices)])
    cables = splitters.joined(cables)
    return Plant(cluster, devices, cables, nics_of(cluster, max((f.planes for f in cluster.fabrics), default=1)))


def _spot(rack: Rack, unit: int) -> Spot:
    return Spot(rack.name, rack.row, rack.place, unit, rack.units)


def _beside(rack: Rack) -> Iterator[Device]:
    """What has a management port beside hosts and switches."""
    yield from (Device(name, _spot(rack, unit)) for name, unit in rack.pdu_places)
    yield from (Device(f.name, _spot(rack, f.unit)) for f in rack.fixtures if f.managed)


def _cables(fabric: Fabric, devices: Mapping[str, Device]) -> Iterator[Cable]:
    trunk = fabric.rate_gbps * _lanes(fabric)
    for link in fabric.links:
        a, z = (_end(devices[at.device], at) for at in (link.a, link.z))
        metres = route.length(a.device.spot, z.device.spot, through=a.is_host != z.is_host)
        rate = fabric.ufm_gbps if z.for_ufm else fabric.rate_gbps if a.is_host else trunk
        rate = fabric.uplink_gbps if link.kind is LinkKind.OOB_INBAND else rate
        way = Way(rate, fabric.protocol, copper=_copper(fabric, a, z), alone=_alone(a) and _alone(z))
        media, class_ = route.choose(way, metres)
        yield Cable(link.id, fabric, link.kind, a, z, rate, metres, class_, media)


def _lanes(fabric: Fabric) -> int:
    """Links of nodes that share a port of a leaf; whole ports, where uplinks are, run at that many times the rate."""
    return max((_lane(link) for link in fabric.links if link.kind is LinkKind.NODE_LEAF), default=1)


def _lane(link: Link) -> int:
    return int(link.z.port.partition("/")[2] or 1)


def _end(device: Device, at: Endpoint) -> End:
    return End(device, at, device.face.printed(at.port) if device.face else at.port)


def _copper(fabric: Fabric, a: End, z: End) -> bool:
    """Copper joins switches and Ethernet hosts, cage to cage: both ends must carry this one link only."""
    return (fabric.protocol == "ethernet" or not a.is_host) and all(map(_alone, (a, z)))


def _alone(end: End) -> bool:
    return "/" not in end.at.port and (end.device.face is None or end.device.face.per_cage == 1 or end.for_ufm)
