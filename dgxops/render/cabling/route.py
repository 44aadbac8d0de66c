"""How long a cable is, and what it is made of. All figures here are assumptions of ours, for lack of a document:

- racks are 0.6 m wide and 1.2 m deep and stand side by side; rows are 2.4 m apart (racks, and aisles of 1.2 m);
- between racks a cable rises to a tray 0.3 m above, follows the rows at right angles, and comes down again;
- within a rack it goes to the side and back, once the width of the rack, and between a switch and what is none once
  through its depth, as their ports may be on opposite faces;
- each end takes 0.5 m of slack, and a rack unit is 44.45 mm (EIA-310).

Which lengths are sold of what says the catalogue (cables.yml, with sources and marks). The first that reaches is taken:

- passive and active copper, where both ends are switches or the link is Ethernet, and only in cages of one link;
  active copper is for more than 200 Gb/s. Inferred: any link above 400 Gb/s has eight lanes;
- active optical cables up to 200 Gb/s, in cages that carry one link: their end is as slow a module as the link;
- fibre with transceivers, multimode and then single-mode.

Lanes of 200 Gb/s (XDR InfiniBand) have single-mode fibre at any length. Read: NVIDIA's list of 200G-PAM4 parts has no
multimode optics, no active optical cables and no passive copper; its active copper joins twin ports, two links a
cable, which is not chosen here. Inferred: InfiniBand links have four lanes; those of Ethernet run at 100 Gb/s at
most, as on Spectrum-4, the newest Ethernet switches of the catalogue.

A site that stands otherwise measures its own lengths: they are for ordering, not for cutting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dgxops.catalogue.cables import cables
from dgxops.model.rack import MOST_UNITS

RACK_WIDTH = 0.6  # m
RACK_DEPTH = 1.2  # m
ROW_PITCH = 2.4  # m
TRAY = 0.3  # m above the top of the racks
SLACK = 0.5  # m an end
UNIT = 0.04445  # m
AOC_RATE = 200  # Gb/s
LANES = 4  # of an InfiniBand link, and of one fibre connector
_ETHERNET_LANE, _SINGLE_MODE_LANE = 100, 200  # Gb/s a lane
_COPPER_PAIR_RATE = 1  # Gb/s: twisted pair with RJ45
_LAST = "SMF"  # reaches anywhere


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an end of a cable is: rack, row and place of the rack, rack unit, and the rack's height in units."""

    rack: str
    row: int
    place: int
    unit: int
    height: int


@dataclass(frozen=True, slots=True)
class Way:
    """What a cable must carry, and how: ``copper`` says whether the ends allow a copper cable, ``alone`` whether each
    cage carries this link only, ``protocol`` is infiniband or ethernet."""

    rate_gbps: int
    protocol: str
    copper: bool = False
    alone: bool = True


def length(a: Spot, z: Spot, *, through: bool = False) -> float:
    """Metres of the route between two places, the same from either end; ``through`` says whether the ends may be on
    opposite faces of a rack."""
    if a.rack == z.rack:
        round_ = RACK_WIDTH + (RACK_DEPTH if through else 0) if a.height <= MOST_UNITS else 0  # a floor has no sides
        return 2 * SLACK + abs(a.unit - z.unit) * UNIT + round_
    rise = sum((spot.height - spot.unit) * UNIT + TRAY for spot in (a, z))
    return 2 * SLACK + rise + abs(a.place - z.place) * RACK_WIDTH + abs(a.row - z.row) * ROW_PITCH


def choose(way: Way, metres: float) -> tuple[str, float]:
    """DAC, ACC, AOC, MMF, SMF or Cat6, and the length to order in metres; "" where the link's rate is not known."""
    if not way.rate_gbps:
        return "", sold(_LAST, metres) or metres
    found = ((medium.partition(" ")[0], sold(medium, metres)) for medium in _media(way))
    return next((medium, length_) for medium, length_ in found if length_ is not None)


def sold(kind: str, metres: float) -> float | None:
    """The shortest length that a kind of cable of the catalogue is sold in and that reaches; None where none does."""
    return cables()[kind].length(metres)


def _media(way: Way) -> Iterator[str]:
    """Entries of the catalogue that carry the link, the one to be preferred first."""
    if way.rate_gbps <= _COPPER_PAIR_RATE:
        yield "Cat6"
        return
    if lane_gbps(way.rate_gbps, way.protocol) >= _SINGLE_MODE_LANE:
        yield "SMF"
        return
    if way.copper:
        yield "DAC of eight lanes" if way.rate_gbps > LANES * _ETHERNET_LANE else "DAC"
        yield from ["ACC"] if way.rate_gbps > AOC_RATE else []
    yield from ["AOC"] if way.alone and way.rate_gbps <= AOC_RATE else []
    yield from ("MMF", "SMF")


def lane_gbps(rate_gbps: int, protocol: str) -> int:
    """Gb/s of one electrical lane of a link."""
    lane = rate_gbps // LANES
    return lane if protocol == "infiniband" else min(lane, _ETHERNET_LANE)


def lanes(rate_gbps: int, protocol: str) -> int:
    """Electrical lanes of a link of 4 Gb/s or more."""
    return rate_gbps // lane_gbps(rate_gbps, protocol)
