"""Several groups in one cluster: each as if it were alone, and none in another's way."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest

from dgxops.check import check
from dgxops.check.git import Committed
from dgxops.model.cluster import Cluster
from dgxops.model.node import HostRole
from dgxops.render.groups import groups
from dgxops.render.summary import summary
from dgxops.render.tree import render
from tests.conftest import cluster_of

H100: dict[str, object] = {"name": "new", "platform": "dgx-h100", "scalable_units": 2}
GB200: dict[str, object] = {"name": "rack", "platform": "dgx-gb200-nvl72"}
A100: dict[str, object] = {"name": "old", "platform": "dgx-a100", "scalable_units": 2}
DGX2: dict[str, object] = {"name": "two", "platform": "dgx-2", "scalable_units": "none", "nodes": 3, "fabric": "QM8700"}
WIDE = {"management": {"subnet": "10.0.0.0/17"}, "oob": {"subnet": "10.64.0.0/17"}}
EVERY = [H100, GB200, A100, DGX2]


def together(*of: dict[str, object], **keys: object) -> Cluster:
    return cluster_of(**{"platform": "", "groups": list(of), "networks": WIDE, **keys})


def facts(cluster: Cluster) -> dict[str, object]:
    """Every fact about every thing, by what it is called."""
    hosts = {h.name: (h.rack, h.rack_unit, h.addresses) for h in cluster.hosts}
    switches = {s.name: (s.rack, s.rack_unit, s.oob_ip) for f in cluster.fabrics for s in f.switches}
    racks = {f"rack {r.name}": (r.row, r.place) for r in cluster.racks}
    cables = {link.id: link.kind for f in cluster.fabrics for link in f.links}
    return {**hosts, **switches, **racks, **cables}


@pytest.mark.parametrize("group", EVERY, ids=lambda g: str(g["name"]))
def test_a_group_has_what_it_would_have_alone(group: dict[str, object]) -> None:
    alone = cluster_of(**{k: v for k, v in group.items() if k != "name"}, networks=WIDE)
    among = summary(together(*EVERY))
    (mine,) = [g for g in among["groups"] if g["name"] == group["name"]]  # type: ignore[attr-defined]
    alone_says = summary(alone)
    assert (mine["nodes"], mine["gpus"]) == (alone_says["nodes"], alone_says["gpus"])
    for what in ("switches", "cables"):
        here = {f.removeprefix(f"{group['name']}-"): among[what][f] for f in mine["fabrics"]}  # type: ignore[index]
        expected = dict(alone_says[what])  # type: ignore[call-overload]
        for fabric in {"inband", "oob"} & set(here) if group is not H100 else ():  # the first serves the machines too
            here[fabric].pop("node_leaf", None)
            expected[fabric] = {k: v for k, v in expected[fabric].items() if k != "node_leaf"}
        assert here == expected


def test_a_group_that_is_added_moves_nothing() -> None:
    before, after = together(*EVERY[:2]), together(*EVERY)
    assert facts(before).items() <= facts(after).items()


def test_a_group_that_grows_moves_nothing_of_the_others() -> None:
    before, after = together(*EVERY), together({**H100, "scalable_units": 3}, *EVERY[1:])
    names = {h.name for h in before.nodes if h.group != "new"}
    assert names == {h.name for h in after.nodes if h.group != "new"}
    kept = {k: v for k, v in facts(before).items() if not k.startswith(("new-", "rack new-"))}
    assert kept.items() <= facts(after).items()


def test_one_that_goes_leaves_the_others_where_their_share_is_named() -> None:
    pinned = [{**g, "share": n + 1} for n, g in enumerate(EVERY)]
    before, after = together(*pinned), together(*pinned[:1], *pinned[2:])
    addresses = {h.name: h.addresses for h in before.hosts}
    assert {h.name: h.addresses for h in after.hosts}.items() <= addresses.items()


def test_every_address_lies_in_the_share_of_its_group() -> None:
    cluster = together(*EVERY, A100 | {"name": "spare", "share": 7})
    subnet = cluster.network("management").subnet
    eighth = subnet.num_addresses // 8
    share = {h.name: (int(h.management_ip) - int(subnet.network_address)) // eighth for h in cluster.hosts}
    wanted = {"": 0, "new": 1, "rack": 2, "old": 3, "two": 4, "spare": 7}
    assert share == {h.name: wanted[h.group] for h in cluster.hosts}
    every = [a.ip for h in cluster.hosts for a in h.addresses]
    every += [s.oob_ip for f in cluster.fabrics for s in f.switches]
    assert max(Counter(every).values()) == 1
    assert {a.prefix for h in cluster.hosts for a in h.addresses if a.network == "management"} == {17}


def test_all_proofs_hold_of_several_superpods() -> None:
    report = check(together(*EVERY), Committed(why="a test"))
    assert [f.message for p in report.proofs for f in p.findings if f.severity.value == "error"] == []
    assert sum(p.proved for p in report.proofs) > 15


def test_without_partitions_each_group_is_one_and_the_first_the_default() -> None:
    cluster = together(*EVERY)
    assert [(p.name, p.default) for p in cluster.slurm.partitions] == [
        ("new", True), ("rack", False), ("old", False), ("two", False),
    ]  # fmt: skip
    assert sorted(chain(*(p.nodes for p in cluster.slurm.partitions))) == sorted(n.name for n in cluster.nodes)


def test_several_groups_are_trees_in_which_an_nvlink_domain_is_a_switch() -> None:
    """topology.conf is a tree or blocks (Slurm 24.11), and blocks cannot say which of them share no switch."""
    mixed, alone = together(H100, GB200), together(GB200)
    assert mixed.slurm.blocks == ()
    assert [t.name for t in mixed.slurm.topology][:4] == ["new-su01", "new-su02", "new-fabric", "rack-su01-r01"]
    assert together(GB200, {**GB200, "name": "more"}).slurm.blocks == ()
    assert len(alone.slurm.blocks) == 8
    assert alone.slurm.block_size == 18


def test_the_inventory_has_a_group_for_each_and_its_units() -> None:
    made = {g.name: g.hosts for g in groups(together(H100, DGX2))}
    assert made["group_two"] == ("two-001", "two-002", "two-003")
    assert made["su_02_group_new"] == tuple(f"new-{n:03d}" for n in range(33, 65))
    assert "su_01" not in made


def test_ufm_belongs_to_its_group_and_stands_in_its_rack() -> None:
    cluster = together(H100, A100)
    ufm = [(h.name, h.group, h.rack) for h in cluster.hosts_of(HostRole.UFM)]
    assert ("new-ufm-01", "new", "new-mgmt-01") in ufm
    assert len({(h.rack, h.rack_unit) for h in cluster.hosts}) == len(cluster.hosts)


def test_heads_and_login_nodes_are_on_the_first_inband_fabric_alone() -> None:
    cluster = together(DGX2, H100, A100)
    on = {f.name for f in cluster.fabrics for link in f.links if link.a.device in ("head-01", "login-01")}
    assert on == {"new-inband", "new-oob"}


def test_a_tree_of_several_superpods_is_rendered_whole() -> None:
    files = render(together({**H100, "scalable_units": 1}, {**A100, "scalable_units": 1}))
    assert {"site/fabric-new-oob.svg", "site/fabric-old-compute.svg", "site/racks.svg"} <= set(files)


def test_two_groups_of_one_platform_lose_nothing() -> None:
    cluster = together(DGX2, {**DGX2, "name": "more", "nodes": 2})
    files = render(cluster)
    assert summary(cluster)["systems"] == {"dgx-2": 5}
    assert "NodeName=two-[001-003],more-[001-002]" in str(files["files/slurm/gres.conf"]) or all(
        name in str(files["files/slurm/gres.conf"]) for name in ("two-[001-003]", "more-[001-002]")
    )
    (platform,) = [g for g in groups(cluster) if g.name == "platform_dgx_2"]
    assert len(platform.hosts) == 5


def test_an_absent_node_is_in_no_group_that_runs_act_on() -> None:
    cluster = together(DGX2, absent=[{"node": "two-002", "reason": "RMA 1", "since": "2026-11-20"}])
    assert {g.name for g in groups(cluster) if "two-002" in g.hosts} == {"absent"}


def test_what_a_site_says_of_a_group_wins_over_what_its_system_says() -> None:
    """Ansible merges groups of one depth by priority, then by name: group_old would lose to platform_dgx_a100."""
    order = {g.name: (g.priority, g.name) for g in groups(together(A100, DGX2))}
    assert order["platform_dgx_a100_640"] < order["group_old"] < order["su_01_group_old"]


def test_groups_without_a_fabric_are_healthy() -> None:
    bare = [{"name": n, "platform": "dgx-2", "scalable_units": "none", "nodes": 2} for n in ("x", "y")]
    report = check(together(*bare), Committed(why="a test"))
    assert [p.name for p in report.proofs if not p.holds] == []
