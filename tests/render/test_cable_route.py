"""Lengths are symmetric, grow with distance, and are those on sale of each medium; media follow their reach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxops.catalogue.cables import cables as catalogue
from dgxops.model.fabric import LinkKind
from dgxops.render.cabling import route
from dgxops.render.cabling.plant import plant_of
from dgxops.render.cabling.route import Spot, Way, choose, length
from tests.conftest import cluster_of


def spots() -> st.SearchStrategy[Spot]:
    racks = st.tuples(st.integers(0, 16), st.integers(1, 88))
    return st.builds(lambda rack, unit: Spot(f"r{rack}", *rack, unit, 48), racks, st.integers(1, 48))


@given(spots(), spots())
def test_a_cable_is_as_long_from_either_end(a: Spot, z: Spot) -> None:
    assert length(a, z) == pytest.approx(length(z, a))
    assert length(a, z) >= 2 * route.SLACK
    assert length(a, z, through=True) - length(a, z) in (0, pytest.approx(route.RACK_DEPTH))


def test_a_length_by_hand() -> None:
    """Unit 3 to unit 10 of racks of 48, four places and one row apart: 1 + (45 + 38) x 0.04445 + 0.6 + 2.4 + 2.4."""
    assert length(Spot("a", 1, 1, 3, 48), Spot("b", 2, 5, 10, 48)) == pytest.approx(10.089, abs=0.001)


def test_a_length_within_a_rack_by_hand() -> None:
    """Unit 3 to unit 10: 1 + 7 x 0.04445, 0.6 to the side and back, and 1.2 from a rear to a front."""
    low, high = Spot("a", 1, 1, 3, 48), Spot("a", 1, 1, 10, 48)
    assert length(low, high) == pytest.approx(1.911, abs=0.001)
    assert length(low, high, through=True) == pytest.approx(3.111, abs=0.001)


@given(
    st.sampled_from([1, 100, 200, 400, 800]),
    st.floats(0.3, 240),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["ethernet", "infiniband"]),
)
def test_what_is_ordered_is_on_sale_and_reaches(
    rate: int, metres: float, copper: bool, alone: bool, protocol: str
) -> None:
    medium, sold = choose(Way(rate, protocol, copper, alone), metres)
    entry = catalogue()[medium]
    assert sold >= metres
    assert sold in entry.lengths or (entry.step and sold > entry.lengths[-1] and sold % entry.step == 0)


def test_lengths_are_those_of_the_parts_that_were_read() -> None:
    """MFS1S50-V003E to -V030E and MCP7Y60 as NVIDIA lists them: nothing of 1.5 or of 7 m of the first."""
    assert catalogue()["AOC"].lengths[:6] == [3, 5, 10, 15, 20, 30]
    assert catalogue()["DAC splitter"].lengths == [1, 1.5, 2]
    assert choose(Way(100, "ethernet"), 1.3) == ("AOC", 3)
    assert choose(Way(100, "ethernet"), 5.2) == ("AOC", 10)
    assert choose(Way(400, "infiniband"), 31) == ("MMF", 35)


@pytest.mark.parametrize(("metres", "expected"), [(0.2, 0.5), (0.5, 0.5), (0.51, 1), (3.0, 3), (101, 150), (150, 150)])
def test_lengths_of_patch_cords(metres: float, expected: float) -> None:
    assert choose(Way(1, "ethernet"), metres) == ("Cat6", expected)


@pytest.mark.parametrize(
    ("rate", "metres", "copper", "expected"),
    [
        (400, 3, True, "DAC"), (400, 3, False, "MMF"), (400, 5, True, "ACC"), (400, 7, True, "MMF"),
        (800, 50, False, "MMF"), (800, 100, False, "SMF"), (100, 3, True, "DAC"), (100, 5, True, "AOC"),
        (200, 100, False, "AOC"), (200, 150, False, "SMF"), (1, 20, False, "Cat6"), (0, 1, True, ""),
    ],
)  # fmt: skip
def test_media(rate: int, metres: float, copper: bool, expected: str) -> None:
    assert choose(Way(rate, "ethernet", copper), metres)[0] == expected


def test_an_active_optical_cable_has_its_cage_to_itself() -> None:
    """Its end is a module of 200 Gb/s at most: in a cage that four links share, the others would have no room."""
    assert choose(Way(200, "ethernet", alone=False), 10) == ("MMF", 10)


@pytest.mark.parametrize("metres", [0.5, 3, 10, 50, 100, 200])
def test_lanes_of_200_gigabits_are_never_multimode(metres: float) -> None:
    """XDR: 800 Gb/s over four lanes. The same rate over Ethernet has lanes of 100 Gb/s."""
    assert choose(Way(800, "infiniband"), metres)[0] == "SMF"
    assert route.lane_gbps(800, "ethernet") == 100
    assert route.lane_gbps(400, "infiniband") == 100


@pytest.mark.parametrize(
    ("rate", "metres", "expected"),
    [(800, 2, "DAC"), (800, 3, "ACC"), (800, 5, "ACC"), (800, 7, "MMF"), (400, 3, "DAC"), (400, 5, "ACC")],
)
def test_passive_copper_between_twin_ports_ends_at_two_metres(rate: int, metres: float, expected: str) -> None:
    """Eight lanes of 100 Gb/s: OSFP to OSFP is sold to 2 m, a splitter of four lanes an end to 3 m."""
    assert choose(Way(rate, "ethernet", copper=True), metres)[0] == expected


def test_a_unit_of_xdr_is_single_mode() -> None:
    cables = plant_of(cluster_of(platform="dgx-b300", architecture="b300-xdr", scalable_units=1)).cables
    assert {c.media for c in cables if c.fabric.name == "compute" and c.kind is not LinkKind.UFM} == {"SMF"}
    assert {c.media for c in cables if c.kind is LinkKind.UFM} == {""}, "nobody published the rate of that port"
    assert {c.media for c in cables if c.fabric.name == "inband"} == {"MMF"}


def test_growth_changes_no_length() -> None:
    small, large = (
        {c.id: (c.metres, c.media) for c in plant_of(cluster_of(scalable_units=n, grow_to=4)).cables} for n in (2, 4)
    )
    shared = small.keys() & large.keys()
    assert len(shared) > 1000
    assert all(small[id_] == large[id_] for id_ in shared)


def test_sixty_four_units_stay_within_a_hundred_metres() -> None:
    wide = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}
    cables = plant_of(cluster_of(scalable_units=64, omit="none", networks=wide)).cables
    assert max(c.length_class for c in cables) <= 100
