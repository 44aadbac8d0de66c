"""Splitters: one plug in a cage of a switch, and a cable from it to each of several devices.

Where a fast cage is shared by slow links it takes one cable for all of them, not one each:

- an uplink of an out-of-band switch is QSFP28 at 100 Gb/s and the cage of a Spectrum-4 switch OSFP at 800 Gb/s: one
  cable of OSFP to 2x QSFP56, copper or active optical. Whether the far switch runs a group of lanes at 100 Gb/s must be
  looked up: no document at hand says so of the optical one;
- where four links of hosts share a cage, each of the two connectors of its transceiver takes a fibre that splits in
  two.

Two links of a cage of two connectors are two fibres, and no splitter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dgxops.catalogue.cables import cables as catalogue
from dgxops.model.fabric import LinkKind
from dgxops.render.cabling import cages, route

if TYPE_CHECKING:
    from dgxops.render.cabling.plant import Cable

LEGS = 2
_CONNECTORS = 2  # of a twin-port transceiver
CONFIRM = "confirm 2 x 100 Gb/s on the compatibility list"
_TOO_LONG = "no splitter of this length is on sale"


@dataclass(frozen=True, slots=True)
class Splitter:
    """What a cable is a leg of: ``id`` names the cage and, where it has several, the connector; legs count from 1."""

    id: str
    leg: int
    kind: str  # of the catalogue; empty where none is long enough
    form: str
    alone: bool  # no other leg is in use
    slow: bool  # the lanes of a fast cage must run at 100 Gb/s together

    @property
    def remark(self) -> str:
        """What a person at either end must know."""
        half = ", the other leg unused" if self.alone else ""
        words = f"leg {self.leg} of splitter {self.id}, {self.form}{half}{f'; {CONFIRM}' if self.slow else ''}"
        return words if self.kind else f"{words}; {_TOO_LONG}"


def joined(cables: Sequence[Cable]) -> tuple[Cable, ...]:
    """The cables, those that are legs of a splitter with it; all legs of one are as long as the longest must be."""
    legs: dict[str, list[Cable]] = {}
    for cable in cables:
        if id_ := _splitter_of(cable):
            legs.setdefault(id_, []).append(cable)
    made = {leg.id: leg for id_, those in legs.items() for leg in _split(id_, those)}
    return tuple(made.get(cable.id, cable) for cable in cables)


def _splitter_of(cable: Cable) -> str:
    """Id of the splitter; empty where the cable is none of its legs."""
    lane = int(cable.z.at.port.partition("/")[2] or 0)
    if not lane:
        return ""
    if cable.kind is LinkKind.OOB_INBAND:
        return f"{cable.z.name}:{cable.z.cage}"
    if cable.media in cages.FIBRE and cable.fabric.lanes == _CONNECTORS * LEGS:
        return f"{cable.z.name}:{cable.z.cage}{'ab'[(lane - 1) // LEGS]}"
    return ""


def _split(id_: str, legs: Sequence[Cable]) -> Iterable[Cable]:
    media, length = _chosen(legs)
    kind = f"{media} splitter" if media else ""
    form = catalogue()[kind or "AOC splitter"].form
    for cable in legs:
        leg = (int(cable.z.at.port.partition("/")[2]) - 1) % LEGS + 1
        splitter = Splitter(id_, leg, kind, form, len(legs) == 1, cable.kind is LinkKind.OOB_INBAND)
        yield replace(cable, media=media, length_class=length, splitter=splitter)


def _chosen(legs: Sequence[Cable]) -> tuple[str, float]:
    """Medium and length for all legs; no medium where no splitter is as long."""
    metres = max(cable.metres for cable in legs)
    media = ("DAC", "AOC") if legs[0].kind is LinkKind.OOB_INBAND else (legs[0].media, "SMF")
    found = ((medium, route.sold(f"{medium} splitter", metres)) for medium in media)
    return next(((medium, sold) for medium, sold in found if sold), ("", route.sold("SMF", metres) or metres))
