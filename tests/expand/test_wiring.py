"""Laws of the fat tree at sizes that no test could build whole: no port twice, nothing blocks, the core joins."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import pytest

from dgxops.errors import DgxopsError
from dgxops.expand import twins
from dgxops.expand.wiring import Shape, Uplink, leaf_spine_links, most_units, shape_for, spine_core_links

# units, rails, radix: one section and several, a core that joins all rails (256 units) and one a rail (320)
TREES = [(1, 8, 64), (7, 8, 40), (28, 8, 40), (33, 8, 64), (64, 8, 64), (256, 8, 64), (320, 8, 64), (80, 4, 64)]


@pytest.fixture(scope="module", params=TREES, ids=str)
def shape(request: pytest.FixtureRequest) -> Shape:
    return shape_for(*request.param)


def test_every_port_of_every_switch_is_used_at_most_once(shape: Shape) -> None:
    ups, downs = list(leaf_spine_links(shape, shape.units)), list(spine_core_links(shape))
    ends = [("leaf", u.lower, u.lower_port) for u in ups] + [("spine", u.upper, u.upper_port) for u in ups]
    ends += [("spine", u.lower, u.lower_port) for u in downs] + [("core", u.upper, u.upper_port) for u in downs]
    assert len(ends) == len(set(ends))
    assert all(1 <= port <= shape.radix for _, _, port in ends)


def test_every_switch_exists_and_every_layer_is_used(shape: Shape) -> None:
    assert {u.upper for u in leaf_spine_links(shape, shape.units)} == set(range(shape.all_spines))
    assert {u.upper for u in spine_core_links(shape)} == set(range(shape.all_cores))


def test_a_switch_has_as_many_links_to_each_switch_above(shape: Shape) -> None:
    for links in (leaf_spine_links(shape, shape.units), spine_core_links(shape)):
        above: dict[int, Counter[int]] = defaultdict(Counter)
        for link in links:
            above[link.lower][link.upper] += 1
        assert {len(set(counts.values())) for counts in above.values()} <= {1}


def test_no_layer_has_less_capacity_than_the_one_below(shape: Shape) -> None:
    down = Counter(u.upper for u in leaf_spine_links(shape, shape.units))
    up = Counter(u.lower for u in spine_core_links(shape))
    assert all(up[spine] >= count for spine, count in down.items()) or not up


def test_the_core_joins_all_rails_or_keeps_each_to_itself(shape: Shape) -> None:
    rails: dict[int, set[int | None]] = defaultdict(set)
    for link in spine_core_links(shape):
        rails[link.upper].add(shape.rail_of(link.lower))
    wanted = shape.rails if shape.core_sets == 1 else 1
    assert {len(met) for met in rails.values()} <= {wanted}


@pytest.mark.parametrize("units", [33, 64, 96, 128, 256, 320])
def test_between_sections_there_is_one_way_down_from_a_core(units: int) -> None:
    """To each section of each rail: OpenSM's ftree put two flows on a link where there were more (64 units)."""
    shape = shape_for(units, 8, 64)
    down: dict[tuple[int, int], set[int]] = defaultdict(set)
    for link in spine_core_links(shape):
        down[link.upper, link.lower // shape.spines].add(link.lower)
    assert {len(spines) for spines in down.values()} == {1}


def test_leaves_of_one_rail_reach_one_another_in_every_section(shape: Shape) -> None:
    for link in leaf_spine_links(shape, shape.units):
        assert shape.rail_of(link.upper) in (None, link.lower % shape.rails)


def test_sections_that_are_added_leave_the_earlier_ones_alone() -> None:
    small, large = shape_for(64, 8, 64), shape_for(96, 8, 64)
    assert set(leaf_spine_links(small, 64)) <= set(leaf_spine_links(large, 96))


@pytest.mark.parametrize(
    ("units", "rails", "up", "spines", "cores"),
    [
        (33, 8, None, 384, 176),  # three sections of 11: full ones of 32 would take 512 and 256
        (34, 8, None, 512, 160),  # two of 20: three of 12 are not even, and ftree had two flows on a link there
        (48, 8, None, 384, 256),  # three of 16
        (64, 8, None, 512, 256),  # two of 32, the published row
        (66, 1, 28, 63, 32),  # leaves of an Ethernet: nine of 8, for three of 32 84 and 56
    ],
)
def test_sections_are_cut_so_that_the_fewest_switches_are_needed(
    units: int, rails: int, up: int | None, spines: int, cores: int
) -> None:
    shape = shape_for(units, rails, 64, up, shifts=rails > 1)
    assert (shape.all_spines, shape.all_cores) == (spines, cores)
    assert shape.core_sets == 1
    assert shape.spine_up == shape.room * shape.leaf_links  # nothing blocks: as many up as down
    whole = shape_for(units, rails, 64, up, section=32)
    assert whole.all_spines + whole.all_cores >= spines + cores


@pytest.mark.parametrize("units", range(2, 70))
def test_twin_cages_fit_every_cut(units: int) -> None:
    """Odd sections too: no port of a spine is taken twice, and none beyond its last downlink."""
    shape = shape_for(units, 8, 64)
    ends = [(u.upper, u.upper_port) for u in twins.leaf_spine_links(shape, units, 32)]
    assert len(ends) == len(set(ends))
    assert max(port for _, port in ends) <= (64 if shape.tiers == 2 else 32)


def test_more_units_than_three_tiers_carry_are_refused() -> None:
    assert shape_for(most_units(8), 2, 8).tiers == 3
    with pytest.raises(DgxopsError, match="33 units do not fit"):
        shape_for(33, 2, 8)


# units in steps of the catalogue's NDR and Spectrum-4 fabrics; the last number says how many sets of leaves a unit has
TWINS = [(8, 64, 1), (4, 64, 5), (8, 128, 1)]
GROWTH = [1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64]


def twin(units: int, rails: int, radix: int, sets: int) -> list[Uplink]:
    return list(twins.leaf_spine_links(shape_for(units * sets, rails, radix), units * sets, radix // 2))


def plain(units: int, rails: int, radix: int, sets: int) -> list[Uplink]:
    return list(leaf_spine_links(shape_for(units * sets, rails, radix), units * sets))


@pytest.mark.parametrize(("rails", "radix", "sets"), TWINS)
@pytest.mark.parametrize("units", GROWTH)
def test_both_ports_of_a_twin_cage_lead_to_one_switch(rails: int, radix: int, sets: int, units: int) -> None:
    """At both ends, wherever a leaf has an even number of links to each spine; so one twin-port cable can serve."""
    links = twin(units, rails, radix, sets)
    ends = [(u.upper, u.upper_port) for u in links]
    assert len(ends) == len(set(ends))
    assert all(1 <= port <= radix for _, port in ends)
    assert Counter((u.lower, u.upper) for u in links) == Counter(
        (u.lower, u.upper) for u in plain(units, rails, radix, sets)
    )
    if shape_for(units * sets, rails, radix).leaf_links % 2 == 0:
        cages = Counter((u.lower, (u.lower_port - 1) // 2, u.upper, (u.upper_port - 1) // 2) for u in links)
        assert set(cages.values()) == {2}


@pytest.mark.parametrize(("rails", "radix", "sets"), TWINS)
def test_twin_cages_cost_growth_nothing(rails: int, radix: int, sets: int) -> None:
    """As many links keep both their ports as with plain numbers; half of them where the spines double.

    Another cut into sections moves nearly all, whatever their numbers: ``grow_to`` is for who wants none moved.
    """
    for few, more in itertools.pairwise(GROWTH):
        small, large = (shape_for(n * sets, rails, radix) for n in (few, more))
        if small.section != large.section:
            continue
        kept = set(twin(few, rails, radix, sets)) & set(twin(more, rails, radix, sets))
        before = set(plain(few, rails, radix, sets)) & set(plain(more, rails, radix, sets))
        assert len(kept) >= len(before)
        if large.tiers == 2 and large.spines == 2 * small.spines:
            assert len(kept) == len(twin(few, rails, radix, sets)) // 2


@pytest.mark.parametrize(("rails", "radix", "up"), [(8, 144, 72), (1, 64, 28)])
def test_where_spines_do_not_double_numbers_stay_plain(rails: int, radix: int, up: int) -> None:
    """72 links go to 4, 8, 12 and 18 spines, 28 to 2, 4 and 7: there pairs would move more cables with growth."""
    shape = shape_for(2, rails, radix, up)
    assert list(twins.leaf_spine_links(shape, 2, radix // 2)) == list(leaf_spine_links(shape, 2))


def test_a_whole_section_leaves_no_room_for_spare_ports() -> None:
    """A section that the architecture gives may fill a spine: then none of its ports is spare."""
    assert shape_for(9, 8, 64, section=32, spare=4).all_spines > 0
