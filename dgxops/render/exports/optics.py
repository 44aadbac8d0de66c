"""Transceivers, counted where the form of a cage is known; the other ends are counted as not counted.

A fibre link has a transceiver in the cage at each end, and a twin port has one however few of its ports are in use.
DAC, ACC and AOC bring their own ends. What goes where:

- Read (NVIDIA, LinkX guides for lanes of 100 and 200 Gb/s): Quantum-2 and Spectrum-4 take finned twin-port OSFP of
  2 x 400 Gb/s, Quantum-X800 finned ones of 2 x 800 Gb/s; the twin cages of a DGX H100 take flat-top ones (RA-11127-001
  counts them), ConnectX-8 of a DGX B300 flat-top OSFP; BlueField-3 accepts QSFP112 only.
- Read (facts of the DGX H100): the ConnectX-7 cards in slots 1 and 2 have QSFP112 cages.
- Secondary: the ConnectX-7 of a DGX GB200 have a single OSFP port each.
- Read (the guide of MMA4Z00-NS400-T): at the end of a fibre that splits in two a transceiver of 400 Gb/s runs two of
  its four lanes, 200 Gb/s.
- Inferred: DGX H200 and B200 are as the DGX H100; optics are SR4 and DR4, as both ends of a fibre must be alike.

Cages of management machines, and of systems whose port names are not published, have no known form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from dgxops.model.cluster import Cluster
from dgxops.render.cabling.cages import FIBRE
from dgxops.render.cabling.plant import Cable, End, Plant
from dgxops.render.cabling.splitters import LEGS

Line = tuple[str, str, str, int, str]

_TWIN_400 = "OSFP twin-port 2 x 400 Gb/s, {top}"
_SWITCHES = {
    **dict.fromkeys(("QM9700", "QM9790", "SN5600", "SN5610"), _TWIN_400.format(top="finned")),
    "Q3400-RA": "OSFP twin-port 2 x 800 Gb/s, finned",
}
"""Model -> what its cages take."""
_HOSTS = (
    (re.compile(r"OSFP\d+P[12]"), 400, _TWIN_400.format(top="flat-top")),
    (re.compile(r"(Left|Right) OSFP P\d+"), 400, "OSFP single-port 400 Gb/s, flat-top"),
    (re.compile(r"OSFP\d+"), 800, "OSFP single-port 800 Gb/s, flat-top"),
    (re.compile(r"Slot[12]P[12]|(\w+ )?BF3 P\d+"), 400, "QSFP112 single-port 400 Gb/s"),
)
"""Printed names of ports, rate of the link in Gb/s, what the cage takes."""
_OPTICS = {"MMF": "SR4", "SMF": "DR4"}


def lines(plant: Plant) -> Iterator[Line]:
    """Transceivers by fabric and kind, then the ends of fibre whose transceiver is left to the site."""
    kinds = _kinds(plant.cluster)
    cages: dict[tuple[str, str], set[tuple[str, str]]] = {}
    unknown: Counter[tuple[str, str]] = Counter()
    for cable in (c for c in plant.cables if c.media in FIBRE or not (c.media or c.fabric.out_of_band)):
        for end in (cable.a, cable.z):
            form = _form(cable, end, kinds) if cable.media else ""
            if form:
                cages.setdefault((_item(form, cable.media), cable.fabric.name), set()).add((end.name, end.cage))
            else:
                unknown[kinds[end.name], cable.fabric.name] += 1
    for (item, fabric), those in cages.items():
        yield "transceiver", item, fabric, len(those), "one a cage"
    for (whose, fabric), count in unknown.items():
        yield "transceiver", f"not counted: ends at {whose}", fabric, count, "the form of these cages is not known"


def _form(cable: Cable, end: End, kinds: Mapping[str, str]) -> str:
    """What the cage of an end takes; empty where it is not known."""
    if not end.is_host:
        return "" if end.for_ufm else _SWITCHES.get(kinds[end.name], "")
    wanted = cable.rate_gbps * (LEGS if cable.splitter else 1)
    return next((form for name, rate, form in _HOSTS if rate == wanted and name.fullmatch(end.at.port)), "")


def _item(form: str, media: str) -> str:
    """A twin port has two of the optics."""
    return f"{form}, {'2x' if 'twin' in form else ''}{_OPTICS[media]}"


def _kinds(cluster: Cluster) -> dict[str, str]:
    """Device -> its system, kind of machine or model of switch."""
    hosts = {h.name: h.system.of_a_host if h.system else f"{h.role.value} machines" for h in cluster.hosts}
    return hosts | {s.name: s.model for f in cluster.fabrics for s in f.switches}
