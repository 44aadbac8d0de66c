"""Words of the drawings are whole: names keep their order and are cut nowhere where two lines hold them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dgxops.render import drawings
from dgxops.render.drawings import elevation, facts, ports, svg
from dgxops.render.drawings.groups import fold, parts
from tests.conftest import cluster_of
from tests.render.plants import WIDE


def test_names_of_several_racks_keep_their_order() -> None:
    names = [f"a02-c{n}" for n in (33, 34, 35)] + [f"a03-c{n}" for n in range(36, 54)] + ["a04-c54"]
    assert fold(names) == "a02-c[33-35],a03-c[36-53],a04-c54"
    assert parts("a[01,03]-c[01-03,05],b1,c[1-2]") == ["a[01,03]-c[01-03,05]", "b1", "c[1-2]"]
    assert fold(f"dgx-{n:03d}" for n in range(1, 20, 2)) == "dgx-[001,003 … 019]"


def test_trays_that_are_called_after_racks_are_named_whole() -> None:
    cluster = cluster_of(platform="dgx-gb200-nvl72", scalable_units=1, naming={"node": "{rack}-c{index:03d}"})
    for name, text in drawings.artifacts(cluster).items():
        if "fabric-compute" in name:
            words = re.findall(r"<text[^>]*>([^<]*)</text>", text)
            shown = [w for w in words if re.match(r"su01-r0\d-c", w)]
            assert len(shown) >= 8, name  # a leaf of each rail a rack
            assert not [w for w in shown if svg.ELLIPSIS in w.removesuffix(f", {svg.ELLIPSIS}")], name


def test_racks_of_groups_name_switches_models_and_systems() -> None:
    """A long name of a switch leaves room for its model, and counts of many systems go on below."""
    groups = [
        {"name": "nvswitch", "platform": "dgx-2", "scalable_units": "none", "nodes": 2, "fabric": "QM8700"},
        {"name": "pascal", "platform": "dgx-1-p100", "scalable_units": "none", "nodes": 4, "fabric": "QM8700"},
        {"name": "volta", "platform": "dgx-1-v100", "scalable_units": "none", "nodes": 6, "fabric": "QM8700"},
        {"name": "desk", "platform": "dgx-station-v100", "scalable_units": "none", "nodes": 3},
    ]
    text = drawings.artifacts(cluster_of(platform="", groups=groups))["site/racks.svg"]
    words = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert words.count("QM8700") == 3
    assert not [w for w in words if svg.ELLIPSIS in w]


def test_nothing_is_closer_to_the_edge_than_the_margin() -> None:
    """The heading of a single last rack is wider than the rack."""
    text = drawings.artifacts(cluster_of(platform="dgx-1-v100", scalable_units="none", nodes=2))["site/racks.svg"]
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', text)[0])
    for x, words in re.findall(r'<text x="([\d.]+)" y="[\d.]+" class="h2">([^<]*)<', text):
        assert float(x) + svg.width_of(words, 15, bold=True) <= width - 30, words


@pytest.mark.parametrize(
    ("width", "height", "sheet"),
    [(1320, 832, (400, 252.1)), (1885, 1688, (641, 574)), (2087, 2458, (574, 676)), (1480, 3884, (312.8, 821)),
     (5000, 900, (1169, 210.4))],
)  # fmt: skip
def test_a_drawing_is_as_large_as_the_smallest_sheet_that_can_be_read(
    width: float, height: float, sheet: tuple[float, float]
) -> None:
    """A3 less 10 mm all round is 400 x 277, A1 821 x 574, A0 1169 x 821; a name of 10 units has five points there."""
    assert svg.paper_size(width, height) == pytest.approx(sheet, abs=0.1)


@pytest.mark.parametrize("keys", [{}, {"scalable_units": 18, "omit": "none", "networks": WIDE}])
def test_every_drawing_has_a_size_of_its_own_shape_and_legible_names(keys: dict[str, Any]) -> None:
    for path, text in drawings.artifacts(cluster_of(**keys)).items():
        sizes = re.findall(r'width="([\d.]+)mm" height="([\d.]+)mm" viewBox="0 0 (\S+) ([\d.]+)"', text)
        wide, high, x, y = map(float, sizes[0])
        assert wide / high == pytest.approx(x / y, rel=0.01), path
        assert max(wide, high) <= 1189, path
        assert 10 * wide / x >= 0.99 * 5 * 25.4 / 72, path


def test_the_speed_of_a_link_stands_beside_that_of_the_port() -> None:
    """Slots 1 and 2 of a DGX H100: ports of 400 Gb/s, on an SN4600C of 100 Gb/s."""
    cluster = cluster_of()
    met = ports.meetings(cluster, cluster.systems[0])
    assert [m.rate_gbps for m in met["Slot1P2"]] == [100]
    assert [m.rate_gbps for m in met["Slot1P1"]] == [400]
    row = drawings.artifacts(cluster)["site/node-dgx-h100.svg"].split(">Slot1P2</text>")[-1]
    assert re.findall(r">(\d+)</text>", row)[:2] == ["400", "100"]


def test_trays_are_called_trays_and_captions_stay_below_their_racks() -> None:
    made = drawings.artifacts(cluster_of(platform="dgx-gb200-nvl72", scalable_units=1, networks=WIDE))
    words = {name: re.findall(r"<text[^>]*>([^<]*)</text>", text) for name, text in made.items()}
    racks = words["site/racks.svg"]
    first, second = "18 compute trays,", "9 NVLink trays, 2 switches"
    assert racks.count(first) == racks.count(second) == 8
    assert svg.width_of(second, 12) <= elevation.WIDTH < svg.width_of(f"{first} {second}", 12)
    assert "Compute trays" in words["site/fabric-compute.svg"]
    assert any(w.startswith("14 compute trays, 42 BMC ports") for w in words["site/fabric-oob.svg"])
    for name in ("site/fabric-compute.svg", "site/fabric-inband.svg", "site/fabric-oob.svg"):
        assert not [w for w in words[name] if re.search(r"\d systems|^Systems", w)], name


def test_a_full_rack_is_told_beside_what_the_document_says_of_it() -> None:
    """RA-11339-001 says about 56 kW a rack of four DGX B300, 14.5 kW each at most; of B200 both are 28.6 kW."""

    def power(**spec: Any) -> str:
        return dict(facts.counts(cluster_of(**spec)))["Power of a compute rack"]

    b300 = {"platform": "dgx-b300", "architecture": "b300-xdr", "networks": WIDE}
    assert power(**b300) == "58.0 kW (4 × 14.5 kW, secondary; the document: 56 kW)"
    assert "document" not in power(platform="dgx-b200", networks=WIDE)
    refilled = {"racks": {"nodes_per_rack": 2, "node_units": [3, 13]}}
    assert power(**b300, design=refilled) == "29.0 kW (2 × 14.5 kW, secondary)"
    told = {"racks": refilled["racks"], "rack_kw": 30}
    assert power(**b300, design=told) == "29.0 kW (2 × 14.5 kW, secondary; the document: 30 kW)"


def test_both_functions_of_a_port_are_on_the_sheet_of_a_system() -> None:
    spark = cluster_of(platform="dgx-spark", scalable_units="none", nodes=2, fabric="direct")
    words = re.findall(r"<text[^>]*>([^<]*)</text>", drawings.artifacts(spark)["site/node-dgx-spark.svg"])
    named = {n for p in spark.systems[0].ports for n in (p.second_interface, p.second_rdma) if n}
    assert len(named) == 4
    assert named <= set(words)
