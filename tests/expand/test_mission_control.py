"""networks.plan: the published subnets, who is in which, and that growth moves none of it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops.check.addresses import held, prove_addresses
from dgxops.model.breakout import breakout
from dgxops.model.cluster import Cluster
from dgxops.model.network import Subnet
from dgxops.model.node import HostRole
from tests.conftest import cluster_of
from tests.render.test_breakout import PUBLISHED

ROOT = Path(__file__).parents[2]
PLATFORMS = ("dgx-gb200-nvl72", "dgx-gb300-nvl72")
WIDE = {
    "plan": "mission-control",
    "management": {"subnet": "10.0.0.0/14"},
    "oob": {"subnet": "10.16.0.0/14"},
    "compute": {"subnet": "100.64.0.0/12"},
    "storage": {"subnet": "100.80.0.0/12"},
}
HALVES = ("first half of the racks", "second half of the racks")


@cache
def planned(units: int, platform: str = PLATFORMS[0], **more: Any) -> Cluster:
    return cluster_of(platform=platform, scalable_units=units, networks=WIDE, **more)


def part_of(cluster: Cluster, network: str, ip: IPv4Address) -> Subnet:
    (part,) = (p for p in cluster.network(network).parts if ip in p.subnet)
    return part


def addresses(cluster: Cluster) -> dict[tuple[str, str, str], str]:
    """Holder, network and port -> address, of everything on the networks that the plan cuts."""
    hosts = {(h.name, a.network, a.port): f"{a.ip}/{a.prefix}" for h in cluster.hosts for a in h.addresses
             if a.network in ("management", "oob")}  # fmt: skip
    controllers = (one for f in cluster.fabrics for s in f.switches for one in s.controllers)
    devices = (one for rack in cluster.racks for one in rack.devices)
    oob = cluster.network("oob")
    return hosts | {(o.device, "oob", o.port): f"{o.ip}/{oob.prefix_at(o.ip)}" for o in (*controllers, *devices)}


@pytest.mark.parametrize("pods", PUBLISHED)
def test_the_networks_are_cut_into_the_published_subnets(pods: int) -> None:
    """Table by number of pods: out of band /24 for all and /23 of pods, then data /23 and /25 of pods, with roots."""
    cluster, (shared, large, root, wide, narrow, data_root) = planned(pods), PUBLISHED[pods]
    oob, data = cluster.network("oob").parts, cluster.network("management").parts
    assert Counter((p.subnet.prefixlen, bool(p.pod)) for p in oob) == {(24, False): shared, (23, True): large}
    assert all(part.subnet.subnet_of(IPv4Network(f"10.16.0.0/{root}")) for part in oob)
    if data_root is not None:
        assert Counter((p.subnet.prefixlen, bool(p.pod)) for p in data) == {(23, True): wide, (25, True): narrow}
        assert all(part.subnet.subnet_of(IPv4Network(f"10.0.0.0/{data_root}")) for part in data)


def test_the_table_of_the_document_is_the_published_one() -> None:
    rows = [line for line in (ROOT / "docs/subnets.md").read_text().splitlines() if re.match(r"\| \d", line)]
    for line, (pods, row) in zip(rows, PUBLISHED.items(), strict=True):
        shared, large, root, wide, narrow, data_root = row
        data = f"{wide} x /23, {narrow} x /25 | /{data_root}" if data_root else "not read | not read"
        assert line == f"| {pods} | {shared} x /24, {large} x /23 | /{root} | {data} |"


@pytest.mark.parametrize("network", ["oob", "management"])
def test_an_order_that_grows_needs_no_wider_root(network: str) -> None:
    for pods in range(1, 65):
        plan = breakout(network, pods)
        root = IPv4Network(f"10.0.0.0/{plan.root}")
        cut = sorted(one.subnet for one in plan.cut_to_grow(root))
        assert all(subnet.subnet_of(root) for subnet in cut)
        assert all(a.broadcast_address < z.network_address for a, z in pairwise(cut))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_everything_is_in_the_subnet_of_its_racks(platform: str) -> None:
    cluster = planned(3, platform)
    for host in cluster.nodes:
        half = HALVES[host.index_in_su > 72]  # eight racks of 18
        for address in host.addresses:
            if address.network in ("management", "oob"):
                part = part_of(cluster, address.network, address.ip)
                assert (part.pod, part.holds, part.subnet.prefixlen) == (host.su, half, address.prefix)
    for rack in cluster.racks:
        for one in rack.devices:
            part = part_of(cluster, "oob", one.ip)
            assert (part.pod, part.holds) == (rack.su, HALVES[rack.place > 4])
    racks = {rack.name: rack for rack in cluster.racks}
    for switch in (s for fabric in cluster.fabrics for s in fabric.switches if s.su):
        part, rack = part_of(cluster, "oob", switch.oob_ip), racks[switch.rack]
        assert part.pod == switch.su
        assert rack.kind != "compute" or part.holds == HALVES[rack.place > 4]
    for host in (h for h in cluster.hosts if h.role is not HostRole.DGX):
        assert {part_of(cluster, a.network, a.ip).holds for a in host.addresses} == {"management machines"}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("units", [1, 2, 8, 17, 33])
def test_addresses_are_single_inside_and_none_is_a_router(platform: str, units: int) -> None:
    cluster = planned(units, platform)
    assert all(proof.holds for proof in prove_addresses(cluster))
    routers = {part.gateway for n in cluster.networks for part in n.parts}
    assert len(routers) == sum(len(n.parts) for n in cluster.networks)
    assert all(part.gateway == part.subnet[1] for n in cluster.networks for part in n.parts)
    assert not routers & {one.ip for one in held(cluster)}


sizes = st.integers(1, 9) | st.sampled_from([12, 17])


@settings(max_examples=10, deadline=None)
@given(st.lists(sizes, min_size=2, max_size=4, unique=True).map(sorted), st.sampled_from(PLATFORMS), st.booleans())
def test_further_pods_move_no_address_and_no_subnet(history: list[int], platform: str, planned_ahead: bool) -> None:
    grow = {"grow_to": 17} if planned_ahead else {}
    for before, after in pairwise([planned(units, platform, **grow) for units in history]):
        stood, stands = addresses(before), addresses(after)
        assert stood.items() <= stands.items()
        for one, other in ((before.network(n), after.network(n)) for n in ("management", "oob")):
            assert {p for p in one.parts if p.holds} <= set(other.parts)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 6), st.integers(1, 288))
def test_planning_ahead_and_fewer_systems_change_no_address(units: int, nodes: int) -> None:
    few, many = planned(units, grow_to=9, nodes=min(nodes, units * 144)), planned(9)
    nodes_of = [{h.name: h.addresses for h in cluster.hosts} for cluster in (few, many)]
    assert nodes_of[0].items() <= nodes_of[1].items()
    assert few.network("oob").parts == many.network("oob").parts


def test_without_a_plan_a_network_is_one_subnet() -> None:
    whole = cluster_of(platform=PLATFORMS[0], networks={**WIDE, "plan": None})
    assert all(not n.parts and not n.plan for n in whole.networks)
    assert {a.prefix for h in whole.hosts for a in h.addresses if a.network == "oob"} == {14}


def test_no_router_where_none_is_wanted() -> None:
    networks = {**WIDE, "oob": {"subnet": "10.16.0.0/14", "gateway": None}}
    cluster = cluster_of(platform=PLATFORMS[0], networks=networks)
    assert {part.gateway for part in cluster.network("oob").parts} == {None}
    assert None not in {part.gateway for part in cluster.network("management").parts}
