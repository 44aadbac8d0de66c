"""Laws of the storage and in-band fabrics, and the counts that are published of them."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from dgxops.expand.floor import BAY
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind, Tier
from dgxops.model.node import FURTHER_ROLES, HostRole, PortRole
from tests.conftest import cluster_of

BIG = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 18, 64])
def cluster(request: pytest.FixtureRequest) -> Cluster:
    return cluster_of(scalable_units=request.param, networks=BIG)


@pytest.fixture(params=["storage", "inband"])
def fabric(cluster: Cluster, request: pytest.FixtureRequest) -> Fabric:
    return cluster.fabric(request.param)


def number(port: str) -> int:
    return int(port.partition("/")[0])


def test_table_7_at_four_units() -> None:
    """H100 RA: 38 racks, 48 compute switches, 8 in band; eight leaves and four spines for storage in its figure 3."""
    made = cluster_of(scalable_units=4)
    assert len(made.racks) == 38
    assert sum(made.fabric("compute").switch_counts().values()) == 48
    assert sum(made.fabric("inband").switch_counts().values()) == 8
    storage = made.fabric("storage").switch_counts()
    assert (storage[Tier.LEAF], storage[Tier.SPINE]) == (8, 4)


def test_no_port_is_used_twice_or_is_not_there(fabric: Fabric) -> None:
    ends = Counter(end for link in fabric.links for end in (link.a, link.z))
    assert set(ends.values()) == {1}
    ports = {s.name: s.radix for s in fabric.switches}
    met = [end for link in fabric.links for end in (link.a, link.z) if end.device in ports]
    assert all(1 <= number(end.port) <= ports[end.device] for end in met)


def test_every_node_meets_two_leaves(cluster: Cluster, fabric: Fabric) -> None:
    role = {"storage": PortRole.STORAGE, "inband": PortRole.INBAND}[fabric.name]
    leaves: dict[str, set[str]] = defaultdict(set)
    for link in fabric.links:
        if link.kind is LinkKind.NODE_LEAF:
            leaves[link.a.device].add(link.z.device)
    for node in cluster.nodes:
        assert node.system is not None
        assert len(leaves[node.name]) == len(node.system.ports_of(role)) == 2


def test_machines_are_on_the_in_band_fabric(cluster: Cluster) -> None:
    met = {link.a.device for link in cluster.fabric("inband").links if link.kind is LinkKind.NODE_LEAF}
    assert met == {h.name for h in cluster.hosts}
    assert {h.role for h in cluster.hosts} == set(HostRole) - set(FURTHER_ROLES)


def test_leaves_have_two_spines_at_least_and_even_uplinks(fabric: Fabric) -> None:
    above: dict[str, Counter[str]] = defaultdict(Counter)
    for link in fabric.links:
        if link.kind not in (LinkKind.NODE_LEAF, LinkKind.LEAF_LEAF, LinkKind.UFM):
            above[link.a.device][link.z.device] += 1
    assert {len(set(counts.values())) for counts in above.values()} == {1}
    assert min(len(counts) for counts in above.values()) >= 2


def test_storage_is_about_four_to_three_on_the_side_of_the_systems() -> None:
    """H100 RA: "about 4:3" between the ports below and the uplinks of a leaf: 36 to 28 here, 32 of them nodes."""
    fabric = cluster_of(scalable_units=4, omit="none").fabric("storage")
    up = Counter(link.a.device for link in fabric.links if link.kind is LinkKind.LEAF_SPINE)
    down = Counter(link.z.device for link in fabric.links if link.kind is LinkKind.NODE_LEAF)
    assert set(up.values()) == {28}
    assert set(down.values()) == {32}
    assert pytest.approx(4 / 3, abs=0.05) == (64 - 28) / 28


def test_nothing_stands_on_anything_else(cluster: Cluster) -> None:
    taken: dict[tuple[str, int], str] = {}
    things = [(h.name, h.rack, h.rack_unit, (h.system.rack_units or 1) if h.system else 1) for h in cluster.hosts]
    things += [(s.name, s.rack, s.rack_unit, s.height) for f in cluster.fabrics for s in f.switches]
    heights = {r.name: r.units for r in cluster.racks}
    for name, rack, unit, height in things:
        for u in range(unit, unit + height):
            assert taken.setdefault((rack, u), name) == name
            assert u <= heights[rack]


@pytest.mark.parametrize("platform", ["dgx-h100", "dgx-h200", "dgx-a100"])
@pytest.mark.parametrize("units", [1, 4, 18])
def test_leaf_pairs_of_mlag_have_a_peer_link_of_two(platform: str, units: int) -> None:
    """BasePOD deployment guide: MLAG between the two SN4600C, the peer link on swp63 and swp64."""
    fabric = cluster_of(platform=platform, scalable_units=units, networks=BIG).fabric("inband")
    pairs = Counter((k.a.device, k.z.device) for k in fabric.links if k.kind is LinkKind.LEAF_LEAF)
    leaves = [s.name for s in fabric.switches if s.tier is Tier.LEAF]
    assert pairs == dict.fromkeys(zip(leaves[::2], leaves[1::2], strict=True), 2)
    ports = {(k.a.port, k.z.port) for k in fabric.links if k.kind is LinkKind.LEAF_LEAF}
    assert ports == {("63", "63"), ("64", "64")}
    assert fabric.multihoming == "mlag"


def test_a_node_bonds_its_ports_over_the_two_leaves_of_a_pair(cluster: Cluster) -> None:
    fabric = cluster.fabric("inband")
    pairs = {frozenset((k.a.device, k.z.device)) for k in fabric.links if k.kind is LinkKind.LEAF_LEAF}
    met: dict[str, set[str]] = defaultdict(set)
    for link in fabric.links:
        if link.kind is LinkKind.NODE_LEAF:
            met[link.a.device].add(link.z.device)
    alone = {name for name, leaves in met.items() if len(leaves) == 1}
    assert all(cluster.by_name[name].role is HostRole.UFM for name in alone)  # of storage: one freed port each
    assert {frozenset(leaves) for name, leaves in met.items() if name not in alone} <= pairs


@pytest.mark.parametrize("keys", [{"platform": "dgx-b200"}, {"platform": "dgx-b300", "architecture": "b300-xdr"}])
def test_with_evpn_multihoming_there_is_no_peer_link(keys: dict[str, str]) -> None:
    """Cumulus Linux user guide: it does without links between the switches that a host is on."""
    fabric = cluster_of(**keys, scalable_units=1).fabric("inband")
    assert fabric.multihoming == "evpn"
    assert LinkKind.LEAF_LEAF not in fabric.link_counts()


def test_no_node_is_cabled_into_another_bay_of_the_hall(fabric: Fabric, cluster: Cluster) -> None:
    """Sixteen units fill a bay: leaves that serve the end of one serve no unit of the next."""
    bays = {rack.name: rack.place // BAY for rack in cluster.racks if rack.row}
    at = {s.name: bays.get(s.rack) for s in fabric.switches}
    own = {node.name: bays[node.rack] for node in cluster.nodes}
    ends = [(own[k.a.device], at[k.z.device]) for k in fabric.links if k.a.device in own]
    assert ends
    assert all(here == there for here, there in ends)
