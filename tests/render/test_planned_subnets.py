"""What is rendered follows networks.plan: DNS, DHCP, siteinfo, NetBox, the inventory, and what check says of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from dgxops.check.addresses import inside, prove_addresses
from dgxops.check.breakout import prove_breakout
from dgxops.check.zones import in_dns
from dgxops.model.cluster import Cluster
from dgxops.model.hardware import HardwareRecord, PortRecord
from dgxops.model.proof import Proof
from dgxops.netbox.addresses import addresses as netbox_addresses
from dgxops.netbox.objects import Kind, Ref
from dgxops.render import dhcp, dns, inventory, site
from dgxops.render.cabling.plant import plant_of
from dgxops.render.exports import breakout, siteinfo
from dgxops.render.summary import summary
from tests.conftest import cluster_of
from tests.render.test_dns_dhcp import needs, written

NETWORKS = {
    "plan": "mission-control",
    "management": {"subnet": "10.60.0.0/20"},
    "oob": {"subnet": "10.64.0.0/20"},
}


def planned(units: int) -> Cluster:
    """With a hardware address of every port that asks for one."""
    cluster = cluster_of(platform="dgx-gb200-nvl72", scalable_units=units, networks=NETWORKS)
    oob = [one for f in cluster.fabrics for s in f.switches for one in s.controllers]
    oob += [one for rack in cluster.racks for one in rack.devices]
    ports: dict[str, list[str]] = {}
    for one in oob:
        ports.setdefault(one.device, []).append(one.port)
    for host in cluster.hosts:
        inband = [p.name for p in host.system.ports if p.role == "inband"] if host.system else ["NIC1"]
        ports[host.name] = [*(one.port for one in host.controllers), *inband]
    macs = iter(range(1, 1 << 20))
    records = (
        HardwareRecord(device, ports=tuple(PortRecord(port, _mac(next(macs))) for port in own))
        for device, own in ports.items()
    )
    return replace(cluster, hardware=tuple(records))


def _mac(number: int) -> str:
    return f"02:00:00:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


@pytest.fixture(scope="module")
def three() -> Cluster:
    return planned(3)


def kea(cluster: Cluster) -> list[dict[str, Any]]:
    return list(json.loads(dhcp.artifacts(cluster)["files/dhcp/kea-subnet4.json"]))


def test_kea_has_each_subnet_with_its_router_and_each_address_in_one(three: Cluster) -> None:
    subnets = kea(three)
    used = [part for name in ("management", "oob") for part in three.network(name).parts if part.holds]
    assert [s["subnet"] for s in subnets] == [str(part.subnet) for part in used]
    given = 0
    for subnet, part in zip(subnets, used, strict=True):
        assert {"name": "routers", "data": str(part.gateway)} in subnet["option-data"]
        assert subnet["user-context"]["missing"] == ""
        assert all(IPv4Address(r["ip-address"]) in part.subnet for r in subnet["reservations"])
        given += len(subnet["reservations"])
    assert given == len(dhcp.reservations.reservations(three))


def test_a_subnet_keeps_its_number_when_pods_are_added() -> None:
    """Kea knows leases by the number of their subnet."""
    for before, after in pairwise(map(planned, (1, 2, 3))):
        old, new = ({s["subnet"]: s["id"] for s in kea(c)} for c in (before, after))
        assert old.items() < new.items()
        assert len(set(new.values())) == len(new)


def test_servers_take_the_files_in(three: Cluster, tmp_path: Path) -> None:
    files = written(dhcp.artifacts(three), tmp_path)
    subnets, dnsmasq = (next(f for f in files if f.name == name) for name in ("kea-subnet4.json", "dnsmasq.conf"))
    conf = tmp_path / "kea-dhcp4.conf"
    conf.write_text(
        '{"Dhcp4": {"interfaces-config": {"interfaces": []}, "valid-lifetime": 3600,'
        f' "lease-database": {{"type": "memfile", "persist": false}}, "subnet4": <?include "{subnets}"?>}}}}'
    )
    for words in ([needs("kea-dhcp4"), "-t", str(conf)], [needs("dnsmasq"), "--test", f"--conf-file={dnsmasq}"]):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "dhcp-range=set:oob-1,10.64.0.0,static,255.255.255.0\n" in dnsmasq.read_text()
    assert "dhcp-option=tag:oob-1,option:router,10.64.0.1\n" in dnsmasq.read_text()


def test_every_name_is_found_forward_and_back(three: Cluster) -> None:
    files = dns.artifacts(three)
    names = Proof("names", "", {"names": 0})
    found = in_dns(names, files, {})
    assert found.findings == ()
    records = (*three.hosts, *(one for rack in three.racks for one in rack.devices))
    assert int(found.figures["dns names"]) > len(records)
    assert "16\tIN\tPTR\tdgx-001.pod.example.com.\n" in files["files/dns/0.60.10.in-addr.arpa.zone"]


def test_tables_have_the_prefix_length_of_the_subnet(three: Cluster) -> None:
    rows = [line.split(",") for line in site.addresses_csv(three).splitlines()[1:]]
    for name, network, *_, address in rows:
        if network in ("management", "oob"):
            (part,) = (p for p in three.network(network).parts if IPv4Address(address.split("/")[0]) in p.subnet)
            assert int(address.split("/")[1]) == part.subnet.prefixlen, name
    plant = plant_of(three)
    wanted = netbox_addresses(three, plant, Ref(Kind.SITE, ("pod",)), ())
    prefixes = {w.fields["prefix"]: w.initial["status"] for w in wanted if w.ref.kind is Kind.PREFIX}
    assert all(prefixes[str(p.subnet)] == "active" for n in three.networks for p in n.parts)
    assert prefixes["10.64.0.0/20"] == "container"
    at = {str(w.fields["address"]) for w in wanted if w.ref.kind is Kind.ADDRESS}
    assert {row[-1] for row in rows if row[0].startswith("leaf-")} <= at


def test_the_inventory_names_the_routers_of_subnets(three: Cluster) -> None:
    variables = yaml.safe_load(inventory.artifacts(three)["group_vars/all/rendered.yml"])
    inband = variables["dgxops_networks"][0]
    assert inband["gateway"] is None
    assert {"subnet": "10.60.0.0/23", "gateway": "10.60.0.1"} in inband["subnets"]
    assert all("subnets" not in n for n in variables["dgxops_networks"][2:])
    assert summary(three)["network_plans"]["oob"]["plan"] == "mission-control"


def test_siteinfo_says_the_lengths_and_what_is_still_not_known(three: Cluster) -> None:
    text = siteinfo.artifacts(plant_of(three))["site/siteinfo.yaml"]
    said = yaml.safe_load(text)["networking"]
    lengths = {"oob_mgmt": 24, "oob_dgx": 23, "data_mgmt": 25, "data_dgx": 23}
    assert {key: said[f"{key}_prefixlen"] for key in lengths} == lengths
    assert "oob_other_prefixlen" not in said
    assert "#   networking.oob_other_prefixlen" in text


def test_the_file_of_subnets_is_the_plan_that_is_followed(three: Cluster) -> None:
    text = breakout.artifacts(plant_of(three))["site/mission-control-subnets.yaml"]
    oob = yaml.safe_load(text)["networking"]["oob_prefix"]
    assert (oob["root"], oob["basis"]) == ("10.64.0.0/20", "read")
    assert [s["subnet"] for s in oob["subnets"]] == [str(p.subnet) for p in three.network("oob").parts]
    assert "do not follow" not in text


def test_check_proves_it_and_sees_an_address_where_none_may_be(three: Cluster) -> None:
    assert all(proof.holds for proof in prove_addresses(three))
    (proof,) = prove_breakout(three)
    assert (proof.figures["subnets"], proof.figures["used"]) == (19, 14)
    unused = next(p.subnet for p in three.network("management").parts if not p.holds)
    host = three.nodes[0]
    for ip, prefix in ((unused[9], unused.prefixlen), (IPv4Address("10.60.0.99"), 20), (IPv4Address("10.60.15.9"), 23)):
        astray = replace(host.addresses[0], ip=ip, prefix=prefix)
        moved = replace(three, hosts=(replace(host, addresses=(astray, *host.addresses[1:])),))
        found = prove_addresses(moved)[1].findings
        assert [f.message for f in found] == ["an address lies in no subnet of the plan that is for addresses"]
    assert IPv4Network("10.60.15.0/24").subnet_of(three.network("management").subnet)
    assert inside((), three.networks).holds
