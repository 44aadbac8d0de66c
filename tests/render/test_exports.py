"""What NetBox, Topograph and a buyer are given is what the model has."""

from __future__ import annotations

from collections import Counter

import yaml
from ClusterShell.NodeSet import NodeSet

from dgxops.model.cluster import Cluster
from dgxops.render.cabling.plant import plant_of
from dgxops.render.tree import render
from dgxops.render.write import Artifact
from tests.conftest import cluster_of
from tests.render.plants import WIDE, table


def test_netbox_cables_join_interfaces_that_exist(cluster: Cluster, files: dict[str, Artifact]) -> None:
    interfaces = Counter((r["device"], r["name"]) for r in table(files, "site/netbox/7-interfaces.csv"))
    assert max(interfaces.values()) == 1
    cables = table(files, "site/netbox/8-cables.csv")
    ends = Counter((r[f"side_{s}_device"], r[f"side_{s}_name"]) for r in cables for s in "ab")
    assert len(cables) == sum(len(f.links) for f in cluster.fabrics)
    assert set(ends) <= set(interfaces)
    assert max(ends.values()) == 1
    assert all(len(r["label"]) <= 100 for r in cables)


def test_what_netbox_is_told_refers_to_what_it_was_told_before(files: dict[str, Artifact]) -> None:
    def names(path: str, *columns: str) -> set[tuple[str, ...]]:
        return {tuple(r[c] for c in columns) for r in table(files, f"site/netbox/{path}.csv")}

    devices = table(files, "site/netbox/6-devices.csv")
    assert len({r["name"] for r in devices}) == len(devices)
    assert names("4-device-types", "manufacturer") <= names("2-manufacturers", "name")
    assert names("5-racks", "site") <= names("1-sites", "name")
    assert names("6-devices", "role") == names("3-device-roles", "name")
    assert names("6-devices", "manufacturer", "device_type") == names("4-device-types", "manufacturer", "model")
    assert names("6-devices", "rack") - {("",)} <= names("5-racks", "name")
    assert names("7-interfaces", "device") <= names("6-devices", "name")
    slugs = Counter(r["slug"] for r in table(files, "site/netbox/4-device-types.csv"))
    assert max(slugs.values()) == 1


def test_topograph_names_every_node_once_under_a_switch_that_it_knows(
    cluster: Cluster, files: dict[str, Artifact]
) -> None:
    model = yaml.safe_load(files["site/topograph.yaml"])
    nodes = [name for block in model["blocks"] for text in block["nodes"] for name in NodeSet(text)]
    assert sorted(nodes) == sorted(n.name for n in cluster.nodes)
    children = [c for s in model["switches"].values() for c in s.get("switches", [])]
    assert max(Counter(children).values(), default=1) == 1
    assert {b["switch"] for b in model["blocks"]} <= {*children, *model["switches"]}
    domains = [b["annotations"]["accelerator.topology.test/domain"] for b in model["blocks"] if "annotations" in b]
    assert domains == [b.name for b in cluster.slurm.blocks]


def test_the_bill_counts_what_the_model_has(cluster: Cluster, files: dict[str, Artifact]) -> None:
    total: Counter[str] = Counter()
    for row in table(files, "site/bom.csv"):
        total[row["category"]] += int(row["quantity"])
    assert total["system"] == len({n.rack if n.system and n.system.rack else n.name for n in cluster.nodes})
    assert total["switch"] == sum(len(f.switches) for f in cluster.fabrics)
    cables = plant_of(cluster).cables
    assert total["cable"] == sum(cable.fibres for cable in cables if not cable.splitter)
    assert total["splitter"] == len({cable.splitter.id for cable in cables if cable.splitter})
    assert total["note"] == 0
    assert total["rack"] == sum(rack.units < 1000 for rack in cluster.racks)
    assert total["pdu"] == sum(r.pdus or 0 for r in cluster.racks)


def test_transceivers_of_eight_nodes_are_those_of_the_basepod_list() -> None:
    """RA-11127-001: 32 flat-top ones on eight systems, four cages each."""
    rows = table(render(cluster_of(nodes=8)), "site/bom.csv")
    assert [r["quantity"] for r in rows if "flat-top" in r["item"]] == ["32"]


def test_a_cluster_without_fabrics_still_renders() -> None:
    files = render(cluster_of(platform="dgx-spark", scalable_units="none", nodes=1))
    assert not any(path.startswith("cabling/ufm") for path in files)


def test_two_thousand_nodes_have_little_more_than_a_file_each() -> None:
    cluster = cluster_of(scalable_units=64, omit="none", networks=WIDE)
    assert len(render(cluster)) < 1.5 * len(cluster.nodes)
