"""What dgxops renders of a cluster, read back, is that cluster."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from dgxops import spec
from dgxops.errors import InputError
from dgxops.importing import cables, fabric, scontrol
from dgxops.importing.build import Built, best
from dgxops.importing.facts import Sources
from dgxops.importing.text import text_of
from dgxops.model.cluster import Group
from tests.importing.dumps import dump
from tests.importing.printed import cluster_of, nodes, rows

ROOT = Path(__file__).parents[2]
EXAMPLES = ("a100-7su", "b300-xdr", "eos", "gb200-su", "mini", "pod4", "sparks", "su1")
NUMBERED = ("dgx-{index:03d}", "gpu{index}", "s{su:02d}n{index_in_su:02d}", "x1-{su}-{index_in_su}")


def imported(cable_text: str, node_text: str = "", platform: str | None = None) -> Built:
    seen = scontrol.parse("nodes", node_text) if node_text else ()
    return best(Sources(cables.parse("cables.csv", cable_text), seen), "again", "a test", platform)


def unmarked(group: Group) -> Group:
    """Without what no cable tells: how its values are known, and who else manages its fabrics."""
    return replace(group, marks=(), models=(), managed_elsewhere=())


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_cables_of_an_example_make_its_nodes_and_every_cable_again(example: str) -> None:
    folder = ROOT / "inventories" / example
    platform = "dgx-a100" if example == "a100-7su" else None  # of two sizes of memory, which no cable shows
    built = imported((folder / "rendered/cabling/cables.csv").read_text(), platform=platform)
    again, first = cluster_of(built.text), cluster_of((folder / "cluster.yml").read_text())
    assert not built.agreed.differs
    assert built.agreed.cables == built.agreed.cables_read
    assert [n.name for n in again.nodes] == [n.name for n in first.nodes]
    assert [unmarked(g) for g in again.groups] == [unmarked(g) for g in first.groups]


@pytest.mark.parametrize("template", NUMBERED)
@pytest.mark.parametrize("platform", ["dgx-h100", "dgx-h200", "dgx-b200"])
def test_slurm_tells_platform_names_and_subnet(template: str, platform: str) -> None:
    wanted = {"name": "c", "platform": platform, "scalable_units": 2, "naming": {"node": template}}
    wanted |= {"storage": [{"name": "home", "mount": "/home"}], "networks": {"management": {"subnet": "10.9.0.0/22"}}}
    first = cluster_of(yaml.safe_dump(wanted))
    built = imported(rows(first), nodes(first))
    values = {key: value for key, (value, _) in built.found.values.items()}
    assert (values["platform"], values["naming.node"], values["omit"]) == (platform, template, "auto")
    again = cluster_of(built.text)
    assert [(n.name, n.management_ip) for n in again.nodes] == [(n.name, n.management_ip) for n in first.nodes]
    assert not built.agreed.differs


def test_a_dump_of_ibnetdiscover_makes_the_compute_fabric_again() -> None:
    first = cluster_of("{name: c, platform: dgx-h100, services: {head: 1}}")
    seen = fabric.parse("f", dump(first))
    built = best(Sources(seen), "again", "a test", "dgx-h100")
    assert built.agreed.cables == len(seen) == len(next(f for f in first.fabrics if f.name == "compute").links)
    assert [n.name for n in cluster_of(built.text).nodes] == [n.name for n in first.nodes]


def test_a_node_that_is_missing_is_omitted_by_name() -> None:
    first = cluster_of("{name: c, platform: dgx-h100, omit: [dgx-007, dgx-032], services: {head: 1}}")
    assert imported(rows(first)).found.values["omit"][0] == ["dgx-007", "dgx-032"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "f: is empty"),
        (b" \r\n\r\n", "f: is empty"),
        (b"a\nb\0c", "f:2:1: is binary, not text"),
        (b"a\n\xff\xfe", "f:2:1: is not UTF-8 text (Excel: save as CSV UTF-8)"),
        (b"<!DOCTYPE html><p>", "f:1:1: is a web page (save the file itself, not the page that shows it)"),
    ],
)
def test_what_is_no_text_is_told_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        text_of("f", data)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (cables.parse, "x\n", "f:1:1: the header has no column for a_name, a_port, z_name, z_port"),
        (cables.parse, "a_name,a_port,z_name,z_port\na,1,b,1\na,2\n", "f:3:1: the row ends after 2 of 4 columns"),
        (cables.parse, "a_name,a_port,z_name,z_port\n", "f:1:1: has a header and no cable"),
        (cables.parse, "x" * 1_000_000, "f:1:1: is no CSV: field larger"),
        (scontrol.parse, "x\n", "f:1:1: has no node"),
        (scontrol.parse, "\nNodeName=a Sockets=2\n", "f:2:1: a is cut short or misread"),
        (fabric.parse, "x\n", "f:1:1: is no line of ibnetdiscover: x"),
    ],
)
def test_bad_input_is_one_message_with_its_place(parse, text: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        parse("f", text)
    assert str(caught.value).startswith(said)


def test_a_header_of_other_words_and_windows_line_ends_is_read() -> None:
    text = text_of("f", b"\xef\xbb\xbfSource;Source Port;Destination;Destination Port\r\ndgx-1;OSFP1;leaf;2\r\n")
    (cable,) = cables.parse("f", text)
    assert (cable.a, cable.z) == (("dgx-1", "OSFP1"), ("leaf", "2"))


def test_a_cable_that_is_missing_is_told() -> None:
    lines = rows(cluster_of("{name: c, platform: dgx-h100, services: {head: 1}}")).splitlines(keepends=True)
    (said,) = imported("".join(line for line in lines if "leaf-01-3,7" not in line)).agreed.differs
    assert said.startswith("1 cables are built, but in no source: dgx-007 ")


def test_the_verb_writes_a_valid_file_once(tmp_path: Path) -> None:
    table, out = ROOT / "inventories/mini/rendered/cabling/cables.csv", tmp_path / "cluster.yml"
    words = ["import", "--cables", str(table), "-o", str(out)]
    first, second, forced = (
        subprocess.run([sys.executable, "-m", "dgxops", *w], capture_output=True, text=True, cwd=ROOT, check=False)
        for w in (words, words, [*words, "--force", "--json"])
    )
    assert (first.returncode, second.returncode, forced.returncode) == (0, 2, 0)
    assert "overwrites nothing" in second.stderr
    assert json.loads(forced.stdout)["cables_agreeing"] == len(table.read_text().splitlines()) - 1
    assert spec.load(out).platform == "dgx-h100"
    assert [f.name for f in tmp_path.iterdir()] == ["cluster.yml"]
