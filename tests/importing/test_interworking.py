"""What other tools have of a cluster makes it again: Mission Control's list, UFM's lists and sheets, workbooks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from dgxops.errors import DgxopsError, InputError
from dgxops.importing import mapping
from dgxops.importing.build import Built, best
from dgxops.importing.detect import What, take, together
from dgxops.importing.mapping import SeenDevice
from tests.importing.printed import cluster_of, rows

ROOT = Path(__file__).parents[2]
PLATFORMS = {"mini": "dgx-h100", "su1": "dgx-h100", "pod4": "dgx-h100", "gb200-su": "dgx-gb200-nvl72",
             "b300-xdr": "dgx-b300", "sparks": "dgx-spark", "a100-7su": "dgx-a100", "eos": "dgx-h100"}  # fmt: skip
P2P = "cabling/mission-control/p2p_ethernet.csv"
H100 = cluster_of("{name: c, platform: dgx-h100, services: {head: 1}}")


def imported(*files: Path | tuple[str, bytes], platform: str | None = None) -> Built:
    pairs = [(f.name, f.read_bytes()) if isinstance(f, Path) else f for f in files]
    return best(together([take(name, data) for name, data in pairs]), "again", "a test", platform)


def rendered(example: str, name: str) -> Path:
    return ROOT / "inventories" / example / "rendered" / name


def same_nodes(built: Built, example: str) -> bool:
    first = cluster_of((ROOT / "inventories" / example / "cluster.yml").read_text())
    return [n.name for n in cluster_of(built.text).nodes] == [n.name for n in first.nodes]


def only_machines_lack(built: Built) -> bool:
    """Whether nothing differs but for cables of machines, whose ports UFM's files lack."""
    return all(
        re.match(r"\d+ cables are built, but in no source: (ufm|head|login)-", what) for what in built.agreed.differs
    )


def sheets(example: str, version: str) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(rendered(example, f"cabling/ufm/cable-validation-{version}.xlsx"))
    return {s.title: [list(row) for row in s.iter_rows(values_only=True)] for s in book.worksheets}


def as_csv(table: list[list[object]], separator: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("example", PLATFORMS)
def test_the_list_of_mission_control_alone_makes_the_cluster_again(example: str) -> None:
    """It has no compute port: in-band ports tell the nodes, or where only their BMCs are in it, their names."""
    built = imported(rendered(example, P2P), platform=PLATFORMS[example])
    assert built.agreed.cables == built.agreed.cables_read
    assert not built.left_open
    assert same_nodes(built, example)


@pytest.mark.parametrize("example", ["pod4", "gb200-su", "b300-xdr"])
def test_the_list_of_mission_control_tells_its_platform_where_only_one_is_cabled_so(example: str) -> None:
    built = imported(rendered(example, P2P))
    assert not built.left_open
    assert built.kind.system.id == PLATFORMS[example]
    assert same_nodes(built, example)


@pytest.mark.parametrize("example", ["pod4", "gb200-su"])
def test_the_lists_of_ufms_ndt_plugin_make_the_cluster_again(example: str) -> None:
    files = sorted(rendered(example, "cabling/ufm").glob("*-ndt-*.csv"))
    built = imported(*files, platform=PLATFORMS[example])
    assert only_machines_lack(built)
    assert built.agreed.cables == sum(len(f.read_text().splitlines()) - 1 for f in files)
    assert same_nodes(built, example)


@pytest.mark.parametrize("example", ["pod4", "gb200-su"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_the_links_sheet_of_cable_validation_is_read_as_csv(example: str, separator: str) -> None:
    table = sheets(example, "1.7")["Links"]
    built = imported(("links.csv", as_csv(table, separator)), platform=PLATFORMS[example])
    assert built.agreed.cables == built.agreed.cables_read == len(table) - 1
    assert same_nodes(built, example)


@pytest.mark.parametrize("version", ["1.4", "1.7"])
def test_workbooks_of_cable_validation_are_read_whole(version: str) -> None:
    tables = sheets("pod4", version)
    files = [rendered("pod4", f"cabling/ufm/cable-validation-{version}.xlsx")]
    files += [rendered("pod4", "cabling/ufm/hca-mapping-dgx-h100.csv")] if version == "1.4" else []
    built = imported(*files, platform="dgx-h100")
    assert built.agreed.cables == built.agreed.cables_read == sum(len(table) - 1 for table in tables.values())
    assert only_machines_lack(built)
    assert same_nodes(built, "pod4")


@pytest.mark.parametrize("second_u", ["U", "Name"])  # the tool's own pages print Name
def test_the_infiniband_sheet_up_to_1_6_is_read_with_its_mapping_file_or_without(second_u: str) -> None:
    table = sheets("pod4", "1.4")["compute"]
    table[0] = ["Rack", "U", "Name", "HCA/Port", "Rack", second_u, "Name", "Port"]
    sheet = ("sheet.csv", as_csv(table))
    with_devices = imported(sheet, rendered("pod4", "cabling/ufm/hca-mapping-dgx-h100.csv"), platform="dgx-h100")
    counted = imported(sheet, platform="dgx-h100")
    for built in (with_devices, counted):
        assert built.agreed.cables == len(table) - 1
        assert same_nodes(built, "pod4")
    said = "are numbers and no mapping file says which devices they are"
    assert [any(said in what for what in built.found.open) for built in (with_devices, counted)] == [False, True]


def test_a_machine_with_two_numbered_ports_is_no_system() -> None:
    """UFM appliances stand in the same sheet, with ports 1 and 2."""
    table = sheets("pod4", "1.4")["compute"]
    leaves = {row[6]: row for row in table[1:] if str(row[2]).startswith("dgx-")}
    table += [[None, 1, "ufm-01", n, row[4], row[5], name, "16/2"] for n, (name, row) in enumerate(leaves.items(), 1)][
        :2
    ]
    built = imported(("sheet.csv", as_csv(table)), platform="dgx-h100")
    assert same_nodes(built, "pod4")


@pytest.mark.parametrize("above", [["Point to point list"], ["Source", "", "", "Destination"], ["sep=;"], [""]])
def test_rows_above_the_header_are_titles(above: list[object]) -> None:
    lines = [line.split(",") for line in rows(H100).splitlines()]
    plain, titled = (together([take("f", as_csv(table, ";"))]) for table in (lines, [above, [], *lines]))
    assert titled.cables == plain.cables


def test_a_header_that_stands_again_between_the_rows_is_no_cable() -> None:
    header, *lines = rows(H100).splitlines(keepends=True)
    twice = header + "".join(lines[:9]) + header + "".join(lines[9:])
    assert take("f", twice.encode()).found == take("f", (header + "".join(lines)).encode()).found


def test_rows_that_name_one_end_or_none_are_left_out_and_told() -> None:
    taken = take("f", b"a_name,a_port,z_name,z_port\nleaf-1,1,,\ndgx-1,OSFP1,leaf-1,2\nSpare,,,\n")
    assert len(taken.found) == 1
    assert taken.left == ("f: 2 rows lack the name of an end and were left out; the first is line 2",)


def workbook(tables: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, table in tables.items():
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_sheets_of_other_things_are_told() -> None:
    header: list[object] = ["A-Node", "A-Port", "Z-Node", "Z-Port", "Protocol"]
    tables: dict[str, list[list[object]]] = {
        "Links": [["Our links"], header, ["dgx-1", "OSFP1", "leaf-1", 2.0, "ib"]],
        "Nodes": [["Name", "IP"], ["dgx-1", "10.1.1.1"]],
        "Validate-columns": [header],
        "Notes": [["to be measured"]],
        "Empty": [],
    }
    taken = take("f.xlsx", workbook(tables))
    assert (taken.what, len(taken.found), taken.found[0].z) == (What.CABLES, 1, ("leaf-1", "2"))
    assert taken.left == (
        "f.xlsx [Nodes]: this sheet was left out, as it is a list of addresses",
        "f.xlsx [Validate-columns]: this sheet has a header alone",
        "f.xlsx [Notes]: this sheet was left out, as nothing in it is recognised",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 and no more", "f: is no workbook"),
        (workbook({"Notes": [["to be measured"]]}), "f: has no sheet with a list that is recognised"),
    ],
)
def test_workbooks_without_a_list_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        take("f", data)
    assert str(caught.value).startswith(said)


def test_two_mapping_files_that_differ_are_not_used() -> None:
    cables = take("f", as_csv(sheets("pod4", "1.4")["compute"])).found
    left: list[str] = []
    assert mapping.mapped(cables, [SeenDevice("1", "mlx5_0"), SeenDevice("1", "mlx5_1")], left) == cables
    assert left[0] == "ports of hosts: the mapping files say different devices for one number, and are not used"


@pytest.mark.parametrize(
    ("parse", "said"),
    [
        (lambda: mapping.parse("f", "x,y\n1,2\n"), "f:1:1: is no mapping file (its header is port,hca-name)"),
        (lambda: mapping.parse("f", "port,hca-name\n"), "f:1:1: has a header and no port"),
        (lambda: mapping.parse("f", "port,hca-name\n1\n"), "f:2:1: is no row of a mapping file"),
    ],
)
def test_a_damaged_mapping_file_is_one_message(parse: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse()
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        (None, "no DGX system of the catalogue fits what the sources say: no device has cables in the ports that tell"),
        ("dgx-h100", "dgx-h100 does not fit what the sources say: no device has cables in the ports that tell"),
    ],
)
def test_what_fits_nothing_is_told_with_what_there_is(platform: str | None, said: str) -> None:
    with pytest.raises(DgxopsError) as caught:
        imported(("f", b"a_name,a_port,z_name,z_port\nweb-1,eth0,switch-1,4\n"), platform=platform)
    assert caught.value.message == f"{said} such a system (web-1 has eth0)"
