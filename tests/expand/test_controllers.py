"""Laws of management controllers: who has how many, where each is cabled, and what it is called."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from dgxops import catalogue
from dgxops.model.fabric import LinkKind
from dgxops.model.node import PortRole
from dgxops.render.dhcp.reservations import reservations
from dgxops.render.dns.names import names
from dgxops.render.hosts_file import artifacts as hosts_file
from tests.conftest import cluster_of
from tests.expand.test_oob import SIZES, built

BLUEFIELDS = {"dgx-b200": 2, "dgx-b300": 2, "dgx-gb200-nvl72": 2, "dgx-gb300-nvl72": 1, "dgx-h100": 0, "dgx-h200": 0}
"""Cards of a system; DGX H100 has ConnectX-7 (its user guide)."""


@pytest.mark.parametrize(("system", "cards"), BLUEFIELDS.items())
def test_every_bluefield_card_has_a_port_beside_the_bmc(system: str, cards: int) -> None:
    ports = [p.name for p in catalogue.load().system(system).ports_of(PortRole.OOB)]
    assert (ports[0], len(ports)) == ("BMC", 1 + cards)


def test_a_rack_of_gb200_has_80_ports_on_its_two_switches() -> None:
    """Three a compute tray, two a switch tray, one a power shelf: more than one SN2201 has, so there are two a rack."""
    made = built("gb200-nvl72", 1)
    rack = made.nodes[0].rack
    own = {s.name for s in made.fabric("oob").switches if s.rack == rack}
    devices = {n.name for n in made.nodes if n.rack == rack} | {
        n for r in made.racks if r.name == rack for n in r.managed
    }
    met = [link for link in made.fabric("oob").links if link.a.device in devices]
    assert (len(met), len(own), {link.z.device for link in met} == own) == (18 * 3 + 9 * 2 + 8, 2, True)


@pytest.mark.parametrize("architecture", ["b200", "b300-xdr", "b300-spectrum-x", "gb200-nvl72", "gb300-nvl72"])
def test_all_ports_of_a_node_are_side_by_side_on_one_switch(architecture: str) -> None:
    """So that one switch that fails takes whole nodes with it, and a person at the rack counts them off."""
    made = built(architecture, 2)
    at = {(k.a.device, k.a.port): k.z for k in made.fabric("oob").links if k.kind is LinkKind.NODE_LEAF}
    for node in made.nodes:
        ends = [at[one.device, one.port] for one in node.controllers]
        assert len({end.device for end in ends}) == 1
        assert all(int(z.port) == int(a.port) + 1 for a, z in pairwise(ends))


@pytest.mark.parametrize("architecture", sorted(catalogue.load().architectures))
def test_growth_moves_no_address(architecture: str) -> None:
    before: set[tuple[str, str, object]] = set()
    for units in SIZES:
        made = built(architecture, units)
        holders = (*made.hosts, *made.racks)
        ones = [one for h in holders for one in (h.devices if hasattr(h, "devices") else h.controllers)]
        after = {(one.device, one.port, one.ip) for one in ones}
        assert before <= after
        assert set(Counter(one.ip for one in ones).values()) == {1}
        before = after


def test_bmcs_stand_where_they_stood_before_cards_had_addresses() -> None:
    """Position p of the out-of-band network of N addresses at N/8 + p, whatever else the system has."""
    made = cluster_of(platform="dgx-b200", networks={"oob": {"subnet": "10.20.0.0/21"}})
    assert [str(n.controllers[0].ip) for n in made.nodes[:2]] == ["10.20.1.1", "10.20.1.2"]


def test_a_card_is_called_after_its_port_everywhere() -> None:
    made = cluster_of(platform="dgx-b200", nodes=2, networks={"oob": {"subnet": "10.20.0.0/21"}})
    wanted = ["dgx-001-bmc", "dgx-001-slot1-bmc", "dgx-001-slot2-bmc"]
    ips = dict(names(made))
    assert [one.name for one in made.by_name["dgx-001"].controllers] == wanted
    assert {name: ips[name] for name in wanted} == {r.name: r.ip for r in reservations(made) if r.name in wanted}
    assert all(f"{ips[name]}\t{name}." in hosts_file(made)["files/hosts"] for name in wanted)


def test_a_switch_tray_is_the_name_of_its_comes_port_and_has_a_bmc() -> None:
    """The address that it had when one port was known of stays that of the first one."""
    made = built("gb200-nvl72", 1)
    rack = next(r for r in made.racks if r.fixtures)
    tray = [one for one in rack.devices if one.device == f"{rack.name}-nvsw-01"]
    assert [(one.port, one.name) for one in tray] == [
        ("COMe", f"{rack.name}-nvsw-01"),
        ("BMC", f"{rack.name}-nvsw-01-bmc"),
    ]


@pytest.mark.parametrize("system", ["dgx-spark", "dgx-station-v100", "dgx-station-gb300"])
def test_a_system_without_a_bmc_has_no_address_of_one(system: str) -> None:
    """Nor a name, a reservation or an interface in NetBox, which all ask the same."""
    hardware = {"real_memory_mb": 100000} if system == "dgx-station-gb300" else {}
    keys = {"platform": system, "scalable_units": "none", "nodes": 2, "fabric": "none", "hardware": hardware}
    made = cluster_of(**keys)
    assert not catalogue.load().system(system).ports_of(PortRole.OOB)
    assert [n.controllers for n in made.nodes] == [(), ()]
    assert not [name for name, _ in names(made) if name.startswith("dgx") and name.endswith("-bmc")]
    assert all(h.controllers for h in made.hosts if not h.system)
