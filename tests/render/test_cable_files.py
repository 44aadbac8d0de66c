"""Every schedule holds every link once, with ports that translate back to the model's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import MANAGEMENT_PORT, Fabric
from dgxops.model.hardware import HardwareRecord
from dgxops.render import cabling
from dgxops.render.cabling.plant import Plant, plant_of
from dgxops.render.cabling.ports import Face, Style
from dgxops.render.tree import render
from dgxops.render.write import Artifact
from tests.conftest import cluster_of
from tests.render import xlsx_reader
from tests.render.plants import Pair, back, links, named, of, table, word_of


def test_cables_csv_has_every_link_once(cluster: Cluster, files: dict[str, Artifact]) -> None:
    rows = table(files, "cabling/cables.csv")
    header = "id,fabric,a_name,a_port,a_rack,a_u,z_name,z_port,z_rack,z_u,media,length_class,kind,splitter,remark"
    assert list(rows[0]) == header.split(",")
    found = Counter(frozenset({(r["a_name"], r["a_port"]), (r["z_name"], r["z_port"])}) for r in rows)
    assert found == links(list(cluster.fabrics))
    assert max(found.values()) == 1
    assert len({r["id"] for r in rows}) == len(rows)
    assert all(r["id"] == f"{r['a_name']}:{r['a_port']}--{r['z_name']}:{r['z_port']}" for r in rows)


def test_printed_ports_translate_back_and_are_unique(cluster: Cluster, plant: Plant) -> None:
    by_device: dict[str, set[str]] = {}
    for cable in plant.cables:
        for end in (cable.a, cable.z):
            if end.device.face:
                assert end.device.face.logical(end.printed) == end.at.port
            seen = by_device.setdefault(end.name, set())
            assert end.printed not in seen
            seen.add(end.printed)
    cages = {s.name: s.cages + s.uplinks for f in cluster.fabrics for s in f.switches}
    both = [end for cable in plant.cables for end in (cable.a, cable.z) if end.device.face]
    ends = [end for end in both if end.at.port != MANAGEMENT_PORT and not end.for_ufm]
    assert all(1 <= end.device.face.cage(end.at.port) <= cages[end.name] for end in ends if end.device.face)


def test_two_labels_a_cable_that_say_the_same_from_both_ends(plant: Plant, files: dict[str, Artifact]) -> None:
    """Of a splitter the legs have one each, and its one plug has one that names all that they lead to. A link of two
    fibres has two for either, and no label is like another: swapped fibres would cross the lanes."""
    rows = table(files, "cabling/labels.csv")
    plugs = {c.splitter.id for c in plant.cables if c.splitter}
    counts = {c.id: 1 if c.splitter else 2 * c.fibres for c in plant.cables}
    assert Counter(r["cable"] for r in rows) == counts | dict.fromkeys(plugs, 1)
    assert len({r["here"] for r in rows}) == len(rows)
    labels = {(r["cable"], r["end"]): (r["here"], r["there"]) for r in rows}
    whole = [r for r in rows if r["cable"] in {c.id for c in plant.cables if not c.splitter}]
    there = {(r["cable"], r["here"], r["there"]) for r in whole}
    assert there == {(cable, z, a) for cable, a, z in there}
    for cable in (c for c in plant.cables if c.splitter):
        here, there = labels[cable.splitter.id, "z"] if cable.splitter else ("", "")
        assert cable.z.printed in here
        assert labels[cable.id, "a"][0] in there.split(" + ")


def test_port_maps_hold_both_ends_of_every_cable_by_unit(cluster: Cluster, files: dict[str, Artifact]) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    racks = {r.name for r in cluster.racks}
    for path in files:
        if path.startswith("cabling/racks/"):
            assert path.removeprefix("cabling/racks/").removesuffix(".csv") in racks
            rows = table(files, path)
            assert [r["u"] for r in rows] == sorted((r["u"] for r in rows), key=lambda u: int(u or 0))
            seen.update((r["device"], r["port"]) for r in rows)
    assert seen == Counter(end for pair in links(list(cluster.fabrics)) for end in pair)


def test_mission_control_gets_every_ethernet_link_once(
    cluster: Cluster, plant: Plant, files: dict[str, Artifact]
) -> None:
    path = "cabling/mission-control/p2p_ethernet.csv"
    rows = table(files, path) if path in files else []
    found = Counter(
        frozenset(
            {(r["SRC_NAME"], back(plant, r["SRC_NAME"], r["SRC_HCA_PORT"])),
             (r["DST_NAME"], back(plant, r["DST_NAME"], r["DST_PORT"]))}
        )
        for r in rows
    )  # fmt: skip
    assert found == links(of(cluster, "ethernet"))
    assert len({(r["BUNDLE_ID"], r["SEQ"]) for r in rows}) == len(rows)


def validated(cluster: Cluster) -> list[Fabric]:
    """What UFM's Cable Validation Tool can look at: a BMC does not say what it is plugged into."""
    return [fabric for fabric in cluster.fabrics if not fabric.out_of_band]


def test_the_new_workbook_has_every_link_of_known_interfaces_once(
    cluster: Cluster, plant: Plant, files: dict[str, Artifact]
) -> None:
    data = files["cabling/ufm/cable-validation-1.7.xlsx"]
    assert isinstance(data, bytes)
    header, *rows = xlsx_reader.sheets(data)["Links"]
    assert header == ["A-Node", "A-Port", "Z-Node", "Z-Port", "Protocol"]
    found = Counter(frozenset({(a, back(plant, a, str(p))), (z, back(plant, z, str(q)))}) for a, p, z, q, _ in rows)
    assert found == named(cluster, links(validated(cluster)), "interface")
    assert {r[4] for r in rows} == {{"infiniband": "ib"}.get(f.protocol, f.protocol) for f in validated(cluster)}


def in_old_workbook(cluster: Cluster, plant: Plant, fabric: Fabric, row: dict[str, str]) -> bool:
    """A port by number and mapping file, or by rail, or else by its interface: what of these is known."""
    ends = [(row["a_name"], row["a_port"]), (row["z_name"], row["z_port"])]
    if fabric.protocol == "infiniband":
        return all(word_of(cluster, *end, "rdma") for end in ends)
    rails = {(h.name, p.name) for h in cluster.nodes if h.system for p in h.system.ports if p.rail is not None}
    return all((d, p.partition("/")[0]) in rails or word_of(cluster, d, p, "interface") for d, p in ends)


def test_the_old_workbook_equals_cables_csv_where_ports_are_known(
    cluster: Cluster, plant: Plant, files: dict[str, Artifact]
) -> None:
    data = files["cabling/ufm/cable-validation-1.4.xlsx"]
    assert isinstance(data, bytes)
    sheets = xlsx_reader.sheets(data)
    assert set(sheets) == {f.name for f in validated(cluster)}
    for fabric in validated(cluster):
        rows = [r for r in table(files, "cabling/cables.csv") if r["fabric"] == fabric.name]
        rows = [r for r in rows if in_old_workbook(cluster, plant, fabric, r)]
        ends = [(r[0:3], r[4:7], r[7]) if fabric.protocol == "infiniband" else (r[0:3], r[5:8], r[9])
                for r in sheets[fabric.name][1:]]  # fmt: skip
        assert [(*map(str, a), *map(str, z)) for a, z, _ in ends] == [
            (r["a_rack"], r["a_u"], r["a_name"], r["z_rack"], r["z_u"], r["z_name"]) for r in rows
        ]
        assert [back(plant, str(z[2]), str(port)) for _, z, port in ends] == [r["z_port"] for r in rows]


def test_host_ports_of_the_old_workbook_are_unique(files: dict[str, Artifact]) -> None:
    data = files["cabling/ufm/cable-validation-1.4.xlsx"]
    assert isinstance(data, bytes)
    for header, *rows in xlsx_reader.sheets(data).values():
        at = 3 if header[3] == "HCA/Port" else 4
        assert max(Counter((r[2], r[at]) for r in rows).values()) == 1


def test_ndt_lists_hold_every_infiniband_link_of_known_interfaces_once(
    cluster: Cluster, plant: Plant, files: dict[str, Artifact]
) -> None:
    found: Counter[Pair] = Counter()
    for path in files:
        if "-ndt-" in path:
            for r in table(files, path):
                start = r["#StartDevice"], r["StartPort"].removeprefix("Port ")
                other = r["EndPort"].removeprefix("Port ")
                hosts = path.endswith("switch_to_host.csv")
                found[frozenset({start, (r["EndDevice"], back(plant, r["EndDevice"], other) if hosts else other)})] += 1
                assert r["LinkType"] == "Data"
    assert found == named(cluster, links(of(cluster, "infiniband")), "interface")


def topo_links(text: str) -> Iterator[tuple[str, str, str, str, str]]:
    for section in text.rstrip("\n").split("\n\n"):
        first, *lines = section.splitlines()
        name = first.split()[1]
        for line in lines:
            port, arrow, _, far, far_port = line.split()
            yield name, port.removeprefix("P"), far, far_port.removesuffix("/P1"), arrow


def test_topo_files_hold_every_infiniband_link_of_known_devices_once(
    cluster: Cluster, plant: Plant, files: dict[str, Artifact]
) -> None:
    for fabric in of(cluster, "infiniband"):
        text = files[f"cabling/ufm/{fabric.name}.topo"]
        assert isinstance(text, str)
        found: Counter[Pair] = Counter()
        for near, port, far, far_port, arrow in topo_links(text):
            ports = {p.rdma or p.name: p.name for _, p in plant.nics.by_host.get(far, {}).values()}
            there = far_port.removeprefix("P") if plant.devices[far].face else ports.get(far_port, far_port)
            found[frozenset({(near, port), (far, there)})] += 1
            assert re.fullmatch(r"-4x-(50|100|200)G->", arrow)
        assert found == named(cluster, links([fabric]), "rdma")


def test_no_file_for_ufm_calls_a_host_port_by_what_is_printed_on_it(
    cluster: Cluster, files: dict[str, Artifact]
) -> None:
    """UFM takes a name for one that the host has: OSFP1 of a DGX B300, or a port of a machine, is none."""
    printed = {p.name for system in cluster.systems for p in system.ports} | {"NIC1", "NIC2", "HCA1", "HCA2"}
    for path, data in files.items():
        if path.startswith("cabling/ufm/"):
            text = data if isinstance(data, str) else repr(xlsx_reader.sheets(data))
            assert not printed & set(re.split(r"[\s,'/]+", text))


def test_the_page_counts_the_links_that_are_left_out(cluster: Cluster, files: dict[str, Artifact]) -> None:
    found = links(of(cluster, "infiniband"))
    lacking = sum((found - named(cluster, found, "rdma")).values())
    page = str(files["cabling/README.md"])
    rows = [line for line in page.splitlines() if "| RDMA device |" in line]
    assert sum(int(line.split("|")[-2].replace(",", "")) for line in rows) == lacking
    assert ("## Left out" in page) == bool(
        sum((links(validated(cluster)) - named(cluster, links(validated(cluster)), "interface")).values()) or lacking
    )


def test_what_the_site_says_of_its_ports_is_in_the_files() -> None:
    told = {f"OSFP{n}": {"interface": f"ibp{n}s0", "rdma": f"mlx5_{n}"} for n in range(1, 9)}
    files = render(cluster_of(platform="dgx-b300", architecture="b300-xdr", nodes=2, hardware={"ports": told}))
    assert "HCA_mlx5_8 dgx-001 mlx5_1/P1" in str(files["cabling/ufm/compute.topo"])
    assert "dgx-001,ibp1s0,Data" in str(files["cabling/ufm/compute-ndt-switch_to_host.csv"])
    assert "DGX B300 | compute" not in str(files["cabling/README.md"])


def test_node_name_maps_are_comments_until_guids_are_known(cluster: Cluster, files: dict[str, Artifact]) -> None:
    for fabric in of(cluster, "infiniband"):
        text = files[f"cabling/ufm/{fabric.name}.node-name-map"]
        assert isinstance(text, str)
        assert all(line.startswith("#") for line in text.splitlines())
        assert [line for line in text.splitlines() if line.startswith('# "')] == [
            f'# "{s.name}"' for s in fabric.switches
        ]


def test_node_name_maps_are_complete_where_hardware_csv_tells_guids(mini: Cluster) -> None:
    known = replace(mini, hardware=(HardwareRecord("spine-02", guid="0x02d9000300000001"),))
    text = cabling.artifacts(plant_of(known))["cabling/ufm/compute.node-name-map"]
    assert isinstance(text, str)
    assert '# "spine-01"\n0x02d9000300000001 "spine-02"\n' in text


@pytest.mark.parametrize(
    ("face", "port", "printed"),
    [
        (Face(Style.INFINIBAND, 2), "17", "9/1"),
        (Face(Style.INFINIBAND, 2), "64", "32/2"),
        (Face(Style.INFINIBAND, 1), "17", "17"),
        (Face(Style.NVOS, 2), "1", "sw1p1"),
        (Face(Style.NVOS, 2), "144", "sw72p2"),
        (Face(Style.ETHERNET, 1), "17", "swp17"),
        (Face(Style.ETHERNET, 1), "17/3", "swp17s2"),
        (Face(Style.ETHERNET, 2), "17", "swp9s0"),
    ],
)
def test_ports_as_switches_print_them(face: Face, port: str, printed: str) -> None:
    assert face.printed(port) == printed
    assert face.logical(printed) == port


def test_a_port_that_no_such_switch_has_is_refused() -> None:
    with pytest.raises(ValueError, match="'swp1' is no port"):
        Face(Style.INFINIBAND, 2).logical("swp1")


def test_hosts_of_the_mapping_file_are_the_rails_of_the_reference() -> None:
    rows = table(render(cluster_of(scalable_units=1)), "cabling/ufm/hca-mapping-dgx-h100.csv")
    rails = [0, 3, 4, 5, 6, 9, 10, 11]
    assert [(r["port"], r["hca-name"]) for r in rows[:8]] == [(str(n), f"mlx5_{d}") for n, d in enumerate(rails, 1)]


def test_the_page_of_the_cables_explains_what_there_is(cluster: Cluster, files: dict[str, Artifact]) -> None:
    """Links between leaves, splitters, pairs of fibres and half-used cages, each only where cables.csv has any."""
    page, rows = str(files["cabling/README.md"]), table(files, "cabling/cables.csv")
    assert ("`leaf_leaf`" in page) == any(r["kind"] == "leaf_leaf" for r in rows)
    assert ("same `splitter`" in page) == any(r["splitter"] for r in rows)
    assert ("2 fibre cables" in page) == any("2 fibre cables" in r["remark"] for r in rows)
    twins = {s.name for f in cluster.fabrics for s in f.switches if s.cages * 2 == s.radix}
    cages: dict[tuple[str, int], int] = defaultdict(int)
    for name, port in ((r[f"{e}_name"], r[f"{e}_port"]) for r in rows for e in "az" if r["media"] in ("MMF", "SMF")):
        if name in twins:
            cages[name, (int(port) - 1) // 2] += 1
    halves = sum(count == 1 for count in cages.values())
    assert (f"{halves:,} cages of switches that hold two ports" in page) == bool(halves)
    fabrics = {f.name for f in cluster.fabrics if f.switches and f.switches[0].name in twins}
    bill = [r for r in table(files, "site/bom.csv") if "finned" in r["item"] and r["use"] in fabrics]
    assert sum(int(r["quantity"]) for r in bill) == len(cages)  # however few ports of each are in use


def test_the_point_to_point_file_names_no_transceivers(cluster: Cluster, files: dict[str, Artifact]) -> None:
    """No document says in which words, and the name of a cable is none."""
    path = "cabling/mission-control/p2p_ethernet.csv"
    rows = table(files, path) if path in files else []
    assert {r["SRC_TRANSCEIVER"] + r["DST_TRANSCEIVER"] for r in rows} <= {""}
    assert bool(rows) == any(f.protocol == "ethernet" for f in cluster.fabrics)


def test_a_unit_is_empty_on_a_floor_and_a_port_beside_the_numbered_ones_is_remarked(
    cluster: Cluster, files: dict[str, Artifact]
) -> None:
    floors = {rack.name for rack in cluster.racks if rack.is_floor}
    maps = [row for path in files if path.startswith("cabling/racks/") for row in table(files, path)]
    for row in (rows := table(files, "cabling/cables.csv")):
        for end in "az":
            assert (row[f"{end}_u"] == "") is (row[f"{end}_rack"] in floors)
    assert all((m["to_u"] == "") is (m["to_rack"] in floors) for m in maps)
    for host in (h for h in cluster.hosts if h.rack in floors):
        assert "rack_unit" not in str(files[f"host_vars/{host.name}/rendered.yml"])
    own = {s.name: (s.ufm_number, s.ufm_port) for f in cluster.fabrics for s in f.switches if s.ufm_port}
    for row in (r for r in rows if r["z_name"] in own and r["z_port"] == own[r["z_name"]][0]):
        assert f"port {row['z_port']} of {row['z_name']} is {own[row['z_name']][1]}" in row["remark"]
        assert f"`{own[row['z_name']][1]}`" in str(files["cabling/README.md"])
