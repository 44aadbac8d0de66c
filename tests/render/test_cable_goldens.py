"""Lines of every format for the smallest clusters, as a person would check them."""

from __future__ import annotations

import pytest

from dgxops.model.cluster import Cluster
from dgxops.render.tree import render
from tests.conftest import cluster_of

LINES = {
    "cabling/cables.csv": [
        "dgx-001:OSFP4P2--leaf-01-1:1,compute,dgx-001,OSFP4P2,su01-r01,3,leaf-01-1,1,leaf-rack-01,3,MMF,10,node_leaf,",
        "leaf-01-1:33--spine-01:1,compute,leaf-01-1,33,leaf-rack-01,3,spine-01,1,spine-rack-01,3,MMF,10,leaf_spine,",
    ],
    "cabling/labels.csv": [
        "leaf-01-1:33--spine-01:1,a,leaf-rack-01 U03 leaf-01-1 17/1,spine-rack-01 U03 spine-01 1/1,MMF,10",
        "leaf-01-1:33--spine-01:1,z,spine-rack-01 U03 spine-01 1/1,leaf-rack-01 U03 leaf-01-1 17/1,MMF,10",
    ],
    "cabling/racks/leaf-rack-01.csv": [
        "u,device,port,printed,fabric,to_rack,to_u,to_device,to_printed,media,length_class,remark",
        "3,leaf-01-1,1,1/1,compute,su01-r01,3,dgx-001,OSFP4P2,MMF,10,",
    ],
    "cabling/mission-control/p2p_ethernet.csv": [
        "#,BUNDLE_ID,SEQ,SRC_RACKROLE,SRC_RACK,SRC_U,SRC_NAME,SRC_HCA_PORT,SRC_TRANSCEIVER,"
        "DST_RACKROLE,DST_RACK,DST_U,DST_NAME,DST_PORT,DST_TRANSCEIVER",
        "1,1,1,management,mgmt-01,8,head-01,NIC1,,network,leaf-rack-01,13,inband-leaf-01,swp44,",
    ],
    "cabling/ufm/compute-ndt-switch_to_host.csv": [
        "#StartDevice,StartPort,EndDevice,EndPort,LinkType",
        "leaf-01-1,Port 1,dgx-001,ibp24s0,Data",
    ],
    "cabling/ufm/compute-ndt-switch_to_switch.csv": ["leaf-01-1,Port 33,spine-01,Port 1,Data"],
    "cabling/ufm/compute.topo": [
        "MQM9700 leaf-01-1",
        "    P1 -4x-100G-> HCA_mlx5_8 dgx-001 mlx5_0/P1",
        "    P33 -4x-100G-> MQM9700 spine-01 P1",
    ],
    "site/netbox/8-cables.csv": [
        "dgx-001,dcim.interface,ibp24s0,leaf-01-1,dcim.interface,1/1,mmf,planned,dgx-001:OSFP4P2--leaf-01-1:1,10,m",
    ],
    "site/bom.csv": [
        "system,DGX H100,compute,4,",
        '"OSFP twin-port 2 x 400 Gb/s, flat-top, 2xSR4",compute,16,one a cage',
        "pdu,power distribution unit,compute racks,3,as the architecture's document states",
    ],
    "site/siteinfo.yaml": ["dgx_type: dgx-h100", "  oob_prefix: 10.20.0.0/16"],
    "site/topograph.yaml": ["  - dgx-[001-004]"],
    "site/floor.csv": ["row,place,rack,kind,rack_units", "0,1,mgmt-01,management,48", "1,5,leaf-rack-01,network,48"],
}


@pytest.mark.parametrize("path", LINES)
def test_four_systems_of_a_unit(mini: Cluster, path: str) -> None:
    text = render(mini)[path]
    assert isinstance(text, str)
    assert [line for line in LINES[path] if line not in text] == []


def test_two_sparks_joined_directly() -> None:
    files = render(cluster_of(platform="dgx-spark", scalable_units="none", nodes=2, fabric="direct"))
    assert str(files["cabling/cables.csv"]).splitlines()[1] == (
        "dgx-001:QSFP1--dgx-002:QSFP1,compute,dgx-001,QSFP1,rack-01,,dgx-002,QSFP1,rack-01,,DAC,1.5,node_node,,"
    )
    assert not any(path.endswith((".topo", "node-name-map")) or "ndt" in path for path in files)
    assert "rack," not in str(files["site/bom.csv"])
