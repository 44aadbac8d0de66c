"""The net file says what the fabric says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dgxops.errors import DgxopsError
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint, Fabric, Link, LinkKind, Tier
from dgxops.simulate.netfile import Net, net_of, rdma_names, text_of


def net(cluster: Cluster) -> Net:
    return net_of(cluster.fabric("compute"), rdma_names(cluster.hosts))


def test_every_hca_is_an_adapter_of_its_own(pod1: Cluster) -> None:
    adapters = net(pod1).adapters
    assert len(adapters) == 31 * 8 + 4  # and two ports of each UFM appliance
    first = adapters[0]
    assert (first.name, first.ports) == ("dgx-001 mlx5_0", 1)
    assert (first.unit, first.slot, first.label) == ("dgx-001", "mlx5_0", "dgx-001 OSFP4P2 (mlx5_0)")
    assert adapters[-1].name == adapters[-1].label == "ufm-02 HCA2"


def test_each_cable_stands_in_the_blocks_of_both_its_ends(pod1: Cluster) -> None:
    text = text_of(net(pod1))
    leaf, spine, node = (
        block for block in text.split("\n\n") if any(n in block for n in ('"S0"\t', '"S8"\t', '"H0"\t'))
    )
    assert leaf.startswith('switchguid=0x200000000000000\nSwitch\t64 "S0"\t# "leaf-01-1"\n[1]\t"H0"[1]\n[2]\t"H8"[1]\n')
    assert '\n[33]\t"S8"[1]' in leaf
    assert '\n[1]\t"S0"[33]' in spine
    assert node == 'caguid=0x100000000000000\nHca\t1 "H0"\t# "dgx-001 mlx5_0"\n[1]\t"S0"[1]'


def test_ports_are_counted_as_the_simulator_counts_them(pod1: Cluster) -> None:
    assert net(pod1).ports == 12 * 65 + 252


def test_a_port_with_two_cables_is_refused(pod1: Cluster) -> None:
    fabric = pod1.fabric("compute")
    double = replace(fabric, links=(*fabric.links, replace(fabric.links[0], a=Endpoint("laptop", "HCA1"))))
    with pytest.raises(DgxopsError, match="port 1 of leaf-01-1 has two cables"):
        net_of(double, {})


def test_a_name_that_no_node_description_holds_is_refused(pod1: Cluster) -> None:
    leaf = next(s for s in pod1.fabric("compute").switches if s.tier is Tier.LEAF)
    link = Link(LinkKind.NODE_LEAF, Endpoint("n" * 63, "p1"), Endpoint(leaf.name, "1"))
    with pytest.raises(DgxopsError, match="longer than the 64 bytes"):
        net_of(Fabric("compute", (leaf,), (link,)), {})
