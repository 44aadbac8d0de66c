"""What a drawing says in numbers is what the links say: a reader who counts or divides gets the design."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import LinkKind, Tier
from dgxops.model.node import HostRole
from dgxops.render import drawings
from dgxops.render.drawings import facts, ports, series, svg
from dgxops.render.drawings.contents import items_of
from dgxops.render.drawings.groups import fold
from tests.conftest import cluster_of
from tests.render.plants import WIDE

SVG = "{http://www.w3.org/2000/svg}"
HERITAGE = [
    {"name": "nvswitch", "platform": "dgx-2", "scalable_units": "none", "nodes": 2, "fabric": "QM8700"},
    {"name": "pascal", "platform": "dgx-1-p100", "scalable_units": "none", "nodes": 4, "fabric": "QM8700"},
    {"name": "volta", "platform": "dgx-1-v100", "scalable_units": "none", "nodes": 6, "fabric": "QM8700"},
    {"name": "desk", "platform": "dgx-station-v100", "scalable_units": "none", "nodes": 3},
]
CLUSTERS: dict[str, dict[str, Any]] = {
    "DGX-1 and DGX-2": {"platform": "", "groups": HERITAGE},
    "A100": {"platform": "dgx-a100", "scalable_units": 7},
    "B300": {"platform": "dgx-b300", "architecture": "b300-xdr", "scalable_units": 1},
    "GB200": {"platform": "dgx-gb200-nvl72", "scalable_units": 1},
    "H100": {"scalable_units": 4},
    "H100 in three tiers": {"scalable_units": 18, "omit": "none"},
    "one rack": {"nodes": 4},
}


@pytest.fixture(scope="module", params=CLUSTERS, ids=str)
def cluster(request: pytest.FixtureRequest) -> Cluster:
    return cluster_of(**{"networks": WIDE} | CLUSTERS[request.param])


@pytest.fixture(scope="module")
def sheets(cluster: Cluster) -> dict[str, str]:
    return drawings.artifacts(cluster)


def words(sheet: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(sheet).iter(f"{SVG}text")]  # noqa: S314


def numbers(told: str) -> Iterator[int]:
    """What "1 to 4, 8" or "1, 4 … 10; 16" says to who reads it."""
    for row in told.split("; "):
        for part in re.split(r", (?!\d+ …)", row):
            if " … " in part:
                first, second, last = map(int, re.split(r", | … ", part))
                yield from range(first, last + 1, second - first)
            else:
                first, _, last_ = part.partition(" to ")
                yield from range(int(first), int(last_ or first) + 1)


def names(told: str) -> set[str]:
    """The names that a folded one stands for, read by one rule: a, b … z goes on in the same steps."""

    def whole(found: re.Match[str]) -> str:
        first, second, last = found.groups()
        here = range(int(first), int(last) + 1, int(second) - int(first))
        return ",".join(f"{n:0{len(first)}d}" for n in here)

    plain = re.sub(r"(\d+), ?(\d+) … (\d+)", whole, told).replace(" ", "")
    return set(NodeSet(plain, resolver=RESOLVER_NOGROUP))


def test_rows_of_numbers_are_read_as_they_were_meant() -> None:
    """Of every choice of numbers up to 11."""
    for size in range(1, 12):
        for chosen in combinations(range(1, 12), size):
            assert list(numbers(series.counted(chosen))) == list(chosen)
    assert series.counted([1, 5, 9, 13, 17, 21]) == "1, 5 … 21"
    assert series.counted([1, 4, 7, 10, 16, 19, 22, 25]) == "1, 4 … 10; 16, 19 … 25"
    assert series.counted([*range(1, 5), *range(8, 12)]) == "1 to 4, 8 to 11"


def test_folded_names_are_read_as_they_were_meant() -> None:
    for step in (1, 2, 4):
        for many in (1, 2, 3, 4, 5, 9):
            meant = [f"leaf-{n:02d}-1" for n in range(3, 3 + step * many, step)] + ["spine-01"]
            assert names(fold(meant)) == set(meant)


def test_no_drawing_has_a_range_with_a_step(sheets: dict[str, str]) -> None:
    for path, sheet in sheets.items():
        assert not [w for w in words(sheet) if re.search(r"\d-\d+/\d", w)], path


def test_a_port_of_a_system_meets_the_ports_that_it_says(cluster: Cluster, sheets: dict[str, str]) -> None:
    """By the links of all systems of a kind: ports or lanes that it says, and no other."""
    for system in cluster.systems:
        mine = {h.name for h in cluster.nodes if h.system and h.system.id == system.id}
        meant: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for link in (x for f in cluster.fabrics for x in f.links if x.kind is LinkKind.NODE_LEAF):
            if link.a.device in mine:
                cage, _, lane = link.z.port.partition("/")
                meant[link.a.cage].add((cage, lane))
        for port, met in ports.meetings(cluster, system).items():
            assert {at for m in met for at in read(m.ports)} == meant[port], port
        drawn = " ".join(words(sheets[f"site/node-{system.id}.svg"])).split()
        for met in ports.meetings(cluster, system).values():
            assert {word for m in met for word in m.ports.split()} <= set(drawn)  # none is cut


def read(told: str) -> Iterator[tuple[str, str]]:
    """(port or cage, lane or nothing) of "lanes 1, 3 of cages 1 to 36" or "ports 1, 5 … 21"."""
    for part in re.split(r"; (?=[a-z])", told):
        if found := re.fullmatch(r"lanes? (.*) of cages? (.*)", part):
            lanes = [*numbers(found[1])]
            yield from ((str(cage), str(lane)) for cage in numbers(found[2]) for lane in lanes)
        else:
            yield from ((str(port), "") for port in numbers(re.sub("ports? ", "", part)))


def test_who_is_on_an_out_of_band_switch_is_counted_as_it_is_named(cluster: Cluster, sheets: dict[str, str]) -> None:
    """The first number is that of the names; ports are told where a device has several."""
    for fabric in (f for f in cluster.fabrics if f.out_of_band):
        root = ElementTree.fromstring(sheets[f"site/fabric-{fabric.name}.svg"])  # noqa: S314
        lines = [g for g in root.iter(f"{SVG}g") if "data-links" in g.attrib and g.attrib["data-kind"] != "oob_inband"]
        assert lines
        for line in lines:
            said, _, who = "".join(line.itertext()).partition(": ")
            first = int(said.split()[0])
            told = re.search(r", (\d+) (?:BMC )?ports$", said)
            assert int(told[1] if told else first) == int(line.attrib["data-links"])
            if svg.ELLIPSIS not in who.replace(series.SKIP, ""):
                assert len(names(who)) == first, said


def test_what_a_sheet_says_of_rates_gives_the_oversubscription_of_the_design(
    cluster: Cluster, sheets: dict[str, str]
) -> None:
    """Links times their rates, up and down, are what cages of the leaves carry; the note says the same of one leaf."""
    for fabric in (f for f in cluster.fabrics if f.lanes > 1):
        said = words(sheets[f"site/fabric-{fabric.name}.svg"])
        (links_up, up), (links_down, down) = (
            [(int(re.sub(r"\D", "", said[i])), int(said[i + 1].split()[0]))
             for i in range(len(said) - 1) if re.fullmatch(r"[\d,]+ links", said[i]) and "Gb/s" in said[i + 1]]
        )  # fmt: skip
        cages = Fraction(links_down, fabric.lanes)  # of leaves that node links take
        assert Fraction(links_up * up, links_down * down) == links_up / cages
        assert f"{fabric.trunk_gbps} Gb/s a cage" in said
        (note,) = [w for w in said if w.startswith("A leaf has")]
        above, nodes = (int(n.replace(",", "")) for n in re.findall(r"([\d,]+) Gb/s", note))
        leaves = [s for s in fabric.switches if s.tier is Tier.LEAF]
        assert above == links_up // len(leaves) * up
        fullest = max(sum(x.z.device == s.name and x.kind is LinkKind.NODE_LEAF for x in fabric.links) for s in leaves)
        assert nodes == fullest * down


def test_the_published_blocking_of_gb200_is_on_its_sheet() -> None:
    """5:3, as third parties read the document."""
    said = words(drawings.artifacts(cluster_of(platform="dgx-gb200-nvl72", scalable_units=1))["site/fabric-inband.svg"])
    assert "Ethernet, node links 200 Gb/s, uplinks 800 Gb/s" in " ".join(said)
    assert any(w.endswith("with all 40 cages for what is below in use it is 5:3.") for w in said)


def test_no_word_runs_out_of_a_sheet(sheets: dict[str, str]) -> None:
    """Wherever it is anchored, in the width of a wide face."""
    for path, sheet in sheets.items():
        root = ElementTree.fromstring(sheet)  # noqa: S314
        wide, high = (float(n) for n in root.attrib["viewBox"].split()[2:])
        for left, right, y, said in placed(root, 0.0, 0.0):
            assert left >= -1, f"{path}: {said}"
            assert right <= wide + 1, f"{path}: {said}"
            assert y <= high, f"{path}: {said}"


SIZES = {"h1": 30.0, "h2": 15.0, "sub": 15.0, "l": 13.0, "s": 9.0, "xs": 8.0}


def placed(element: ElementTree.Element, x: float, y: float) -> Iterator[tuple[float, float, float, str]]:
    """(left, right, baseline, words) of every level text on the sheet."""
    move = re.match(r"translate\(([-\d.]+) ([-\d.]+)", element.attrib.get("transform", ""))
    x, y = (x + float(move[1]), y + float(move[2])) if move else (x, y)
    for child in element:
        if child.tag == f"{SVG}defs":
            continue  # drawn elsewhere
        if child.tag == f"{SVG}text" and "x" in child.attrib:
            kinds, said = child.attrib.get("class", "").split(), child.text or ""
            own = re.search(r"font-size:([\d.]+)", child.attrib.get("style", ""))
            size = float(own[1]) if own else next((SIZES[k] for k in kinds if k in SIZES), 11.0)
            wide = svg.width_of(said, size, bool({"b", "h1", "h2"} & set(kinds)))
            left = x + float(child.attrib["x"]) - (wide if "e" in kinds else wide / 2 if "m" in kinds else 0)
            yield left, left + wide, y + float(child.attrib["y"]), said
        else:
            yield from placed(child, x, y)


def test_the_power_of_a_rack_is_that_of_every_rack_or_called_the_most(cluster: Cluster, sheets: dict[str, str]) -> None:
    power = facts.rack_power(cluster)
    drawn = [i for rack in items_of(cluster).values() for i in rack if i.kind == "system" and i.power_kw]
    if not power or any(s.rack for s in cluster.systems):
        return
    racks = [sum(i.power_kw for i in items) for items in items_of(cluster).values() if set(items) & set(drawn)]
    assert power[0].startswith("at most") == (len(set(racks)) > 1)
    assert f"{max(racks):.1f} kW" in power[0]
    assert f"{power[0]} a compute rack" in " ".join(words(sheets["site/racks.svg"]))


def test_free_ports_of_spines_and_half_used_cages_are_counted() -> None:
    """Eos: 18 leaves below a spine and 18 cores above it, of 64 ports; leaves 17 and 18 share cages with 1 and 2."""
    said = " ".join(
        words(
            drawings.artifacts(cluster_of(**CLUSTERS["H100 in three tiers"], networks=WIDE))["site/fabric-compute.svg"]
        )
    )
    assert "Spines have 36 of 64 ports in use (14 cages with one of two connectors): every switch below" in said


def test_what_is_free_above_is_said(cluster: Cluster, sheets: dict[str, str]) -> None:
    """Of each tier above the leaves that has a free port, how many are in use."""
    for fabric in (f for f in cluster.fabrics if not f.out_of_band):
        said = " ".join(words(sheets[f"site/fabric-{fabric.name}.svg"]))
        used: dict[str, set[str]] = {s.name: set() for s in fabric.switches}
        for end in (e for link in fabric.links for e in (link.a, link.z) if e.device in used):
            used[end.device].add(end.port)
        for tier, who in ((Tier.SPINE, "Spines"), (Tier.CORE, "Cores")):
            counts = sorted({len(used[s.name]) for s in fabric.switches if s.tier is tier})
            full = not counts or counts == [next(s.radix for s in fabric.switches if s.tier is tier)]
            assert (f"{who} have {counts[0] if counts else ''}" in said) != full


def test_a_fabric_without_ufm_says_that_a_subnet_manager_is_needed(cluster: Cluster, sheets: dict[str, str]) -> None:
    ufm = {h.name for h in cluster.hosts_of(HostRole.UFM)}
    joined = {x.a.device for f in cluster.fabrics if f.protocol == "infiniband" for x in f.links} & ufm
    for fabric in (f for f in cluster.fabrics if not f.out_of_band):
        has = any(x.a.device in ufm for x in fabric.links) or (fabric.kind == "compute" and ufm != joined)
        said = " ".join(words(sheets[f"site/fabric-{fabric.name}.svg"]))
        assert ("needs a subnet manager" in said) == (fabric.protocol == "infiniband" and not has), fabric.name


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"platform": "dgx-a100"}, {"inband": "SN4600C", "oob": "SN2201"}),
        ({"platform": "dgx-a100", "design": {"fabrics": {"inband": {"switch": "SN4600C"}}}}, {"oob": "SN2201"}),
        ({"platform": "dgx-h100"}, {}),
    ],
)
def test_models_that_nobody_published_are_named(keys: dict[str, Any], said: dict[str, str]) -> None:
    """Those of DGX H100 are in its Table 7; those that a site chose are its own."""
    found = {}
    for path, sheet in drawings.artifacts(cluster_of(**keys)).items():
        note = re.search(r"The model (\S+) is a default of dgxops", " ".join(words(sheet)))
        if note:
            found[path.removeprefix("site/fabric-").removesuffix(".svg")] = note[1]
    assert found == said


def test_gaps_between_machines_are_told_where_they_are_drawn(cluster: Cluster, sheets: dict[str, str]) -> None:
    machines = sorted((h.rack, h.rack_unit) for h in cluster.hosts if not h.system)
    gap = any(rack == other and above - unit > 2 for (rack, unit), (other, above) in pairwise(machines))
    said = " ".join(words(sheets["site/racks.svg"]))
    assert ("Units between the machines of a management rack are kept for growth" in said) == gap
