"""hardware.csv as vendors and spreadsheets write it; what is wrong with one is in tests/errors/hardware-csv*."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxops import catalogue, spec
from dgxops.expand import expand
from dgxops.model.cluster import Cluster
from dgxops.model.hardware import HardwareRecord, PortRecord
from dgxops.spec.hardware_file import parse
from tests.conftest import cluster_of

MINI = Path(__file__).parent.parent.parent / "inventories" / "mini" / "cluster.yml"


def read(text: str, cluster: Cluster) -> tuple[HardwareRecord, ...]:
    records, problems = parse("hardware.csv", text.encode(), cluster)
    assert problems == []
    return records


@pytest.mark.parametrize("port", ["OSFP4P2", "osfp4p2", "ibp24s0", "mlx5_0"])
def test_a_port_has_the_names_that_the_system_prints_and_shows(port: str, mini: Cluster) -> None:
    (record,) = read(f"device,port,guid\nDGX-001,{port},02d9:0003:0000:0008\n", mini)
    assert record == HardwareRecord("dgx-001", ports=(PortRecord("OSFP4P2", guid="0x02d9000300000008"),))


@pytest.mark.parametrize("mac", ["04:3F:72:AA:BB:CC", "04-3f-72-aa-bb-cc", "043f.72aa.bbcc", "043f72aabbcc"])
def test_a_mac_in_each_way_of_writing_it(mac: str, mini: Cluster) -> None:
    (record,) = read(f"mac,device,port\n{mac},head-01,NIC2\n", mini)
    assert record.mac("NIC2") == "04:3f:72:aa:bb:cc"


def test_byte_order_mark_windows_line_ends_quotes_comments_and_empty_lines(mini: Cluster) -> None:
    text = '\ufeff# from the vendor\r\nDevice , Serial,Port\r\n\r\n"dgx-001","A ""1"", b",BMC\r\n,,\r\ndgx-002,,\r\n'
    assert read(text, mini) == (HardwareRecord("dgx-001", 'A "1", b', ports=(PortRecord("BMC"),)),)


def test_a_switch_has_a_guid_of_its_own_and_a_tray_a_serial_number() -> None:
    gb200 = cluster_of(platform="dgx-gb200-nvl72")
    tray = next(fixture.name for rack in gb200.racks for fixture in rack.fixtures)
    spine = gb200.fabric("compute").switches[-1].name
    found = read(f"device,serial,guid\n{tray},T1,\n{spine},,0x02d9000300000001\n", gb200)
    assert {r.device: (r.serial, r.guid) for r in found} == {tray: ("T1", None), spine: (None, "0x02d9000300000001")}


def test_the_two_halves_of_a_port_are_told_apart() -> None:
    sparks = cluster_of(platform="dgx-spark", scalable_units="none", nodes=2)
    port = next(p for p in sparks.systems[0].ports if p.second_rdma)
    rows = f"dgx-001,{port.rdma},0x02d9000300000001\ndgx-001,{port.second_rdma},0x02d9000300000002\n"
    (record,) = read(f"device,port,guid\n{rows}", sparks)
    assert [p.port for p in record.ports] == [port.name, f"{port.name}/2"]


def test_the_demo_knows_every_mac_that_dhcp_needs() -> None:
    cluster = expand(spec.load(MINI), catalogue.load())
    assert {record.device for record in cluster.hardware} >= set(cluster.by_name)
    assert cluster.hardware_of["dgx-001"].serial == "LAB0001"


def test_what_cannot_be_read_as_text_is_said_once(mini: Cluster) -> None:
    for data, said in (
        (b"", "hardware.csv:1:1: is empty"),
        ("device\n".encode("utf-16"), "UTF-8"),
        (b"device\ndgx-001\xff\n", "2:8"),
        (b"device,serial\ndgx-001,A\x00B\n", "2:10: holds the control character 0x00"),
        (b"dgx-001,OSFP4P2,04:3f:72:aa:bb:cc\n", "1:1: the first line names no column"),
        (b"devise,port\ndgx-001,BMC\n", "1:1: no column is called 'devise' (did you mean device?)"),
        (b"port,mac\nBMC,\n", "1:1: there is no column device"),
        (b"device,port\n", "1:1: no row follows the columns"),
    ):
        _, problems = parse("hardware.csv", data, mini)
        assert len(problems) == 1
        assert said in str(problems[0])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_spreadsheet_ends_them(mini: Cluster, end: str) -> None:
    data = end.join(["device,port,serial", "dgx-001,,A1", "dgx-002,,A2", ""]).encode()
    records, problems = parse("hardware.csv", data, mini)
    assert problems == []
    assert {r.device: r.serial for r in records} == {"dgx-001": "A1", "dgx-002": "A2"}


def test_a_device_that_there_is_not_is_told_once_with_the_number_of_its_rows(mini: Cluster) -> None:
    """A node that was taken out leaves a row a port behind; what is wrong elsewhere is told as well."""
    rows = "".join(f"{name},OSFP{n}P1,\n" for n in range(1, 5) for name in ("dgx-999", "DGX-999", "no-such-thing"))
    records, problems = parse("hardware.csv", f"device,port,mac\n{rows}dgx-001,BMC,zz\n".encode(), mini)
    assert records == ()
    assert sorted((p.line, p.message) for p in problems)[:2] == [
        (2, "no device is called 'dgx-999' (8 rows)"),
        (4, "no device is called 'no-such-thing' (4 rows)"),
    ]
    assert [p.line for p in problems[:-2]] == [14]
