"""The point-to-point file of NVIDIA Mission Control: Ethernet links for bcm-netautogen.

Columns: North-South network deployment guide 2.0.0, appendix. What no document says, and is ours: a bundle is all
cables between two racks, counted in order of appearance, and SEQ counts within it; the role of a rack is its kind. The
transceivers are left empty, as no document says in which words: which rows are legs of one splitter says cables.csv.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, End, Plant

HEADER = ("#", "BUNDLE_ID", "SEQ", "SRC_RACKROLE", "SRC_RACK", "SRC_U", "SRC_NAME", "SRC_HCA_PORT", "SRC_TRANSCEIVER",
          "DST_RACKROLE", "DST_RACK", "DST_U", "DST_NAME", "DST_PORT", "DST_TRANSCEIVER")  # fmt: skip


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/mission-control/p2p_ethernet.csv, where there is an Ethernet fabric."""
    cables = [cable for fabric in plant.of("ethernet").values() for cable in fabric]
    if not cables:
        return {}
    return {"cabling/mission-control/p2p_ethernet.csv": csv_text.dump(HEADER, _rows(plant, cables))}


def _rows(plant: Plant, cables: list[Cable]) -> Iterator[tuple[object, ...]]:
    bundles: dict[tuple[str, str], int] = {}
    filled: dict[int, int] = {}
    for number, cable in enumerate(cables, 1):
        bundle = bundles.setdefault((cable.a.rack, cable.z.rack), len(bundles) + 1)
        filled[bundle] = filled.get(bundle, 0) + 1
        yield number, bundle, filled[bundle], *_end(plant, cable.a), *_end(plant, cable.z)


def _end(plant: Plant, end: End) -> tuple[object, ...]:
    return plant.racks[end.rack].kind, end.rack, end.unit, end.name, end.printed, ""
