"""Name servers and DHCP servers themselves read what is rendered; names, addresses and hardware addresses agree."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from dgxops.model.cluster import Cluster
from dgxops.model.hardware import HardwareRecord, PortRecord
from dgxops.render import dhcp, dns
from dgxops.render.dns.reverse import zones_of
from tests.conftest import cluster_of

SMALL = {"management": {"subnet": "10.87.210.0/25"}, "oob": {"subnet": "10.87.210.128/25"}}
"""Two networks in one /24, as in a small pod."""
ZONES = {"servers": ["ns1.example.net", "head-02"], "contact": "a.b@example.net", "serial": 7}


def needs(program: str) -> str:
    """Where the program is; scripts/setup.sh installs it."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not found:
        pytest.fail(f"{program} is not installed: scripts/setup.sh does it")
    return found


def written(files: dict[str, str], folder: Path) -> list[Path]:
    for path, text in files.items():
        (folder / Path(path).name).write_text(text)
    return [folder / Path(path).name for path in files]


@pytest.mark.parametrize(
    "keys",
    [
        {"nodes": 4},
        {"scalable_units": 4, "networks": {"oob": {"subnet": "10.20.0.0/16"}}},
        {
            "nodes": 2,
            "services": {"head": 1, "login": 0},
            "networks": SMALL,
            "scalable_units": "none",
            "fabric": "none",
        },
        {"nodes": 4, "site": {"zones": ZONES}},
    ],
    ids=["octets", "a-16", "rfc2317", "servers"],
)
def test_bind_loads_every_zone(keys: dict[str, object], tmp_path: Path) -> None:
    checkconf = needs("named-checkconf")
    written(dns.artifacts(cluster_of(**keys)), tmp_path)
    conf = tmp_path / "named.conf"
    conf.write_text(f'options {{ directory "{tmp_path}"; }};\ninclude "{tmp_path}/named.conf.zones";\n')
    done = subprocess.run([checkconf, "-z", str(conf)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "loaded serial" in done.stdout
    assert "warning" not in (done.stdout + done.stderr).lower()


@pytest.mark.parametrize(
    ("subnet", "names"),
    [
        ("10.0.0.0/8", ["10.in-addr.arpa"]),
        ("10.20.0.0/15", ["20.10.in-addr.arpa", "21.10.in-addr.arpa"]),
        ("10.20.0.0/16", ["20.10.in-addr.arpa"]),
        ("10.20.8.0/22", [f"{n}.20.10.in-addr.arpa" for n in (8, 9, 10, 11)]),
        ("192.0.2.0/24", ["2.0.192.in-addr.arpa"]),
        ("192.0.2.64/26", ["64-26.2.0.192.in-addr.arpa"]),
    ],
)
def test_reverse_zones_are_cut_where_the_tree_can_be(subnet: str, names: list[str]) -> None:
    found = list(zones_of(IPv4Network(subnet)))
    assert [zone.name for zone in found] == names
    assert sum(zone.block.num_addresses for zone in found) == IPv4Network(subnet).num_addresses


def test_the_holder_of_a_24_is_told_an_alias_an_address() -> None:
    files = dns.artifacts(cluster_of(scalable_units="none", nodes=2, services={"head": 1, "login": 0}, networks=SMALL))
    text = files["files/dns/parent-128-25.210.87.10.in-addr.arpa.txt"]
    assert text.count("CNAME") == 128
    assert "128-25\tIN\tNS\thead-01.pod.example.com.\n" in text
    assert "139\tIN\tCNAME\t139.128-25.210.87.10.in-addr.arpa.\n" in text


def test_bind_takes_these_aliases_into_the_zone_of_the_24(tmp_path: Path) -> None:
    cluster = cluster_of(scalable_units="none", nodes=2, services={"head": 1, "login": 0}, networks=SMALL)
    head = "$TTL 60\n@ IN SOA ns.example.net. h.example.net. 1 60 60 60 60\n@ IN NS ns.example.net.\n"
    parents = [text for path, text in dns.artifacts(cluster).items() if "/parent-" in path]
    (tmp_path / "zone").write_text(head + "".join(parents))
    words = [needs("named-checkzone"), "-i", "none", "210.87.10.in-addr.arpa", str(tmp_path / "zone")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, len(parents)) == (0, 2), done.stdout


def known(cluster: Cluster, *records: HardwareRecord) -> Cluster:
    return replace(cluster, hardware=records)


@pytest.fixture(scope="module")
def delivered(mini: Cluster) -> Cluster:
    """The demo with the hardware addresses of one system, the head's BMC and one switch."""
    ports = {"BMC": 1, "Slot1P2": 2, "Slot2P2": 3}
    dgx = tuple(PortRecord(port, f"02:00:00:00:00:{number:02}") for port, number in ports.items())
    return known(
        mini,
        HardwareRecord("dgx-001", ports=dgx),
        HardwareRecord("head-01", ports=(PortRecord("BMC", "02:00:00:00:00:04"),)),
        HardwareRecord("leaf-01-1", ports=(PortRecord("mgmt0", "02:00:00:00:00:05"),)),
    )


def test_kea_gives_each_known_machine_its_address_and_names_the_others(delivered: Cluster) -> None:
    inband, oob = json.loads(dhcp.artifacts(delivered)["files/dhcp/kea-subnet4.json"])
    assert inband["reservations"] == [
        {"hw-address": "02:00:00:00:00:02", "ip-address": "10.10.1.1", "hostname": "dgx-001"}
    ]
    assert {r["hostname"]: r["ip-address"] for r in oob["reservations"]} == {
        "dgx-001-bmc": "10.20.32.1",
        "head-01-bmc": "10.20.0.11",
        "leaf-01-1": "10.20.128.0",
    }
    assert inband["user-context"]["missing"] == "dgx-[002-004],head-01,login-01,ufm-[01-04]"


def test_kea_takes_the_subnets_in(delivered: Cluster, tmp_path: Path) -> None:
    kea = needs("kea-dhcp4")
    (subnets,) = written({"kea-subnet4.json": dhcp.artifacts(delivered)["files/dhcp/kea-subnet4.json"]}, tmp_path)
    conf = tmp_path / "kea-dhcp4.conf"
    conf.write_text(
        '{"Dhcp4": {"interfaces-config": {"interfaces": []}, "valid-lifetime": 3600,'
        f' "lease-database": {{"type": "memfile", "persist": false}}, "subnet4": <?include "{subnets}"?>}}}}'
    )
    done = subprocess.run([kea, "-t", str(conf)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dnsmasq_takes_the_file_in_and_knows_both_ports_of_a_bond(delivered: Cluster, tmp_path: Path) -> None:
    (conf,) = written({"dnsmasq.conf": dhcp.artifacts(delivered)["files/dhcp/dnsmasq.conf"]}, tmp_path)
    assert "dhcp-host=02:00:00:00:00:02,02:00:00:00:00:03,10.10.1.1,dgx-001\n" in conf.read_text()
    done = subprocess.run(
        [needs("dnsmasq"), "--test", f"--conf-file={conf}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_without_hardware_csv_there_is_nothing_for_dhcp(mini: Cluster) -> None:
    assert dhcp.artifacts(mini) == {}
