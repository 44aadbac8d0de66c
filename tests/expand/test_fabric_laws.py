"""Laws of every compute fabric, at every size that is offered."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from dgxops.model.fabric import Fabric, LinkKind, Tier
from dgxops.model.node import PortRole
from tests.conftest import cluster_of

SIZES = [1, 2, 3, 4, 5, 8, 9, 16, 18, 32, 33]


@pytest.fixture(scope="module", params=SIZES)
def fabric(request: pytest.FixtureRequest) -> Fabric:
    return cluster_of(
        scalable_units=request.param,
        networks={"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}},
    ).fabric("compute")


def test_no_port_is_used_twice(fabric: Fabric) -> None:
    ends = Counter(end for link in fabric.links for end in (link.a, link.z))
    assert [end for end, count in ends.items() if count > 1] == []


def test_no_switch_has_more_links_than_ports(fabric: Fabric) -> None:
    ports = {s.name: s.radix for s in fabric.switches}
    for link in fabric.links:
        for end in (link.a, link.z):
            if end.device in ports:
                assert 1 <= int(end.port) <= ports[end.device]


def test_every_leaf_has_as_many_uplinks_as_downlinks(fabric: Fabric) -> None:
    uplinks = Counter(link.a.device for link in fabric.links if link.kind is LinkKind.LEAF_SPINE)
    leaves = [s for s in fabric.switches if s.tier is Tier.LEAF]
    assert {uplinks[s.name] for s in leaves} == {leaves[0].radix // 2}


def test_spines_are_non_blocking_below_cores(fabric: Fabric) -> None:
    down = Counter(link.z.device for link in fabric.links if link.kind is LinkKind.LEAF_SPINE)
    up = Counter(link.a.device for link in fabric.links if link.kind is LinkKind.SPINE_CORE)
    if up:
        assert all(up[spine] >= count for spine, count in down.items())
        assert down == up or fabric.switch_counts()[Tier.LEAF] > 32 * 8, "only a section that is not full has more"


def test_links_from_a_switch_upwards_are_spread_evenly(fabric: Fabric) -> None:
    """The same whole number of links to each switch above: no thin path."""
    above: dict[str, Counter[str]] = defaultdict(Counter)
    for link in fabric.links:
        if link.kind is not LinkKind.NODE_LEAF:
            above[link.a.device][link.z.device] += 1
    assert {len(set(counts.values())) for counts in above.values()} == {1}


def test_in_three_tiers_a_spine_serves_one_rail(fabric: Fabric) -> None:
    if not fabric.switch_counts()[Tier.CORE]:
        return
    by_name = {s.name: s for s in fabric.switches}
    for link in fabric.links:
        if link.kind is LinkKind.LEAF_SPINE:
            assert by_name[link.a.device].rail == by_name[link.z.device].rail


@pytest.mark.parametrize("units", [1, 4, 18])
def test_hca_of_rail_k_meets_leaf_k_of_its_unit(units: int) -> None:
    cluster = cluster_of(scalable_units=units)
    fabric = cluster.fabric("compute")
    leaves = {s.name: s for s in fabric.switches}
    rails = {p.name: p.rail for p in cluster.systems[0].ports_of(PortRole.COMPUTE)}
    checked = 0
    for link in fabric.links:
        host = cluster.by_name.get(link.a.device)
        if host and host.system:
            leaf = leaves[link.z.device]
            assert (leaf.su, leaf.rail, link.z.port) == (host.su, rails[link.a.port], str(host.index_in_su))
            checked += 1
    assert checked == 8 * len(cluster.nodes)


def test_ufm_takes_the_ports_that_the_omitted_node_frees() -> None:
    cluster = cluster_of(scalable_units=4)
    links = [link for link in cluster.fabric("compute").links if link.a.device.startswith("ufm-")]
    assert [link.z.device for link in links] == ["leaf-01-1", "leaf-01-2", "leaf-01-3", "leaf-01-4"]
    assert {link.z.port for link in links} == {"32"}
