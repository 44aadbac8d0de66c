"""Loads and credit loops, held against walking every flow of every shift."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dgxops.simulate.credits import credit_loop
from dgxops.simulate.loads import Loads, loads_of
from dgxops.simulate.routes import Routes
from tests.simulate.small import LEAVES, PER_LEAF, SPINES, fat_tree, name, ring

NODES = LEAVES * PER_LEAF
ALL = [name(i) for i in range(NODES)]


def flows(routes: Routes, row: list[str | None], shift: int) -> Counter[int]:
    """Flows by channel between switches at one shift."""
    loads: Counter[int] = Counter()
    for index, source in enumerate(row):
        target = row[(index + shift) % len(row)]
        if source and target:
            loads.update((routes.path(routes.switch_of[source], routes.lids[target]) or ())[:-1])
    return loads


def same(loads: Loads, routes: Routes, row: list[str | None]) -> bool:
    by_shift = [flows(routes, row, shift) for shift in range(1, len(row))]
    pairs = Counter(flow for shift in by_shift for flow in shift.values())
    worst = tuple(max(shift.values(), default=0) for shift in by_shift)
    return loads.pairs == tuple(sorted(pairs.items())) and loads.worst_shifts == worst


def test_a_balanced_fat_tree_carries_every_shift_with_one_flow_a_channel() -> None:
    loads = loads_of(fat_tree(), {"rail": ALL})
    assert (loads.most, loads.mean, loads.mean_worst, loads.clean_shifts, loads.shifts) == (1, 1.0, 1.0, 5, 5)
    assert loads.inside == ((1, NODES * (PER_LEAF - 1)),)
    assert loads.across == ((3, NODES * (NODES - PER_LEAF)),)
    assert loads.unreachable == 0


def test_all_through_one_spine_is_two_flows_a_channel() -> None:
    loads = loads_of(fat_tree(dict.fromkeys(range(NODES), 0)), {"rail": ALL})
    assert loads.most == 2
    assert loads.worst_channel in {f"leaf-{n} port 3" for n in (1, 2, 3)} | {f"spine-1 port {n}" for n in (1, 2, 3)}


SPINE_FOR = st.dictionaries(st.integers(0, NODES - 1), st.integers(0, SPINES - 1))
ROW = st.permutations(ALL).flatmap(
    lambda row: st.lists(st.booleans(), min_size=NODES, max_size=NODES).map(
        lambda here: [node if there else None for node, there in zip(row, here, strict=True)]
    )
)


@given(SPINE_FOR, ROW)
def test_the_ranges_say_what_walking_every_flow_says(spine_for: dict[int, int], row: list[str | None]) -> None:
    """In any order of the nodes, with places left free, over any choice of spines."""
    routes = fat_tree(spine_for)
    assert same(loads_of(routes, {"rail": row}), routes, row)


def test_a_node_without_a_way_is_counted() -> None:
    routes = fat_tree()
    cut = bytearray(routes.tables[0])
    cut[6] = 255
    loads = loads_of(Routes(routes.names, (bytes(cut), *routes.tables[1:]), *parts(routes)), {"rail": ALL})
    assert loads.unreachable == PER_LEAF


def parts(routes: Routes) -> tuple[tuple[tuple[int, ...], ...], dict[str, int], dict[str, int]]:
    return routes.behind, dict(routes.lids), dict(routes.switch_of)


def test_a_fat_tree_has_no_credit_loop() -> None:
    assert credit_loop(fat_tree()) == ()


def test_a_ring_has_one_and_it_is_named_in_order() -> None:
    routes = ring()
    loop = [routes.words(channel) for channel in credit_loop(routes)]
    assert len(loop) == 4
    start = loop.index("s0 port 2")
    assert loop[start:] + loop[:start] == ["s0 port 2", "s1 port 2", "s2 port 2", "s3 port 2"]
