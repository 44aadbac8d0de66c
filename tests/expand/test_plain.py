"""Plain groups: no scalable units, a small fabric of their own or none."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Network

import pytest

from dgxops import catalogue
from dgxops.expand.hosts import INBAND_BOND
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import LinkKind, Tier
from dgxops.model.node import PortRole
from dgxops.present.show import show
from dgxops.render.summary import summary
from tests.conftest import cluster_of


def group(**keys: object) -> Cluster:
    return cluster_of(**{"scalable_units": "none", **keys})


def test_a_group_without_a_fabric_has_nodes_addresses_and_racks() -> None:
    made = group(nodes=3)
    assert [n.name for n in made.nodes] == ["dgx-001", "dgx-002", "dgx-003"]
    assert {n.su for n in made.nodes} == {0}
    assert made.fabrics == ()
    assert made.scalable_units == 0
    assert {r.name for r in made.racks if r.kind == "compute"} == {"rack-01"}
    assert [t.name for t in made.slurm.topology] == ["group"]


@pytest.mark.parametrize(("nodes", "switches", "spines"), [(1, 1, 0), (8, 1, 0), (9, 8, 4), (40, 16, 8)])
def test_one_switch_as_long_as_all_ports_fit_then_the_tree(nodes: int, switches: int, spines: int) -> None:
    """Eight ports a node on 64 of a QM9700: eight nodes fill one switch, the ninth makes a rail-optimised tree."""
    fabric = group(nodes=nodes, fabric="QM9700").fabric("compute")
    counts = fabric.switch_counts()
    assert (counts[Tier.LEAF], counts[Tier.SPINE]) == (switches, spines)
    assert fabric.link_counts()[LinkKind.NODE_LEAF] == 8 * nodes
    ends = Counter(end for link in fabric.links for end in (link.a, link.z))
    assert set(ends.values()) == {1}


def test_direct_cables_join_each_port_with_its_like() -> None:
    fabric = group(nodes=2, fabric="direct").fabric("compute")
    assert fabric.switches == ()
    assert fabric.cable_counts()[LinkKind.NODE_NODE] == 8
    assert {(link.a.device, link.z.device) for link in fabric.links} == {("dgx-001", "dgx-002")}
    assert all(link.a.port == link.z.port for link in fabric.links)


def test_a_node_that_is_added_to_one_switch_moves_no_other() -> None:
    few, many = (group(nodes=n, fabric="QM9700") for n in (5, 8))
    assert {link.id for link in few.fabric("compute").links} <= {link.id for link in many.fabric("compute").links}
    assert {h.name: h.addresses for h in few.hosts}.items() <= {h.name: h.addresses for h in many.hosts}.items()


def test_direct_cables_are_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    show(summary(group(nodes=2, fabric="direct")))
    (row,) = [line.split() for line in capsys.readouterr().out.splitlines() if "node to node" in line]
    assert row[-1] == "8"


def test_two_sparks_are_joined_by_one_cable_whose_both_functions_have_addresses() -> None:
    """NVIDIA, Connect Multiple DGX Spark: one QSFP cable, a second one does not increase performance."""
    made = group(platform="dgx-spark", nodes=2, fabric="direct")
    (link,) = made.fabric("compute").links
    assert (link.a.port, link.z.port) == ("QSFP1", "QSFP1")
    for node in made.nodes:
        (port,) = node.system.ports_of(PortRole.COMPUTE) if node.system else ()
        found = node.addresses_on("compute")
        assert [a.interface for a in found] == [port.interface, port.second_interface]
        assert len({IPv4Network(f"{a.ip}/{a.prefix}", strict=False) for a in found}) == 2


@pytest.mark.parametrize(("platform", "nodes"), [("dgx-1-v100", 6), ("dgx-2", 2), ("dgx-h100", 8)])
def test_the_one_switch_stands_in_the_groups_own_rack(platform: str, nodes: int) -> None:
    """Above the units that nodes take, however many there will be; no rack holds it alone."""
    switch_model = "QM9700" if platform == "dgx-h100" else "QM8700"
    made = group(platform=platform, nodes=nodes, fabric=switch_model)
    (switch,) = made.fabric("compute").switches
    assert switch.rack == made.nodes[0].rack
    assert {r.kind for r in made.racks} == {"compute", "management"}
    assert all(h.rack_unit + (h.system.rack_units or 1) <= switch.rack_unit for h in made.nodes if h.system)


def test_it_stands_apart_from_systems_on_the_floor() -> None:
    made = group(platform="dgx-spark", nodes=2, fabric="SN5600")
    (switch,) = made.fabric("compute").switches
    assert switch.rack == "leaf-rack-01"


@pytest.mark.parametrize("platform", [s for s in catalogue.system_ids() if not s.startswith("dgx-cloud")])
def test_a_bond_is_where_a_system_has_two_in_band_ports(platform: str) -> None:
    """With one port the address is on that port, under the name that the catalogue knows or none."""
    (node,) = group(platform=platform, nodes=1).nodes
    assert node.system
    (address,) = node.addresses_on("management")
    ports = node.system.ports_of(PortRole.INBAND)
    assert (address.interface == INBAND_BOND) == (len(ports) > 1)
    assert len(ports) > 1 or address.interface in (None, *(p.interface for p in ports))
