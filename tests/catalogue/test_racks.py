"""How the racks of an architecture are filled: what NVIDIA or the press says of the order, and room for the rest."""

from __future__ import annotations

from dataclasses import replace

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


def test_six_units_of_a_b300_rack_stay_free_together() -> None:
    """Three PDUs of two units each, as the bill of materials of a third party has them."""
    racks = catalogue.load().architectures["b300-xdr"].racks
    height = catalogue.load().systems["dgx-b300"].rack_units or 0
    taken = {unit for first in racks.node_units for unit in range(first, first + height)}
    assert any(taken.isdisjoint(range(first, first + 6)) for first in range(1, racks.rack_units - 4))
    assert (racks.pdus, racks.pdu_units) == (3, 2)


def test_pdus_that_find_no_room_are_named() -> None:
    """Four systems of ten units leave two units below and six above: room for four PDUs of two units, not for five."""
    cluster = cluster_of(platform="dgx-b300", architecture="b300-xdr", scalable_units=1)
    assert not places.racks(cluster).findings
    full, *others = cluster.racks
    crowded = replace(cluster, racks=(replace(full, pdus=5), *others))
    (finding,) = places.racks(crowded).findings
    assert finding.message == "a rack has no room for its PDUs"
    assert full.name in str(finding)
