"""The drawings: everything once and in its place, numbers that add up, text that stays XML."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from dgxops import catalogue
from dgxops.check import places
from dgxops.expand import expand
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind
from dgxops.model.rack import MACHINE_UNITS, Fixture
from dgxops.render import drawings
from dgxops.render.drawings import elevation, facts, svg
from dgxops.render.drawings.contents import items_of
from dgxops.render.drawings.groups import folded
from dgxops.render.drawings.ports import cards, meetings, split_name
from dgxops.render.drawings.rows import rows_of
from dgxops.render.power import UNITS
from dgxops.render.summary import summary
from dgxops.render.tree import render
from dgxops.spec.schema import ClusterSpec
from tests.conftest import cluster_of
from tests.render.plants import table

SVG = "{http://www.w3.org/2000/svg}"
STRUCTURE = {"box", "plane", "rack", "sheet"}  # classes for who works with the drawing, without a style
WIDE: dict[str, Any] = {"networks": {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}}
CLUSTERS: dict[str, dict[str, Any]] = {
    "mini": {"nodes": 4, "services": {"head": 1, "login": 1}},
    "one unit": {},
    "four units": {"scalable_units": 4},
    "three tiers": {"scalable_units": 18, "omit": "none"},
    "two sections": {"scalable_units": 40, "omit": "none"},
    "A100": {"platform": "dgx-a100-640", "scalable_units": 7},
    "many leaves": {"platform": "dgx-b300", "architecture": "b300-xdr", "scalable_units": 10},
    "planes in three tiers": {"platform": "dgx-b300", "architecture": "b300-spectrum-x", "scalable_units": 20},
    "planes": {"platform": "dgx-b300", "architecture": "b300-spectrum-x", "scalable_units": 2},
    "high switches": {"platform": "dgx-b300", "architecture": "b300-xdr", "scalable_units": 2},
    "NVLink racks": {"platform": "dgx-gb200-nvl72", "scalable_units": 2},
    "spines for units to come": {"platform": "dgx-gb200-nvl72", "scalable_units": 4, "grow_to": 8},
    "Sparks": {"platform": "dgx-spark", "scalable_units": "none", "nodes": 2, "fabric": "direct"},
    "one switch": {"platform": "dgx-1-v100", "scalable_units": "none", "nodes": 6, "fabric": "QM8790"},
    "no fabric": {"platform": "dgx-station-a100", "scalable_units": "none", "nodes": 9},
}


@pytest.fixture(scope="module", params=CLUSTERS, ids=str)
def cluster(request: pytest.FixtureRequest) -> Cluster:
    return cluster_of(**WIDE | CLUSTERS[request.param])


def parsed(cluster: Cluster) -> dict[str, ElementTree.Element]:
    return {path: ElementTree.fromstring(text) for path, text in drawings.artifacts(cluster).items()}  # noqa: S314


def racks_in(cluster: Cluster) -> list[ElementTree.Element]:
    sheets = [root for path, root in parsed(cluster).items() if path.startswith("site/racks")]
    return [g for root in sheets for g in root.iter(f"{SVG}g") if "data-rack" in g.attrib]


def things_in(rack: ElementTree.Element) -> dict[str, tuple[float, float]]:
    """Name -> (upper edge, height) of what is drawn in a rack."""
    found = {}
    for g in rack.iter(f"{SVG}g"):
        if "data-name" in g.attrib:
            box = g.find(f"{SVG}rect")
            assert box is not None
            found[g.attrib["data-name"]] = (float(box.attrib["y"]), float(box.attrib["height"]))
    return found


def test_every_drawing_is_xml_of_its_own(cluster: Cluster) -> None:
    texts = drawings.artifacts(cluster)
    for root in parsed(cluster).values():
        assert root.tag == f"{SVG}svg"
        assert len(root.attrib["viewBox"].split()) == 4
    assert texts == drawings.artifacts(cluster)
    everything = "".join(texts.values())
    assert not re.search(r"url\(|@import|<image|<script|https?://(?!www\.w3\.org/2000/svg)", everything)
    assert "prefers-color-scheme:dark" in everything


def test_every_class_has_a_style(cluster: Cluster) -> None:
    for path, root in parsed(cluster).items():
        css = root.findtext(f"{SVG}style") or ""
        used = {word for e in root.iter() for word in e.attrib.get("class", "").split()}
        assert {word for word in used - STRUCTURE if f".{word}{{" not in css} == set(), path


def test_everything_stands_once_in_its_rack(cluster: Cluster) -> None:
    drawn = Counter((rack.attrib["data-rack"], name) for rack in racks_in(cluster) for name in things_in(rack))
    there = [(h.rack, h.name) for h in cluster.hosts]
    there += [(s.rack, s.name) for f in cluster.fabrics for s in f.switches]
    there += [(r.name, x.name) for r in cluster.racks for x in r.fixtures]
    there += [(r.name, name) for r in cluster.racks for name, unit in r.pdu_places if unit]
    assert drawn == Counter(there)
    assert Counter(rack.attrib["data-rack"] for rack in racks_in(cluster)) == Counter(r.name for r in cluster.racks)


def test_everything_stands_at_its_unit_and_nothing_overlaps(cluster: Cluster) -> None:
    units = {rack.name: rack.units for rack in cluster.racks}
    contents = {rack: {i.name: i for i in items} for rack, items in items_of(cluster).items()}
    for rack in racks_in(cluster):
        name = rack.attrib["data-rack"]
        if units[name] > 100:
            continue  # a floor
        taken: set[int] = set()
        for thing, (y, height) in things_in(rack).items():
            item = contents[name][thing]
            lowest = units[name] + 1 - round((y + height + 0.7) / elevation.UNIT)
            assert (lowest, round((height + 1.4) / elevation.UNIT)) == (item.unit, item.height)
            here = set(range(item.unit, item.unit + item.height))
            assert not taken & here, thing
            assert here <= set(range(1, units[name] + 1)), thing
            taken |= here


def test_unit_numbers_stand_at_their_units() -> None:
    root = ElementTree.fromstring(drawings.artifacts(cluster_of())["site/racks.svg"])  # noqa: S314
    frame = next(g for g in root.iter(f"{SVG}g") if g.attrib.get("id") == "rack-48")
    for number in frame.iter(f"{SVG}text"):
        middle = float(number.attrib["y"]) - 3
        assert 48 - int(middle // elevation.UNIT) == int(number.text or "")


def test_links_add_up(cluster: Cluster) -> None:
    for fabric in cluster.fabrics:
        root = parsed(cluster)[f"site/fabric-{fabric.name}.svg"]
        drawn: Counter[str] = Counter()
        for e in root.iter():
            if "data-links" in e.attrib:
                drawn[e.attrib["data-kind"]] += int(e.attrib["data-links"])
        assert drawn == Counter({kind.value: n for kind, n in fabric.link_counts().items() if n})


def test_every_switch_and_host_is_in_one_box(cluster: Cluster) -> None:
    for fabric in (f for f in cluster.fabrics if not f.out_of_band):  # which is a table
        planes = sorted({s.plane for s in fabric.switches})
        drawn = [folded(cluster, fabric, plane) for plane in planes]
        boxes = [box for plane in drawn for box in (*plane.leaves, *plane.spines, *plane.cores)]
        assert Counter(m for box in boxes for m in box.members) == Counter(s.name for s in fabric.switches)
        for plane in drawn:
            hosts = [m for box in (*plane.hosts, *plane.machines) for m in box.members]
            assert len(hosts) == len(set(hosts))
            met = {s.name for s in fabric.switches if s.plane == plane.plane}
            assert set(hosts) == {
                x.a.device for x in fabric.links if x.kind is LinkKind.NODE_LEAF and x.z.device in met
            }


def test_words_stay_on_the_sheet(cluster: Cluster) -> None:
    for path, root in parsed(cluster).items():
        width = float(root.attrib["viewBox"].split()[2])
        for x, words, size in level_texts(root, 0.0):
            assert 0 <= x <= width, f"{path}: {words}"
            assert x + svg.width_of(words, size) * 0.7 <= width, f"{path}: {words}"


def level_texts(element: ElementTree.Element, x: float) -> list[tuple[float, str, float]]:
    """(left edge, words, size) of the words that begin at their x."""
    move = re.match(r"translate\(([-\d.]+) ", element.attrib.get("transform", ""))
    x += float(move[1]) if move else 0
    found = []
    for child in element:
        classes = child.attrib.get("class", "").split()
        if child.tag == f"{SVG}text" and "x" in child.attrib and not {"m", "e"} & set(classes):
            found.append((x + float(child.attrib["x"]), child.text or "", 13.0 if "l" in classes else 10.0))
        found += level_texts(child, x)
    return found


def test_rows_hold_every_rack_with_the_network_in_the_middle() -> None:
    rows = rows_of(cluster_of(scalable_units=4))
    assert [row.su for row in rows] == [1, 2, 3, 4, 0]
    assert [r.name for r in rows[1].racks][3:6] == ["su02-r04", "leaf-rack-02", "su02-r05"]
    assert [r.name for r in rows[-1].racks] == ["mgmt-01", "spine-rack-01"]


def test_one_sheet_for_one_unit_and_one_a_unit_for_more() -> None:
    assert [p for p in drawings.artifacts(cluster_of()) if "racks" in p] == ["site/racks.svg"]
    four = [p for p in drawings.artifacts(cluster_of(scalable_units=4)) if "racks" in p]
    assert four == ["site/racks.svg", *(f"site/racks-su-0{n}.svg" for n in range(1, 5))]


def test_the_note_names_what_the_catalogue_does_not_know(pod1: Cluster) -> None:
    unknown = "".join(drawings.artifacts(pod1)["site/racks.svg"])
    published = replace(pod1, groups=tuple(replace(g, marks=()) for g in pod1.groups))
    known = "".join(drawings.artifacts(published)["site/racks.svg"])
    assert "which NVIDIA's document does not" in unknown
    assert "which NVIDIA's document does not" not in known
    assert "layout of dgxops" in known


def test_a_fixture_of_any_kind_is_drawn_and_named_in_the_legend(mini: Cluster) -> None:
    shelf = Fixture("cool-01", "coolant unit", 44, 4)
    racks = tuple(replace(r, fixtures=(shelf,)) if r.kind == "compute" else r for r in mini.racks)
    text = drawings.artifacts(replace(mini, racks=racks))["site/racks.svg"]
    assert 'data-name="cool-01"' in text
    assert ">Coolant unit<" in text


def test_the_ports_of_a_system_and_whom_they_meet() -> None:
    four = cluster_of(scalable_units=4)
    met = meetings(four, four.systems[0])
    assert [(m.switches, m.ports) for m in met["OSFP4P2"]] == [("leaf-[01-04]-1", "ports 1 to 32")]
    assert [m.switches for m in met["Slot2P1"]] == ["storage-leaf-[02,04,06,08]"]
    assert [c.name for c in cards(four.systems[0])][:4] == ["OSFP1", "OSFP2", "OSFP3", "OSFP4"]
    root = parsed(four)["site/node-dgx-h100.svg"]
    drawn = Counter(g.attrib["data-port"] for g in root.iter(f"{SVG}g") if "data-port" in g.attrib)
    assert drawn == Counter(p.name for p in four.systems[0].ports)


@pytest.mark.parametrize(
    ("name", "card", "port"),
    [
        ("OSFP4P2", "OSFP4", "P2"),
        ("OSFP1", "OSFP1", ""),
        ("QSFP2", "QSFP2", ""),
        ("Slot1P1", "Slot1", "P1"),
        ("Left BF3 P1", "Left BF3", "P1"),
        ("Right OSFP P3", "Right OSFP", "P3"),
        ("compute-1", "compute", "1"),
        ("On-board", "On-board", ""),
        ("BMC", "BMC", ""),
    ],
)
def test_a_printed_name_is_a_card_and_a_port(name: str, card: str, port: str) -> None:
    assert split_name(name) == (card, port)


def test_words_are_escaped_and_cut_in_the_middle() -> None:
    assert svg.escape('<a & "b">\x01') == "&lt;a &amp; &quot;b&quot;&gt;?"
    assert svg.shorten("storage-spine-001-of-many", 10, 80).endswith("many")
    assert svg.width_of(svg.shorten("storage-spine-001-of-many", 10, 80), 10) <= 80
    assert svg.fit("leaf-1", 10, 100) == ("leaf-1", 10)
    assert svg.number(12.0) == "12"
    assert svg.wrap("one two three", 10, 50) == ["one two", "three"]


def test_a_fabric_without_links_is_not_drawn(mini: Cluster) -> None:
    empty = replace(mini, fabrics=(Fabric("compute", (), ()),))
    assert [p for p in drawings.artifacts(empty) if "fabric" in p] == []


def test_every_system_with_racks_can_be_drawn() -> None:
    facts = catalogue.load()
    for architecture in facts.architectures.values():
        for platform in architecture.systems:
            keys = {"name": "any", "domain": "any.example.com", "platform": platform, "architecture": architecture.id}
            for path, text in drawings.artifacts(expand(ClusterSpec.model_validate(WIDE | keys), facts)).items():
                assert ElementTree.fromstring(text).tag == f"{SVG}svg", path  # noqa: S314


def test_large_clusters_are_drawn_small() -> None:
    eos = cluster_of(scalable_units=18, omit="none", **WIDE)
    texts = drawings.artifacts(eos)
    assert sum(len(t.encode()) for p, t in texts.items() if "racks" in p) < 1_000_000
    assert max(len(t.encode()) for t in texts.values()) < 250_000


def test_a_machine_is_as_high_in_netbox_as_it_is_drawn_and_as_it_is_placed() -> None:
    """And the check holds it to these units: none of two machines one unit apart would be seen else."""
    cluster = cluster_of()
    drawn = {i.name: i.height for items in items_of(cluster).values() for i in items if i.kind == "machine"}
    rows = table({**render(cluster)}, "site/netbox/4-device-types.csv")
    high = {r["model"]: r["u_height"] for r in rows}
    held = {t.name: t.height for t in places.things(cluster)}
    assert set(drawn.values()) == {MACHINE_UNITS}
    assert all(high[f"{h.role.value} machine"] == str(drawn[h.name]) for h in cluster.hosts if not h.system)
    assert all(held[name] == height for name, height in drawn.items())


def test_whoever_prints_a_power_says_what_it_counts(cluster: Cluster) -> None:
    """No catalogue knows what switches and machines draw; a document may rate a unit with all that is in it."""
    printed = "Power of all systems" in dict(facts.counts(cluster))
    for items in items_of(cluster).values():
        said = [note for note in facts.notes(cluster, items) if note.startswith("Power ")]
        rated = any(group.unit_kw for group in cluster.groups)
        wanted = facts.POWER_OF_UNITS if rated else facts.POWER_OF_SYSTEMS
        assert said == ([wanted] if printed else [])
    assert summary(cluster)["power_kw_of"] == (UNITS if rated else "DGX systems")


def test_pdus_that_take_units_are_drawn_and_the_others_are_said_to_take_none() -> None:
    """DGX B300: three of two units each; DGX H100: three whose height no document gives."""
    high = cluster_of(platform="dgx-b300", architecture="b300-xdr", scalable_units=1)
    drawn = [i for i in items_of(high)["su01-r01"] if "pdu" in i.name]
    assert [(i.unit, i.height) for i in drawn] == [(43, 2), (45, 2), (47, 2)]
    rows = [r for r in table({**render(high)}, "cabling/racks/su01-r01.csv") if "pdu" in r["device"]]
    assert [r["u"] for r in rows] == ["43", "45", "47"]
    beside = [r for r in table({**render(cluster_of(nodes=4))}, "site/racks.csv") if "pdu" in r["name"]]
    assert {(r["rack_unit"], r["what"]) for r in beside} == {("0", "power distribution unit (zero-U)")}


def test_drawings_bear_a_digest_of_the_design_and_nothing_else() -> None:
    """The same on all sheets of a cluster and in its summary; another cable makes another, an absence does not."""

    def digest(**keys: Any) -> str:
        made = cluster_of(scalable_units=1, **keys)
        words = {root.findall(f"{SVG}text")[-1].text for root in parsed(made).values()}
        assert words == {f"design {summary(made)['design']}"}
        return words.pop() or ""

    assert digest() == digest(absent=[{"node": "dgx-001", "reason": "fan", "since": "2026-11-20"}]) != digest(nodes=30)


def test_a_floor_plan_of_several_bays_says_why_there_is_a_gap() -> None:
    def said(units: int) -> str:
        made = cluster_of(scalable_units=units, omit="none", **WIDE)
        return drawings.artifacts(made)["site/racks.svg"]

    assert "16 units fill a bay of the hall" in said(18)
    assert "bay of the hall" not in said(4)
