"""Laws of UFM appliances: how many there are, and on which ports."""

from __future__ import annotations

from collections import Counter

import pytest

from dgxops import catalogue
from dgxops.model.fabric import LinkKind, Tier
from dgxops.model.node import HostRole
from dgxops.render.dns.names import names
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
    assert {h.role for h in made.hosts} == set(HostRole)
