"""Growth renames, readdresses and recables nothing that stood."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import LinkKind, Switch, Tier
from tests.conftest import cluster_of

BIG = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}


def standing(cluster: Cluster) -> dict[str, object]:
    """Everything about each host that must never change: place, unit, addresses."""
    return {h.name: (h.role, h.su, h.index_in_su, h.rack, h.rack_unit, h.addresses) for h in cluster.hosts}


def links(cluster: Cluster, kind: LinkKind) -> set[str]:
    return {link.id for fabric in cluster.fabrics for link in fabric.links if link.kind is kind}


def leaves(cluster: Cluster) -> dict[str, Switch]:
    return {s.name: s for fabric in cluster.fabrics for s in fabric.switches if s.tier is Tier.LEAF}


sizes = st.integers(1, 9) | st.sampled_from([12, 16, 18, 32, 33, 40])
histories = st.lists(sizes, min_size=2, max_size=3, unique=True).map(sorted)
populations = st.integers(1, 40)


@settings(max_examples=12, deadline=None)
@given(histories)
def test_growing_leaves_hosts_and_their_cables_alone(sizes: list[int]) -> None:
    before = cluster_of(scalable_units=sizes[0], networks=BIG)
    for size in sizes[1:]:
        after = cluster_of(scalable_units=size, networks=BIG)
        assert standing(before).items() <= standing(after).items()
        assert links(before, LinkKind.NODE_LEAF) <= links(after, LinkKind.NODE_LEAF)
        assert leaves(before).items() <= leaves(after).items()
        before = after


@settings(max_examples=12, deadline=None)
@given(histories)
def test_with_grow_to_nothing_at_all_is_recabled(sizes: list[int]) -> None:
    clusters = [cluster_of(scalable_units=size, grow_to=40, networks=BIG) for size in sizes]
    for before, after in itertools.pairwise(clusters):
        for kind in LinkKind:
            assert links(before, kind) <= links(after, kind)


def test_without_grow_to_only_as_many_uplinks_move_as_must() -> None:
    """From four spines to eight each leaf must give up half its links to each; the other half stays, port for port."""
    one, two, three, four = (
        {link.id for link in cluster_of(scalable_units=n).fabric("compute").links if link.kind is LinkKind.LEAF_SPINE}
        for n in (1, 2, 3, 4)
    )
    assert len(one & two) == len(one) // 2
    assert three <= four


@settings(max_examples=12, deadline=None)
@given(populations, populations)
def test_populating_more_positions_leaves_the_first_alone(some: int, more: int) -> None:
    few, many = (cluster_of(scalable_units=2, nodes=n) for n in sorted((some, more)))
    assert standing(few).items() <= standing(many).items()


def test_omitting_a_node_renames_no_other() -> None:
    whole = cluster_of(scalable_units=2, omit="none")
    holed = cluster_of(scalable_units=2, omit=["dgx-032", "dgx-040"])
    kept = {name: place for name, place in standing(whole).items() if name not in ("dgx-032", "dgx-040")}
    assert {n: p for n, p in standing(holed).items() if not n.startswith("ufm")} == kept


def test_addresses_are_unique_and_within_their_subnets() -> None:
    cluster = cluster_of(scalable_units=18, omit="none")
    seen = [(a.network, a.ip) for h in cluster.hosts for a in h.addresses]
    seen += [("oob", s.oob_ip) for fabric in cluster.fabrics for s in fabric.switches]
    assert len(seen) == len(set(seen))
    assert all(ip in cluster.network(network).subnet for network, ip in seen)
