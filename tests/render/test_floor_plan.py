"""The floor plan and site/floor.csv say the same: whoever stands further on in the list is drawn further on."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from dgxops.render import drawings
from tests.conftest import cluster_of
from tests.render.plants import WIDE

SVG = "{http://www.w3.org/2000/svg}"
CLUSTERS = {
    "two bays": {"scalable_units": 18, "omit": "none", "networks": WIDE},
    "four units": {"scalable_units": 4},
    "A100": {"platform": "dgx-a100", "scalable_units": 7},
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_racks_are_drawn_at_their_rows_and_places(name: str) -> None:
    """The same row is the same height, the same place the same distance; a higher number is further down or right."""
    cluster = cluster_of(**CLUSTERS[name])
    root = ElementTree.fromstring(drawings.artifacts(cluster)["site/racks.svg"])  # noqa: S314
    at: dict[tuple[int, int], tuple[float, float]] = {}
    for tile in (g for g in root.iter(f"{SVG}g") if "data-row" in g.attrib):
        box = tile.find(f"{SVG}rect")
        assert box is not None
        spot = int(tile.attrib["data-row"]), int(tile.attrib["data-place"])
        assert spot not in at
        at[spot] = float(box.attrib["x"]), float(box.attrib["y"])
    assert at.keys() == {(rack.row, rack.place) for rack in cluster.racks}
    for axis, edges in ((0, [(place, x) for (_, place), (x, _) in at.items()]),
                        (1, [(row, y) for (row, _), (_, y) in at.items()])):  # fmt: skip
        one = dict(edges)
        assert len(one) == len(set(edges)), axis
        assert all(one[a] < one[b] for a, b in pairwise(sorted(one)))
