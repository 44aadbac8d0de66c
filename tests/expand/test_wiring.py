"""Laws of the fat tree at sizes that no test could build whole: no port twice, nothing blocks, the core joins."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from dgxops.errors import DgxopsError
from dgxops.expand.wiring import Shape, leaf_spine_links, most_units, shape_for, spine_core_links

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


def test_leaves_of_one_rail_reach_one_another_in_every_section(shape: Shape) -> None:
    for link in leaf_spine_links(shape, shape.units):
        assert shape.rail_of(link.upper) in (None, link.lower % shape.rails)


def test_sections_that_are_added_leave_the_earlier_ones_alone() -> None:
    small, large = shape_for(64, 8, 64), shape_for(96, 8, 64)
    assert set(leaf_spine_links(small, 64)) <= set(leaf_spine_links(large, 96))


def test_more_units_than_three_tiers_carry_are_refused() -> None:
    assert shape_for(most_units(8), 2, 8).tiers == 3
    with pytest.raises(DgxopsError, match="33 units do not fit"):
        shape_for(33, 2, 8)
