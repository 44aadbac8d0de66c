"""How the racks of an architecture are filled: what NVIDIA or the press says of the order, and room for the rest."""

from __future__ import annotations

import pytest

from dgxops import catalogue
from dgxops.check import places
from tests.conftest import cluster_of


@pytest.mark.parametrize("name", ["gb200-nvl72", "gb300-nvl72"])
def test_nvlink_switch_trays_have_eight_trays_below_and_ten_above(name: str) -> None:
    racks = catalogue.load().architectures[name].racks
    switches = next(f.units for f in racks.fixtures if f.kind == "NVLink switch tray")
    assert len(switches) == 9
    assert sum(unit < min(switches) for unit in racks.node_units) == 8
    assert sum(unit > max(switches) for unit in racks.node_units) == 10


@pytest.mark.parametrize("platform", ["dgx-gb200-nvl72", "dgx-gb300-nvl72"])
def test_trays_shelves_and_switches_of_an_nvl72_rack_fit(platform: str) -> None:
    """18 trays, 9 switch trays, 8 power shelves and two out-of-band switches, each in a unit of its own."""
    cluster = cluster_of(platform=platform, scalable_units=1)
    first = next(r.name for r in cluster.racks if r.kind == "compute")
    assert sum(t.rack == first for t in places.things(cluster)) == 18 + 9 + 8 + 2
    assert not places.racks(cluster).findings
