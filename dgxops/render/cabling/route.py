"""How long a cable is, and what it is made of. All figures here are assumptions of ours, for lack of a document:

- racks are 0.6 m wide and stand side by side; rows are 2.4 m apart (racks of 1.2 m, aisles of 1.2 m);
- between racks a cable rises to a tray 0.3 m above, follows the rows at right angles, and comes down again;
- each end takes 0.5 m of slack, and a rack unit is 44.45 mm (EIA-310);
- passive copper reaches 3 m and active copper 5 m, where both ends are switches or the link is Ethernet, and only in
  cages that carry one link; up to 200 Gb/s an active optical cable reaches 100 m; all else is fibre with transceivers,
  multimode up to 50 m and single-mode beyond;
- eight lanes of passive copper reach 2 m. Read: NVIDIA sells twin-port OSFP to twin-port OSFP up to 2 m, and splitters
  up to 3 m. Inferred: any link above 400 Gb/s has eight lanes;
- lanes of 200 Gb/s (XDR InfiniBand) have single-mode fibre at any length. Read: NVIDIA's list of 200G-PAM4 parts has no
  multimode optics, no active optical cables and no passive copper; its active copper joins twin ports, two links a
  cable, which is not chosen here. Inferred: InfiniBand links have four lanes; those of Ethernet run at 100 Gb/s at
  most, as on Spectrum-4, the newest Ethernet switches of the catalogue.

A site that stands otherwise measures its own lengths: the classes are for ordering, not for cutting.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

RACK_WIDTH = 0.6  # m
ROW_PITCH = 2.4  # m
TRAY = 0.3  # m above the top of the racks
SLACK = 0.5  # m an end
UNIT = 0.04445  # m
CLASSES = (0.5, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100)  # m
_BEYOND = 50  # m: steps of classes past the last
DAC_REACH, TWIN_DAC_REACH, ACC_REACH, AOC_REACH, MULTIMODE_REACH = 3, 2, 5, 100, 50  # m
_AOC_RATE = 200  # Gb/s
LANES = 4  # of an InfiniBand link, and of one fibre connector
_ETHERNET_LANE, _SINGLE_MODE_LANE = 100, 200  # Gb/s a lane
_COPPER_PAIR_RATE = 1  # Gb/s: twisted pair with RJ45


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an end of a cable is: rack, row and place of the rack, rack unit, and the rack's height in units."""

    rack: str
    row: int
    place: int
    unit: int
    height: int


def length(a: Spot, z: Spot) -> float:
    """Metres of the route between two places; the same from either end."""
    if a.rack == z.rack:
        return 2 * SLACK + abs(a.unit - z.unit) * UNIT
    rise = sum((spot.height - spot.unit) * UNIT + TRAY for spot in (a, z))
    return 2 * SLACK + rise + abs(a.place - z.place) * RACK_WIDTH + abs(a.row - z.row) * ROW_PITCH


def length_class(metres: float) -> float:
    """The shortest length that is sold and long enough; past 100 m in steps of 50 m."""
    if metres > CLASSES[-1]:
        return float(-(-metres // _BEYOND) * _BEYOND)
    return CLASSES[bisect_left(CLASSES, metres)]


def lane_gbps(rate_gbps: int, protocol: str) -> int:
    """Gb/s of one electrical lane of a link."""
    lane = rate_gbps // LANES
    return lane if protocol == "infiniband" else min(lane, _ETHERNET_LANE)


def lanes(rate_gbps: int, protocol: str) -> int:
    """Electrical lanes of a link of 4 Gb/s or more."""
    return rate_gbps // lane_gbps(rate_gbps, protocol)


def medium(rate_gbps: int, metres: float, *, copper: bool, protocol: str) -> str:
    """DAC, ACC, AOC, MMF, SMF or Cat6 for a link of this length class; empty where its rate is not known.

    ``copper`` says whether the ends allow a copper cable, ``protocol`` is infiniband or ethernet.
    """
    if not rate_gbps:
        return ""
    if rate_gbps <= _COPPER_PAIR_RATE:
        return "Cat6"
    if lane_gbps(rate_gbps, protocol) >= _SINGLE_MODE_LANE:
        return "SMF"
    if copper and metres <= (TWIN_DAC_REACH if rate_gbps > LANES * _ETHERNET_LANE else DAC_REACH):
        return "DAC"
    if copper and metres <= ACC_REACH and rate_gbps > _AOC_RATE:
        return "ACC"
    if rate_gbps <= _AOC_RATE and metres <= AOC_REACH:
        return "AOC"
    return "MMF" if metres <= MULTIMODE_REACH else "SMF"
