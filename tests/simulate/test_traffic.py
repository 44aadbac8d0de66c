"""Who sends to whom: rails in the order of the nodes, and of their places."""

from __future__ import annotations

from dgxops.simulate.netfile import rdma_names
from dgxops.simulate.traffic import rails_by_node, rails_by_place
from tests.conftest import cluster_of


def test_a_rail_has_each_node_once_in_order_and_the_freed_place_empty() -> None:
    cluster = cluster_of(scalable_units=2)
    fabric, names = cluster.fabric("compute"), rdma_names(cluster.hosts)
    rails = rails_by_node(fabric, cluster.hosts, names)
    assert list(rails) == [f"rail {n}" for n in range(1, 9)]
    assert rails["rail 2"] == [f"{node.name} mlx5_3" for node in cluster.nodes]
    places = rails_by_place(rails, fabric, cluster.hosts, names)["rail 2"]
    assert len(places) == 64
    assert places[31] is None
    assert [p for p in places if p] == rails["rail 2"]


def test_places_end_with_the_last_unit_however_few_nodes_it_holds() -> None:
    cluster = cluster_of(scalable_units=2, omit="none", nodes=40)
    fabric, names = cluster.fabric("compute"), rdma_names(cluster.hosts)
    places = rails_by_place(rails_by_node(fabric, cluster.hosts, names), fabric, cluster.hosts, names)["rail 1"]
    assert len(places) == 64
    assert places[39:41] == ["dgx-040 mlx5_0", None]
