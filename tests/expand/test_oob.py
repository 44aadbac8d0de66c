"""Laws of the out-of-band fabric, for every architecture of the catalogue."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from dgxops import catalogue
from dgxops.expand import expand
from dgxops.expand.access import MACHINE_SLOTS
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint, Link, LinkKind, Tier
from dgxops.model.node import HostRole
from dgxops.render.cabling.plant import plant_of
from dgxops.spec.rules.facts import Facts
from dgxops.spec.schema import ClusterSpec
from tests.conftest import cluster_of

ARCHITECTURES = sorted(catalogue.load().architectures)
SIZES = [1, 2, 3, 4, 5, 9, 17, 33]
WIDE = {
    "management": {"subnet": "10.0.0.0/12"},
    "oob": {"subnet": "10.16.0.0/12"},
    "compute": {"subnet": "100.64.0.0/12"},
    "storage": {"subnet": "100.80.0.0/12"},
}
RATE_LIMIT_METRES = 100
"""Of 1000BASE-T (IEEE 802.3, clause 40)."""


@cache
def built(architecture: str, units: int, **more: Any) -> Cluster:
    known = catalogue.load()
    keys: dict[str, Any] = {"name": "pod", "platform": known.architectures[architecture].systems[-1]}
    keys |= {"architecture": architecture, "scalable_units": units, "networks": WIDE}
    return expand(ClusterSpec.model_validate(keys | more), known)


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=SIZES)
def cluster(architecture: str, request: pytest.FixtureRequest) -> Cluster:
    return built(architecture, request.param)


def links(cluster: Cluster) -> tuple[Link, ...]:
    return cluster.fabric("oob").links


def downlinks(cluster: Cluster) -> list[Link]:
    return [link for link in links(cluster) if link.kind is not LinkKind.OOB_INBAND]


def test_every_bmc_and_every_bluefield_card_is_cabled_once(cluster: Cluster) -> None:
    met = Counter(link.a for link in links(cluster) if link.kind is LinkKind.NODE_LEAF)
    assert met == Counter(Endpoint(one.device, one.port) for host in cluster.hosts for one in host.controllers)
    assert met.keys() >= {Endpoint(host.name, "BMC") for host in cluster.hosts}


def test_so_is_everything_else_that_is_managed(cluster: Cluster) -> None:
    met = Counter((link.a.device, link.a.port) for link in links(cluster) if link.kind is LinkKind.DEVICE_LEAF)
    switches = [
        (s.name, s.management) for f in cluster.fabrics if not f.out_of_band for s in f.switches if s.management
    ]
    assert met == Counter([*switches, *((one.device, one.port) for rack in cluster.racks for one in rack.devices)])


def test_a_switch_has_48_slow_ports_and_4_fast_ones_each_used_once(cluster: Cluster) -> None:
    own = {s.name for s in cluster.fabric("oob").switches}
    used: Counter[Endpoint] = Counter()
    for link in links(cluster):
        fast = link.kind is LinkKind.OOB_INBAND
        end = link.a if fast else link.z
        assert end.device in own
        assert (49 if fast else 1) <= int(end.port) <= (52 if fast else 48)
        used[end] += 1
    assert set(used.values()) == {1}


def test_uplinks_take_in_band_ports_that_nothing_else_has(cluster: Cluster) -> None:
    """Not even another lane of them: a port is split for uplinks, or for nodes, or not at all."""
    whole = {s.name: s.radix for f in cluster.fabrics if f.name == "inband" for s in f.switches}
    taken = {(e.device, e.cage) for f in cluster.fabrics if f.name == "inband" for k in f.links for e in (k.a, k.z)}
    ends = [link.z for link in links(cluster) if link.kind is LinkKind.OOB_INBAND]
    assert len(ends) == len(set(ends))
    assert all(1 <= int(end.cage) <= whole[end.device] for end in ends)
    assert not {(end.device, end.cage) for end in ends} & taken


def test_switches_of_units_reach_two_in_band_leaves(cluster: Cluster) -> None:
    led = {link.a.device: set[str]() for link in links(cluster) if link.kind is LinkKind.OOB_INBAND}
    for link in links(cluster):
        if link.kind is LinkKind.OOB_INBAND:
            led[link.a.device].add(link.z.device)
    inband = "inband" in {f.name for f in cluster.fabrics}
    assert {len(leaves) for leaves in led.values()} == ({2} if inband else set())
    assert led.keys() >= {s.name for s in cluster.fabric("oob").switches if s.su and inband}


@pytest.mark.parametrize("grow_to", [None, 33])
def test_growth_moves_no_cable_no_switch_and_no_address(architecture: str, grow_to: int | None) -> None:
    more = {"grow_to": grow_to} if grow_to else {}
    before: set[str] = set()
    standing: dict[str, object] = {}
    for units in SIZES:
        made = built(architecture, units, **more)
        after = {link.id for link in links(made)}
        switches = {s.name: s for s in made.fabric("oob").switches}
        assert before <= after
        assert standing.items() <= switches.items()
        before, standing = after, dict(switches)


@pytest.mark.parametrize("units", [1, 3])
def test_more_nodes_in_the_same_units_move_no_cable(architecture: str, units: int) -> None:
    most = catalogue.load().architectures[architecture].nodes_per_su * units
    before: set[str] = set()
    for nodes in (1, most // 3, most // 2 + 1, most):
        after = {link.id for link in links(built(architecture, units, nodes=nodes, omit="none"))}
        assert before <= after
        before = after


def test_as_many_machines_as_there_may_be_move_no_cable() -> None:
    few = cluster_of(scalable_units=2, services={"head": 1, "login": 0})
    many = cluster_of(scalable_units=2, services={"head": 4, "login": 6})
    assert {link.id for link in links(few)} <= {link.id for link in links(many)}


@pytest.mark.parametrize("units", [1, 2, 5])
def test_machines_take_no_port_from_an_uplink(architecture: str, units: int) -> None:
    """As many as validation lets through: every out-of-band switch still has its uplinks."""
    most = login_nodes(architecture, units)
    if most is None:
        return
    made = built.__wrapped__(architecture, units, omit="none", services={"head": 4, "login": most})
    led = {link.a.device for link in links(made) if link.kind is LinkKind.OOB_INBAND}
    assert {s.name for s in made.fabric("oob").switches} == led


def test_units_that_come_later_send_no_login_node_away(architecture: str) -> None:
    assert len({login_nodes(architecture, units) for units in (1, 2, 3, 4, 8)}) == 1


def login_nodes(architecture: str, units: int) -> int | None:
    """As many as the in-band leaves have ports for, at most 10; None without such leaves."""
    known = catalogue.load()
    arch = known.architectures[architecture]
    spec = ClusterSpec.model_validate({"name": "pod", "platform": arch.systems[-1], "scalable_units": units})
    room = Facts(spec, known.system(arch.systems[-1]), arch, known.switches).machine_room
    return None if room is None else min(10, room - MACHINE_SLOTS[HostRole.LOGIN])


def test_cables_are_copper_pairs_within_their_reach(cluster: Cluster) -> None:
    slow = [c for c in plant_of(cluster).cables if c.fabric.out_of_band and c.kind is not LinkKind.OOB_INBAND]
    assert {c.media for c in slow} == {"Cat6"}
    assert {c.rate_gbps for c in slow} == {1}
    assert max(c.length_class for c in slow) <= RATE_LIMIT_METRES


def test_switches_of_nvlink_racks_stand_in_them_two_by_two() -> None:
    """Enterprise RA: two SN2201 a rack; here the rack of each also has the trays that it serves."""
    made = built("gb300-nvl72", 1, nodes=72)
    racks = Counter(s.rack for s in made.fabric("oob").switches)
    assert racks == {n.rack: 2 for n in made.nodes}
    at = {s.name: s.rack for s in made.fabric("oob").switches}
    assert all(at[link.z.device] == made.by_name[link.a.device].rack for link in downlinks(made)
               if link.a.device in made.by_name and made.by_name[link.a.device].system)  # fmt: skip


def test_an_unmanaged_switch_has_no_cable() -> None:
    """QM8790 runs no operating system of its own."""
    assert {link.a.device for link in downlinks(built("a100", 2))}.isdisjoint(
        s.name for s in built("a100", 2).fabric("compute").switches
    )


def test_a_plain_group_has_none() -> None:
    made = cluster_of(scalable_units="none", nodes=4, fabric="QM9700")
    assert [f.name for f in made.fabrics] == ["compute"]


def test_grow_to_gives_the_same_fabric_at_its_end() -> None:
    """However many of the units are there yet, what serves all of them has its ports."""
    ends = [{link.id for link in links(built("h100", n, grow_to=4))} for n in (1, 4)]
    assert ends[0] <= ends[1]


def test_the_numbers_follow_the_units() -> None:
    """Names and addresses of the second unit begin where those of a first one with all its racks end."""
    names = [s.name for s in built("b200", 2).fabric("oob").switches]
    assert names == [f"oob-leaf-{n:02d}" for n in range(1, 9)]


def test_beyond_the_standard_size_spines_and_cores_are_managed_from_their_own_row(cluster: Cluster) -> None:
    """Up to it their cables may lead to the units' switches: DGX H100 RA, table 7, counts eight SN2201 for 32 racks."""
    standard = catalogue.load().architectures[cluster.architectures[0]].standard_units or cluster.scalable_units
    few = built(cluster.architectures[0], min(standard, cluster.scalable_units))
    old = {s.name for f in few.fabrics for s in f.switches}
    upper = {s.name for f in cluster.fabrics for s in f.switches if s.tier is not Tier.LEAF} - old
    at, rows = {s.name: s.rack for s in cluster.fabric("oob").switches}, {r.name: r.row for r in cluster.racks}
    assert {rows[at[link.z.device]] for link in downlinks(cluster) if link.a.device in upper} <= {0}


def test_each_spine_rack_of_a_large_h100_has_the_switches_of_its_own_management() -> None:
    made = built("h100", 18)
    rack = {s.name: s.rack for f in made.fabrics for s in f.switches}
    standard = {s.name for f in built("h100", 4).fabrics for s in f.switches}
    upper = [link for link in downlinks(made) if rack.get(link.a.device, "")[:5] in ("spine", "core-")]
    ours = [(rack[k.a.device], rack[k.z.device]) for k in upper if k.a.device not in standard]
    assert len(ours) == 264 + 72
    assert all(its.startswith("spine-rack-") and own[-2:] == its[-2:] for own, its in ours)
