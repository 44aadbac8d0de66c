"""What is plugged into a cage fits it: two uplinks of 100 Gb/s share the cage of a faster switch with one splitter."""

from __future__ import annotations

from collections import Counter

import pytest

from dgxops.catalogue.cables import cables as catalogue
from dgxops.model.fabric import LinkKind
from dgxops.render.cabling import splitters
from dgxops.render.cabling.cages import FIBRE
from dgxops.render.cabling.plant import Cable, Plant, plant_of
from dgxops.render.tree import render
from tests.conftest import cluster_of
from tests.render.plants import CLUSTERS, table

FAST = ("b200", "b300-xdr", "b300-spectrum-x", "gb200")


@pytest.fixture(scope="module", params=FAST)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def plant(name: str) -> Plant:
    return plant_of(cluster_of(**CLUSTERS[name]))


def uplinks(plant: Plant) -> list[Cable]:
    return [c for c in plant.cables if c.kind is LinkKind.OOB_INBAND]


def by_cage(plant: Plant, cables: list[Cable]) -> dict[tuple[str, str], list[Cable]]:
    found: dict[tuple[str, str], list[Cable]] = {}
    for cable in cables:
        found.setdefault((cable.z.name, cable.z.cage), []).append(cable)
    return found


def test_a_cage_of_800_takes_one_splitter_for_two_uplinks(plant: Plant) -> None:
    for (leaf, cage), legs in by_cage(plant, uplinks(plant)).items():
        assert [leg.z.at.port for leg in legs] == [f"{cage}/{lane}" for lane in range(1, len(legs) + 1)]
        assert len(legs) <= 2
        assert {leg.splitter.id for leg in legs if leg.splitter} == {f"{leaf}:{cage}"}
        assert len({(leg.what, leg.length) for leg in legs}) == 1
        assert {leg.what for leg in legs} <= {"DAC splitter", "AOC splitter"}
        assert all(leg.metres <= leg.length_class for leg in legs)
        assert legs[0].length_class in catalogue()[legs[0].what].lengths


def test_no_plain_cable_ends_in_a_cage_that_links_of_hosts_or_uplinks_share(name: str, plant: Plant) -> None:
    """Each has a connector of a transceiver to itself, or is a leg of a splitter."""
    for cage in by_cage(plant, [c for c in plant.cables if "/" in c.z.at.port]).values():
        plugs = Counter(c.splitter.id if c.splitter else c.id for c in cage)
        alone = all(c.kind is LinkKind.OOB_INBAND for c in cage)
        assert len(plugs) <= (1 if alone else 2), name
        assert alone or {c.media for c in cage} <= FIBRE


def test_two_machines_share_a_cage_as_two_nodes_do(plant: Plant) -> None:
    """swp37s0, not swp37: half the rate of the cage is one lane of it, whoever is on it."""
    inband = plant.cluster.fabric("inband")
    whole = {s.radix for s in inband.switches if s.model.startswith("SN56")}
    hosts = [c for c in plant.cables if c.fabric is inband and c.a.is_host]
    assert whole == {64}
    assert all("/" in c.z.at.port and "s" in c.z.printed.removeprefix("swp") for c in hosts)
    machines = by_cage(plant, [c for c in hosts if not plant.cluster.by_name[c.a.name].system])
    assert max(len(cage) for cage in machines.values()) == inband.lanes if inband.lanes == 2 else 2


def test_everything_says_so(name: str, plant: Plant) -> None:
    """The cable sheet, the labels, the port maps and the bill: one splitter a cage."""
    files = render(plant.cluster)
    cages = len(by_cage(plant, uplinks(plant)))
    rows = [r for r in table(files, "cabling/cables.csv") if r["kind"] == "oob_inband"]
    assert len({r["splitter"] for r in rows}) == cages
    assert all("confirm 2 x 100 Gb/s on the compatibility list" in r["remark"] for r in rows)
    assert sum("other leg unused" in r["remark"] for r in rows) == 2 * cages - len(rows)
    labels = table(files, "cabling/labels.csv")
    plugs = [r for r in labels if r["cable"] in {row["splitter"] for row in rows}]
    assert len(plugs) == cages
    assert all(f"cage {r['cable'].partition(':')[2]}" in r["here"] for r in plugs)
    far = [r for r in table(files, "cabling/mission-control/p2p_ethernet.csv") if r["SRC_NAME"].startswith("oob-")]
    assert far
    assert {r["SRC_TRANSCEIVER"] + r["DST_TRANSCEIVER"] for r in far} == {""}  # a cable's name is no transceiver
    bill = [r for r in table(files, "site/bom.csv") if r["category"] == "splitter" and r["use"] == "oob"]
    assert sum(int(r["quantity"]) for r in bill) == cages
    racks = [r for path in files if path.startswith("cabling/racks/") for r in table(files, path)]
    assert sum(r["media"].endswith("splitter") and r["fabric"] == "oob" for r in racks) == 2 * len(rows)


def test_a_cage_of_100_takes_a_plain_cable() -> None:
    """SN2201 and SN4600C are both QSFP28."""
    cables = uplinks(plant_of(cluster_of(scalable_units=2)))
    assert cables
    assert {c.splitter for c in cables} == {None}
    assert {c.media for c in cables} <= {"DAC", "AOC"}


def test_a_splitter_that_nobody_sells_is_said() -> None:
    leg = splitters.Splitter("leaf:48", 1, "", "OSFP to 2x QSFP56", alone=False, slow=True)
    assert leg.remark.endswith("no splitter of this length is on sale")
