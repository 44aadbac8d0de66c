"""Every end of a fibre is in a cage whose transceiver is counted, or is counted as not counted."""

from __future__ import annotations

from collections import Counter

import pytest

from dgxops.render.cabling import cages
from dgxops.render.cabling.plant import plant_of
from dgxops.render.exports import bom, optics
from tests.conftest import cluster_of
from tests.render.plants import CLUSTERS, table


def counted(name: str) -> dict[tuple[str, str], int]:
    """(item, fabric) -> quantity of the transceivers of a cluster."""
    return {(item, use): count for _, item, use, count, _ in optics.lines(plant_of(cluster_of(**CLUSTERS[name])))}


@pytest.mark.parametrize("name", CLUSTERS)
def test_no_end_of_a_fibre_is_forgotten(name: str) -> None:
    """Cages without a line have as many fibre ends as the lines "not counted" say; no cage has two transceivers."""
    plant = plant_of(cluster_of(**CLUSTERS[name]))
    ends = [(end.name, end.cage) for c in plant.cables if c.media in cages.FIBRE for end in (c.a, c.z)]
    lines = counted(name)
    left = sum(n for (item, _), n in lines.items() if item.startswith("not counted"))
    have = sum(n for (item, _), n in lines.items() if not item.startswith("not counted"))
    per_cage = sorted(Counter(ends).values())
    without = len(per_cage) - have
    assert without >= 0
    assert sum(per_cage[:without]) <= left <= sum(per_cage[have:])


def test_a_unit_of_h100_has_optics_on_the_hosts() -> None:
    lines = counted("h100")
    assert lines["QSFP112 single-port 400 Gb/s, SR4", "storage"] == 2 * 63
    assert lines["OSFP twin-port 2 x 400 Gb/s, flat-top, 2xSR4", "compute"] == 4 * 63
    assert lines["not counted: ends at ufm machines", "compute"] == 4


def test_a_unit_of_xdr_has_dr4_throughout() -> None:
    """72 systems of eight ports; eight leaves with 72 + 72 links and four spines with 144, two a cage."""
    lines = {k: n for k, n in counted("b300-xdr").items() if k[1] == "compute"}
    assert lines == {
        ("OSFP single-port 800 Gb/s, flat-top, DR4", "compute"): 576,
        ("OSFP twin-port 2 x 800 Gb/s, finned, 2xDR4", "compute"): 8 * 72 + 4 * 72,
        ("not counted: ends at ufm machines", "compute"): 4,  # of a medium that nobody knows
        ("not counted: ends at Q3400-RA", "compute"): 4,
    }


def test_a_unit_of_gb200_has_optics_on_trays_and_ethernet_switches() -> None:
    lines = counted("gb200")
    assert lines["OSFP single-port 400 Gb/s, flat-top, SR4", "compute"] == 4 * 144
    assert lines["QSFP112 single-port 400 Gb/s, SR4", "inband"] == 4 * 144
    assert lines["not counted: ends at head machines", "inband"] == 4
    uplinks = 6 * 24 * 2  # both ends, a cage each
    assert (
        lines["OSFP twin-port 2 x 400 Gb/s, finned, 2xSR4", "inband"] >= uplinks + 4 * 144 // 4
    )  # four trays share a cage


@pytest.mark.parametrize(("name", "links"), [("gb200", 144), ("b300-xdr", 64)])
def test_an_ethernet_link_of_eight_lanes_takes_two_fibre_cables(name: str, links: int) -> None:
    plant = plant_of(cluster_of(**CLUSTERS[name]))
    wide = [c for c in plant.cables if c.fabric.name == "inband" and c.rate_gbps == 800]
    assert len(wide) == links
    assert {c.remark for c in wide} == {"2 fibre cables"}
    rows = [r for r in table(dict(bom.artifacts(plant)), "site/bom.csv") if r["item"].endswith("800 Gb/s")]
    assert sum(int(r["quantity"]) for r in rows if r["use"] == "inband") == 2 * links
    assert all(c.fibres == 1 for c in plant.cables if c.fabric.protocol == "infiniband")
