"""Words of the drawings are whole: names keep their order and are cut nowhere where two lines hold them."""

from __future__ import annotations

import re

from dgxops.render import drawings
from dgxops.render.drawings import svg
from dgxops.render.drawings.groups import fold, parts
from tests.conftest import cluster_of


def test_names_of_several_racks_keep_their_order() -> None:
    names = [f"a02-c{n}" for n in (33, 34, 35)] + [f"a03-c{n}" for n in range(36, 54)] + ["a04-c54"]
    assert fold(names) == "a02-c[33-35],a03-c[36-53],a04-c54"
    assert parts("a[01,03]-c[01-03,05],b1,c[1-2]") == ["a[01,03]-c[01-03,05]", "b1", "c[1-2]"]
    assert fold(f"dgx-{n:03d}" for n in range(1, 20, 2)) == "dgx-[001-019/2]"


def test_trays_that_are_called_after_racks_are_named_whole() -> None:
    cluster = cluster_of(platform="dgx-gb200-nvl72", scalable_units=1, naming={"node": "{rack}-c{index:03d}"})
    for name, text in drawings.artifacts(cluster).items():
        if "fabric-compute" in name:
            words = re.findall(r"<text[^>]*>([^<]*)</text>", text)
            shown = [w for w in words if re.match(r"su01-r0\d-c", w)]
            assert len(shown) >= 9, name
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
