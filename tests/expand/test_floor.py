"""Racks stand where their position says: no two in one place, and growth moves none."""

from __future__ import annotations

import pytest

from dgxops import catalogue
from dgxops.expand.floor import BAY, ROWS, compute_place, group_row, network_place
from dgxops.model.rack import Rack
from tests.conftest import cluster_of

PLATFORMS = sorted((system, a.id) for a in catalogue.load().architectures.values() for system in a.systems[:1])


def racks(platform: str, architecture: str, units: int) -> dict[str, Rack]:
    wide = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}
    made = cluster_of(platform=platform, architecture=architecture, scalable_units=units, networks=wide)
    return {rack.name: rack for rack in made.racks}


@pytest.mark.parametrize(("platform", "architecture"), PLATFORMS)
def test_no_two_racks_stand_in_one_place_and_growth_moves_none(platform: str, architecture: str) -> None:
    small, large = racks(platform, architecture, 1), racks(platform, architecture, 5)
    assert len({(r.row, r.place) for r in large.values()}) == len(large)
    assert all(r.place for r in large.values())
    assert all(large[name] == rack for name, rack in small.items())


def test_a_unit_is_a_row_with_its_network_rack_in_the_middle() -> None:
    here = racks("dgx-h100", "h100", 2)
    row = sorted((r.place, r.name) for r in here.values() if r.row == 2)
    assert [name for _, name in row] == [
        *(f"su02-r{n:02d}" for n in (1, 2, 3, 4)), "leaf-rack-02", *(f"su02-r{n:02d}" for n in (5, 6, 7, 8))
    ]  # fmt: skip
    assert [place for place, _ in row] == list(range(1, 10))
    assert [r.name for r in sorted(here.values(), key=lambda r: r.place) if r.row == 0] == ["mgmt-01", "spine-rack-01"]


def test_the_seventeenth_unit_starts_a_bay_that_no_unit_reaches_into() -> None:
    assert compute_place(17, 1, 18) == (1, BAY + 1)
    assert compute_place(16, 18, 18) == (16, 19)
    assert network_place(17, 18) == (1, BAY + 10)


@pytest.mark.parametrize(("platform", "architecture", "pdus"), [("dgx-h100", "h100", 3), ("dgx-a100", "a100", 2)])
def test_pdus_are_those_of_the_document(platform: str, architecture: str, pdus: int) -> None:
    assert {r.pdus for r in racks(platform, architecture, 1).values() if r.kind == "compute"} == {pdus}


def test_growth_moves_no_rack_of_a_plain_group() -> None:
    """Its one switch stands in the first rack of systems; the tree after it has a network rack, first of the row."""
    groups = [
        {
            rack.name: rack
            for rack in cluster_of(platform="dgx-1-v100", scalable_units="none", nodes=n, fabric="QM8700").racks
        }
        for n in (4, 40)
    ]
    small, large = groups
    assert {name: (r.kind, r.row, r.place) for name, r in small.items()} == {
        "rack-01": ("compute", 1, 2), "mgmt-01": ("management", 0, 1),
    }  # fmt: skip
    assert all(large[name] == rack for name, rack in small.items())
    assert len({(r.row, r.place) for r in large.values()}) == len(large)


def test_rows_of_a_group_depend_on_the_groups_above_alone() -> None:
    """A plain group has two rows, one with units a whole bay."""
    assert [group_row([True] * n, 1) for n in range(3)] == [2, 4, 6]
    assert group_row([False], 0) == 1 + ROWS + 1
    assert group_row([False, True, True], 1) == group_row([True, False, True], 1) == 1 + (ROWS + 1) + 2 + 2 + 1
