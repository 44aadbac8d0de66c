"""A push makes NetBox agree, once; what others made stays as it is.

Against :mod:`tests.netbox.server`, which keeps what NetBox 4.6.8 documents; no live NetBox takes part.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from dgxops.cli.common import load_cluster
from dgxops.model.cluster import Cluster
from dgxops.netbox.objects import Kind
from tests.netbox.conftest import Find, Pusher, few_of
from tests.netbox.server import NetBox

EXAMPLES = Path(__file__).parent.parent.parent / "inventories"
DEVICES, INTERFACES, CABLES = "dcim/devices", "dcim/interfaces", "dcim/cables"
ADDRESSES, TYPES, TAGS = "ipam/ip-addresses", "dcim/device-types", "extras/tags"


def quiet(pusher: Pusher, cluster: Cluster) -> bool:
    """Whether nothing is to be done, in the way or left."""
    changes = pusher.compare(cluster)
    return not (changes.pending or changes.updates or changes.clashes or changes.left)


@pytest.mark.parametrize("example", ["mini", "heritage", "sparks"])
def test_a_second_push_finds_nothing_to_do(example: str, netbox: NetBox, pusher: Pusher) -> None:
    cluster = load_cluster(EXAMPLES / example)
    outcome = pusher.push(cluster)
    assert not outcome.failures
    assert not outcome.stopped
    netbox.log.clear()
    assert quiet(pusher, cluster)
    pusher.push(cluster)
    assert not netbox.writes


def test_everything_carries_both_tags(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    pusher.push(few)
    tags = {n: row["slug"] for n, row in netbox.store.rows[TAGS].items()}
    assert set(tags.values()) == {"dgxops", "dgxops-pod"}
    rows = [row for path, some in netbox.store.rows.items() if path != TAGS for row in some.values()]
    assert all({tags[t] for t in row["tags"]} == set(tags.values()) for row in rows)


def test_netbox_has_what_the_model_has(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    pusher.push(few)
    rows = netbox.store.rows
    assert len(rows[CABLES]) == sum(len(f.links) for f in few.fabrics)
    given = sum(len(h.addresses) for h in few.hosts) + sum(len(f.switches) for f in few.fabrics)
    assert len(rows[ADDRESSES]) == given
    for host in few.hosts:
        device = rows[DEVICES][find(DEVICES, name=host.name)]
        for field, network in (("primary_ip4", "management"), ("oob_ip", "oob")):
            (address,) = host.addresses_on(network)
            assert rows[ADDRESSES][device[field]]["address"] == f"{address.ip}/{address.prefix}"


def test_a_superpod_of_127_nodes_is_pushed_whole(pusher: Pusher) -> None:
    cluster = load_cluster(EXAMPLES / "pod4")
    outcome = pusher.push(cluster)
    assert outcome.created[Kind.CABLE] == 3137
    assert quiet(pusher, cluster)


def test_pages_are_as_small_as_the_server_makes_them(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    netbox.limits.page = 7
    pusher.push(few)
    assert quiet(pusher, few)


def test_what_others_made_for_all_is_used_as_it_is(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    maker = netbox.store.add("dcim/manufacturers", name="Nvidia", slug="nvidia-corp")
    netbox.store.add(TYPES, manufacturer=maker, model="DGX H100", slug="h100", u_height=8)
    netbox.store.add("dcim/device-roles", name="dgx", slug="dgx", color="ff0000")
    netbox.store.add("ipam/prefixes", prefix=str(few.network("oob").subnet), description="ours since 2019")
    before = copy.deepcopy(netbox.store.rows)
    used = {(u.wanted.kind, u.wanted.name): u.differs for u in pusher.compare(few).used}
    assert used[Kind.MANUFACTURER, "NVIDIA"] == {"name": "Nvidia", "slug": "nvidia-corp"}
    assert used[Kind.TYPE, "NVIDIA DGX H100"] == {"slug": "h100"}
    assert not pusher.push(few).failures
    assert all(netbox.store.rows[path][n] == row for path, rows in before.items() for n, row in rows.items())
    assert not pusher.compare(few).pending


def stranger(netbox: NetBox, **values: Any) -> int:
    """A device that others put into the cluster's site."""
    store = netbox.store
    maker = store.add("dcim/manufacturers", name="Acme", slug="acme")
    kind = store.add(TYPES, manufacturer=maker, model="Box", slug="box", u_height=1)
    role = store.add("dcim/device-roles", name="box", slug="box", color="ff0000")
    return store.add(DEVICES, device_type=kind, role=role, **values)


def test_a_device_of_others_is_a_clash_and_the_rest_is_pushed(
    netbox: NetBox, pusher: Pusher, few: Cluster, find: Find
) -> None:
    cluster = few_of(3)
    pusher.push(cluster)
    site = find("dcim/sites", slug="pod")
    theirs = stranger(netbox, name="DGX-004", site=site)
    before = dict(netbox.store.rows[DEVICES][theirs])
    (clash,) = pusher.compare(few).clashes
    assert clash.wanted.name == "dgx-004"
    assert "others made it" in clash.reason
    assert "dgxops-pod" in clash.reason
    assert {ref.kind for ref in clash.blocks} == {Kind.INTERFACE, Kind.CABLE, Kind.ADDRESS}
    outcome = pusher.push(few)
    assert not outcome.failures
    assert netbox.store.rows[DEVICES][theirs] == before
    assert not [row for row in netbox.store.rows[INTERFACES].values() if row["device"] == theirs]


def test_a_device_is_handed_over_by_its_tag(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    pusher.push(few_of(3))
    tag = find(TAGS, slug="dgxops-pod")
    mine = netbox.store.add(TAGS, name="rented", slug="rented")
    device = stranger(netbox, name="dgx-004", site=find("dcim/sites", slug="pod"), tags=[tag, mine])
    assert not pusher.push(few).failures
    row = netbox.store.rows[DEVICES][device]
    assert row["role"] == find("dcim/device-roles", slug="dgx")
    assert row["tags"] == [tag, mine, find(TAGS, slug="dgxops")]
    assert not pusher.compare(few).updates


def test_a_site_of_others_is_entered_only_when_told(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    site = netbox.store.add("dcim/sites", name="Pod", slug="hall-7", status="active")
    (clash,) = pusher.compare(few).clashes
    assert "--site hall-7" in clash.reason
    assert not pusher.push(few, "hall-7").failures
    assert netbox.store.rows["dcim/sites"] == {site: netbox.store.rows["dcim/sites"][site]}
    assert {row["site"] for row in netbox.store.rows[DEVICES].values()} == {site}
    assert not pusher.compare(few, "hall-7").pending
    (clash,) = pusher.compare(few, "hall-8").clashes
    assert "no such site" in clash.reason


def test_addresses_and_ports_of_others_stay_theirs(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    pusher.push(few)
    store, dgx = netbox.store, find(DEVICES, name="dgx-001")
    store.rows[ADDRESSES][store.rows[DEVICES][dgx]["oob_ip"]]["tags"] = []
    number, cable = next(iter(store.rows[CABLES].items()))
    other = store.add(INTERFACES, device=dgx, name="spare", type="other")
    store.save(CABLES, number, cable | {"tags": [], "b_terminations": [other]})
    reasons = {c.wanted.kind: c.reason for c in pusher.compare(few).clashes}
    assert "others made it" in reasons[Kind.ADDRESS]
    assert reasons[Kind.CABLE].endswith(f"holds a cable that others made (number {number})")
    netbox.log.clear()
    pusher.push(few)
    assert not netbox.writes


def test_what_drifted_is_put_back_and_what_people_may_say_is_kept(
    netbox: NetBox, pusher: Pusher, few: Cluster, find: Find
) -> None:
    pusher.push(few)
    rows = netbox.store.rows
    dgx, tag = find(DEVICES, name="dgx-001"), netbox.store.add(TAGS, name="hot", slug="hot")
    port = find(INTERFACES, device=dgx, name="BMC")
    role = find("dcim/device-roles", slug="dgx")
    rows[DEVICES][dgx] |= {"status": "active", "description": "bought 2026", "tags": [*rows[DEVICES][dgx]["tags"], tag]}
    rows["dcim/device-roles"][role]["color"] = "00ff00"
    rows[INTERFACES][port] |= {"type": "other", "description": "patched"}
    (update,) = pusher.compare(few).updates
    assert update.changes == {"type": "other"}
    kept = copy.deepcopy((rows[DEVICES], rows["dcim/device-roles"]))
    assert not pusher.push(few).failures
    assert rows[INTERFACES][port]["type"] == "1000base-t"
    assert rows[INTERFACES][port]["description"] == "patched"
    assert (rows[DEVICES], rows["dcim/device-roles"]) == kept


def test_who_is_away_is_so_in_netbox_until_back(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    pusher.push(few)
    absent = [{"node": "dgx-002", "since": "2026-11-01", "reason": "GPU 3"}]
    away = few_of(absent=absent)
    pusher.push(away)
    dgx = find(DEVICES, name="dgx-002")
    assert netbox.store.rows[DEVICES][dgx]["status"] == "failed"
    pusher.push(few)
    assert netbox.store.rows[DEVICES][dgx]["status"] == "planned"


def test_what_is_left_over_is_told_and_deleted_only_on_demand(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    smaller = few_of(3)
    pusher.push(few)
    counts = {path: len(rows) for path, rows in netbox.store.rows.items()}
    left = pusher.compare(smaller).left
    assert "dgx-004" in {f.name for f in left if f.kind is Kind.DEVICE}
    pusher.push(smaller)
    assert counts == {path: len(rows) for path, rows in netbox.store.rows.items()}
    outcome = pusher.push(smaller, pruning=True)
    assert not outcome.failures
    assert sum(outcome.deleted.values()) == len(left)
    assert quiet(pusher, smaller)


def test_pruning_leaves_what_others_need(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    pusher.push(few)
    kind = find(TYPES, slug="login-machine")
    site = netbox.store.add("dcim/sites", name="elsewhere", slug="elsewhere")
    role = netbox.store.add("dcim/device-roles", name="jump", slug="jump", color="ff0000")
    netbox.store.add(DEVICES, name="theirs", device_type=kind, role=role, site=site)
    without = few_of(services={"head": 1, "login": 0})
    outcome = pusher.push(without, pruning=True)
    assert [(f.kind, f.action) for f in outcome.failures] == [(Kind.TYPE, "delete")]
    assert "dependent objects" in outcome.failures[0].reason
    assert kind in netbox.store.rows[TYPES]
    assert "login-01" not in {row["name"] for row in netbox.store.rows[DEVICES].values()}


def test_pruning_spares_what_others_hung_on_a_device(netbox: NetBox, pusher: Pusher, few: Cluster, find: Find) -> None:
    pusher.push(few)
    smaller, store = few_of(2), netbox.store
    idle = store.add(INTERFACES, device=find(DEVICES, name="dgx-003"), name="aux", type="other")
    busy = store.add(INTERFACES, device=find(DEVICES, name="dgx-004"), name="aux", type="other", description="console")
    ((kept, why),) = pusher.compare(smaller).kept
    assert kept.name == "dgx-004"
    assert "interface dgx-004 aux" in why
    pusher.push(smaller, pruning=True)
    assert idle not in store.rows[INTERFACES]
    assert busy in store.rows[INTERFACES]
    assert find(DEVICES, name="dgx-004")


def test_two_clusters_share_a_netbox(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    networks = {
        "management": {"subnet": "10.80.0.0/21"},
        "oob": {"subnet": "10.84.0.0/21"},
        "compute": {"subnet": "100.64.0.0/16"},
        "storage": {"subnet": "100.65.0.0/16"},
    }
    other = few_of(name="pod2", networks=networks)
    assert not pusher.push(few).failures
    assert not pusher.push(other).failures
    assert not pusher.compare(few).left
    assert not pusher.compare(other).pending
    assert not pusher.compare(few).pending


def test_a_recabled_port_waits_for_its_old_cable_to_be_pruned(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    pusher.push(few)
    rows = netbox.store.rows[CABLES]
    one, two = [n for n, row in rows.items() if row["label"].startswith("dgx-001")][:2]
    first, second = dict(rows[one]), dict(rows[two])
    for number in (one, two):
        netbox.store.delete(CABLES, number)
    for row, end in ((first, second), (second, first)):
        crossed = row | {"b_terminations": end["b_terminations"], "label": f"old {row['label']}"}
        netbox.store.save(CABLES, None, crossed)
    changes = pusher.compare(few)
    assert len(changes.clashes) == len(changes.left) == 2
    assert all("--prune" in c.reason for c in changes.clashes)
    assert not pusher.push(few, pruning=True).failures
    assert quiet(pusher, few)


def test_interfaces_that_come_with_a_device_type_are_used(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    maker = netbox.store.add("dcim/manufacturers", name="NVIDIA", slug="nvidia")
    kind = netbox.store.add(TYPES, manufacturer=maker, model="DGX H100", slug="dgx-h100", u_height=8)
    netbox.store.templates[kind] = [("BMC", "1000base-t"), ("ibp24s0", "infiniband-ndr")]
    assert not pusher.push(few).failures
    assert not pusher.compare(few).pending
    used = [u for u in pusher.compare(few).used if u.wanted.kind is Kind.INTERFACE]
    assert len(used) == 2 * 4


def test_addresses_that_devices_are_managed_by_can_move(
    netbox: NetBox, pusher: Pusher, few: Cluster, find: Find
) -> None:
    pusher.push(few)
    rows = netbox.store.rows
    one, two = (rows[DEVICES][find(DEVICES, name=f"dgx-00{n}")] for n in (1, 2))
    a, b = rows[ADDRESSES][one["oob_ip"]], rows[ADDRESSES][two["oob_ip"]]
    a["assigned_object_id"], b["assigned_object_id"] = b["assigned_object_id"], a["assigned_object_id"]
    one["oob_ip"], two["oob_ip"] = two["oob_ip"], one["oob_ip"]
    assert not pusher.push(few).failures
    assert quiet(pusher, few)
