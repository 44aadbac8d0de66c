"""What the tools print, as recorded from infiniband-diags 44 on a net of two switches and four adapters."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxops.simulate import discovered, forwarding
from dgxops.simulate.discovered import ADAPTER, SWITCH, Found
from dgxops.simulate.opensm import routed_by

RECORDED = Path(__file__).parent / "recorded"


def lines(name: str) -> list[str]:
    return (RECORDED / name).read_text().splitlines()


def test_ibnetdiscover() -> None:
    found = discovered.parse(lines("ibnetdiscover.txt"))
    assert found.by_name["Switch1"] == Found(0x200000, "Switch1", SWITCH, 8, 2)
    assert found.by_name["Hca4"] == Found(0x100009, "Hca4", ADAPTER, 2, 6)
    assert (found.count(SWITCH), found.count(ADAPTER), len(found.peers)) == (2, 4, 2 * 6)
    assert found.peers[0x200000, 5] == (0x200001, 5)
    assert found.named_peers()["Hca3", 1] == ("Switch1", 2)


def test_what_real_fabrics_print_besides() -> None:
    """External port numbers, enhanced port 0, switches with a system GUID of their own, faster links."""
    text = """
vendid=0x2c9
switchguid=0x2c902004048e8(2c902004048e8)
Switch	41 "S-0002c902004048e8"		# "MF0;q3400-1:MQM9700/U1" enhanced port 0 lid 12 lmc 0
[1][ext 1]	"H-0002c903000f1a2c"[1](2c903000f1a2d) 		# "dgx-001 mlx5_0" lid 4 4xNDR
caguid=0x2c903000f1a2c
Ca	1 "H-0002c903000f1a2c"		# "dgx-001 mlx5_0"
[1](2c903000f1a2d) 	"S-0002c902004048e8"[1][ext 1]		# lid 4 lmc 0 "MF0;q3400-1:MQM9700/U1" lid 12 4xNDR
"""
    found = discovered.parse(text.splitlines())
    assert found.named_peers() == {
        ("MF0;q3400-1:MQM9700/U1", 1): ("dgx-001 mlx5_0", 1),
        ("dgx-001 mlx5_0", 1): ("MF0;q3400-1:MQM9700/U1", 1),
    }
    assert [d.lid for d in found.devices.values()] == [12, 4]


@pytest.mark.parametrize("name", ["dump_fts.txt", "ibroute.txt"])
def test_forwarding_tables(name: str) -> None:
    tables = forwarding.parse(lines(name))
    assert tables[0x200001] == bytes([forwarding.NO_PORT, 3, 3, 0, 1, 5, 2])


def test_every_switch_of_a_dump_has_its_table() -> None:
    assert forwarding.parse(lines("dump_fts.txt"))[0x200000] == bytes([forwarding.NO_PORT, 1, 0, 3, 3, 2, 5])


def test_a_table_with_gaps() -> None:
    text = "Unicast lids [0x0-0x5] of switch Lid 3 guid 0x00000000000000aa (x):\n0x0001 007 \n0x0004 008 : (gone)\n"
    none = forwarding.NO_PORT
    assert forwarding.parse(text.splitlines()) == {0xAA: bytes([none, 7, none, none, 8, none])}


def test_the_engine_that_the_log_names() -> None:
    tables = "osm_ucast_mgr_process: {} tables configured on all switches\n"
    assert routed_by(tables.format("ftree") + "SUBNET UP\n") == "ftree"
    assert routed_by(tables.format("ftree") + tables.format("minhop") + "SUBNET UP\n") == "minhop"
    assert routed_by(tables.format("ftree")) is None
    assert routed_by("") is None
