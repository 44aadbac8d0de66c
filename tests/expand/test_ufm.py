"""Laws of UFM appliances: how many there are, and on which ports."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from dgxops import catalogue
from dgxops.check.fabric import ports
from dgxops.check.fabric.view import View
from dgxops.model.fabric import LinkKind, Tier
from dgxops.model.node import FURTHER_ROLES, HostRole
from dgxops.render.cabling.plant import plant_of
from dgxops.render.dns.names import names
from dgxops.render.exports import bom
from tests.expand.test_oob import SIZES, built


@pytest.mark.parametrize("units", [1, 2, 3, 4, 5, 7])
def test_a100_has_ufm_on_ports_that_its_spines_have_free(units: int) -> None:
    fabric = built("a100", units).fabric("compute")
    own = [link for link in fabric.links if link.kind is LinkKind.UFM]
    spines = {s.name for s in fabric.switches if s.tier is Tier.SPINE}
    assert {link.a.device for link in own} == {"ufm-01", "ufm-02"}
    assert {link.z.device for link in own} <= spines
    assert len(own) == len({link.z.device for link in own}) == 4
    assert set(Counter(end for link in fabric.links for end in (link.a, link.z)).values()) == {1}


def test_room_for_ufm_makes_five_spines_the_fewest_of_one_unit() -> None:
    """As the study note of the A100 document has it; and 80 with 28 cores stay the fewest at seven units."""
    for units, spines, cores in ((1, 5, 0), (7, 80, 28)):
        counts = built("a100", units).fabric("compute").switch_counts()
        assert (counts[Tier.SPINE], counts[Tier.CORE]) == (spines, cores)


def test_its_links_move_once_when_a_third_tier_comes() -> None:
    """Two tiers have them on the last port of a spine, three on the last one below the uplinks."""
    found = {u: {k.z.port for k in built("a100", u).fabric("compute").links if k.kind is LinkKind.UFM} for u in SIZES}
    assert {u: ports for u, ports in found.items() if u < 20} == {
        u: {"40"} if u < 5 else {"20"} for u in SIZES if u < 20
    }


def test_a_switch_without_an_operating_system_has_no_address_and_no_name() -> None:
    """QM8790 is managed through its fabric: catalogue/switches.yml says so of it (managed: false)."""
    made = built("a100", 7)
    told = {name for name, _ in names(made)}
    bare = {s.name for f in made.fabrics for s in f.switches if catalogue.load().switches[s.model].managed is False}
    assert len(bare) == 56 + 80 + 28 + 18 + 8
    assert not bare & told
    assert {s.name for f in made.fabrics for s in f.switches} - bare <= told


def test_a100_nodes_and_machines_reach_one_another_in_band() -> None:
    made = built("a100", 7)
    fabric = made.fabric("inband")
    counts = fabric.switch_counts()
    assert (counts[Tier.LEAF], counts[Tier.SPINE]) == (8, 2)
    met = Counter(link.a.device for link in fabric.links if link.kind is LinkKind.NODE_LEAF)
    assert met == dict.fromkeys((h.name for h in made.hosts), 2)
    assert {h.role for h in made.hosts} == set(HostRole) - set(FURTHER_ROLES)


@pytest.mark.parametrize("architecture", ["h100", "h200", "b200"])
@pytest.mark.parametrize("units", [1, 4])
def test_storage_over_infiniband_has_two_appliances_of_its_own(architecture: str, units: int) -> None:
    """DGX H100 RA-11333-001, Table 7: four UFM appliances; the DGX that is left out gives the ports of all of them."""
    made = built(architecture, units)
    assert [h.name for h in made.hosts_of(HostRole.UFM)] == [f"ufm-{n:02d}" for n in range(1, 5)]
    met = {(f.kind, link.a.device): link.z for f in made.fabrics for link in f.links if link.a.device.startswith("ufm")}
    assert {device for kind, device in met if kind == "compute"} == {"ufm-01", "ufm-02"}
    for kind in ("storage", "inband"):
        ends = [met[kind, name] for name in ("ufm-03", "ufm-04")]
        assert len({end.device for end in ends}) == 2, "one leaf that fails leaves the other appliance"
    assert {device for kind, device in met if kind == "oob"} == {h.name for h in made.hosts_of(HostRole.UFM)}


@pytest.mark.parametrize("architecture", ["h100", "b200"])
def test_storage_appliances_take_ports_of_no_node_and_no_storage(architecture: str) -> None:
    """The same ports that the left-out DGX would have: with it there, and no UFM, they are its own."""
    freed, full = built(architecture, 1), built(architecture, 1, omit="none")
    for kind in ("storage", "inband"):
        own = {link.z for link in freed.fabric(kind).links if link.a.device in ("ufm-03", "ufm-04")}
        assert own <= {link.z for link in full.fabric(kind).links if link.a.device == "dgx-032"}


@pytest.mark.parametrize("units", [1, 2, 9])
def test_gb200_has_ufm_on_leaf_ports_that_the_trays_leave_free(units: int) -> None:
    fabric = built("gb200-nvl72", units).fabric("compute")
    own = [link for link in fabric.links if link.a.device.startswith("ufm")]
    first = [link.id for link in built("gb200-nvl72", 1).fabric("compute").links if link.a.device.startswith("ufm")]
    assert [link.id for link in own] == first
    assert len({link.z.device for link in own}) == 4
    assert set(Counter(end for link in fabric.links for end in (link.a, link.z)).values()) == {1}


def test_what_a_document_has_and_the_design_has_not_is_in_the_bill_of_materials() -> None:
    text = str(bom.artifacts(plant_of(built("gb200-nvl72", 1)))["site/bom.csv"])
    assert "three Kubernetes user and three Kubernetes admin machines" in text
    assert "ufm machine,management,2" in text


@pytest.mark.parametrize("units", [1, 2, 8, 9])
def test_quantum_x800_has_ufm_on_the_port_that_is_for_ufm_alone(units: int) -> None:
    """All 144 ports of a Q3400 stay with nodes and spines: RA-11339-001, table 3, counts 72 nodes a unit."""
    made = built("b300-xdr", units)
    fabric = made.fabric("compute")
    own = [link for link in fabric.links if link.a.device.startswith("ufm")]
    leaves = [s for s in fabric.switches if s.tier is Tier.LEAF]
    assert Counter(link.a.device for link in own) == {"ufm-01": 2, "ufm-02": 2}
    assert {link.z.port for link in own} == {"145"}
    assert [link.z.device for link in own] == [leaf.name for leaf in leaves[:4]], "growth moves none of them"
    taken = Counter(link.a.device for link in fabric.links if link.kind is LinkKind.LEAF_SPINE)
    taken += Counter(link.z.device for link in fabric.links if link.kind is LinkKind.NODE_LEAF)
    assert taken == dict.fromkeys((leaf.name for leaf in leaves), 144)
    if units == 1:
        cables = [c for c in plant_of(made).cables if c.kind is LinkKind.UFM]
        assert {(c.z.printed, c.z.cage) for c in cables} == {("fnm1", "fnm1")}
        assert {(c.rate_gbps, c.media) for c in cables} == {(0, "")}, "the rate of this port is not published"


def test_only_ufm_may_be_on_the_port_for_ufm_alone() -> None:
    """A node's cable on port 145 of a Q3400 is beyond the switch; the design's own cables are not."""
    made = built("b300-xdr", 1)
    fabric = made.fabric("compute")
    assert not ports.budget([View(fabric, {}, {})]).findings
    node = next(link for link in fabric.links if link.kind is LinkKind.NODE_LEAF)
    moved = replace(node, z=replace(node.z, port="145"))
    wrong = replace(fabric, links=(*(k for k in fabric.links if k is not node), moved))
    assert [f.hosts for f in ports.budget([View(wrong, {}, {})]).findings] == [(moved.z.device,)]


@pytest.mark.parametrize("architecture", [a for a in catalogue.load().architectures if a != "rubin-nvl8"])
def test_what_ufm_manages_a_fabric_by_is_of_one_kind(architecture: str) -> None:
    """Wherever the link ends: a crew has one word for it. In band UFM is a machine like others."""
    for fabric in built(architecture, 1).fabrics:
        of_ufm = {link for link in fabric.links if link.a.device.startswith("ufm-")}
        managing = {link for link in fabric.links if link.kind is LinkKind.UFM}
        assert managing == (of_ufm if fabric.protocol == "infiniband" else set())
