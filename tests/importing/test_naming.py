"""Names that are not dgxops's own come back from the cables; what no template makes is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgxops.importing import cables, scontrol
from dgxops.importing.build import Built, best
from dgxops.importing.facts import Settings, Sources
from dgxops.importing.template import template_of
from dgxops.model.cluster import Cluster
from tests.importing.printed import cluster_of, nodes, rows

ROOT = Path(__file__).parents[2]
OWN = {
    "node": "gpu-{su}-{index_in_su:02d}",
    "head": "mgmt{index}",
    "login": "front{index:02d}",
    "ufm": "sm{index}",
    "leaf": "ib-l{su:02d}{number:02d}",
    "spine": "ib-s{index:02d}",
    "switch": "{fabric}sw-{tier}{index:02d}",
    "rack": "r{su}{index:02d}",
}


def imported(table: str, seen: str = "") -> Built:
    sources = Sources(cables.parse("f", table), scontrol.parse("n", seen) if seen else ())
    return best(sources, "again", "a test", None)


def devices(cluster: Cluster) -> set[str]:
    return {h.name for h in cluster.hosts} | {s.name for f in cluster.fabrics for s in f.switches}


def test_every_name_of_a_site_comes_back_from_its_cables() -> None:
    first = cluster_of(yaml.safe_dump({"name": "c", "platform": "dgx-h100", "scalable_units": 2, "naming": OWN,
                                       "storage": [{"name": "home", "mount": "/home"}]}))  # fmt: skip
    built = imported(rows(first))
    assert not built.agreed.differs
    again = cluster_of(built.text)
    assert devices(again) == devices(first)
    assert {r.name for r in again.racks} == {r.name for r in first.racks}


def test_names_of_mission_control_hold_their_rack() -> None:
    naming = {"node": "{rack}-p{su}-dgx-{rack_index:02d}-c{index_in_rack:02d}", "rack": "a{index:02d}"}
    first = cluster_of(yaml.safe_dump({"name": "c", "platform": "dgx-gb200-nvl72", "naming": naming,
                                       "storage": [{"name": "home", "mount": "/home"}]}))  # fmt: skip
    built = imported(rows(first))
    assert not built.agreed.differs
    assert {n.name: (n.index, n.rack) for n in cluster_of(built.text).nodes} == {
        n.name: (n.index, n.rack) for n in first.nodes
    }


def test_switches_that_follow_no_template_are_told() -> None:
    table = (ROOT / "inventories/mini/rendered/cabling/cables.csv").read_text().replace("leaf-01-3", "carrot")
    built = imported(table)
    assert any(what.startswith("naming.leaf: no template makes ") for what in built.found.open)
    assert any("carrot" in what for what in built.agreed.differs)


def test_memory_that_the_site_measured_is_written() -> None:
    first = cluster_of("{name: c, platform: dgx-h100, services: {head: 1}}")
    built = imported(rows(first), nodes(first, memory=2_000_000))
    assert {n.system.real_memory_mb for n in cluster_of(built.text).nodes if n.system} == {2_000_000}
    assert "hardware.real_memory_mb" not in imported(rows(first), nodes(first)).found.values


def test_nodes_of_different_memory_are_told() -> None:
    first = cluster_of("{name: c, platform: dgx-h100, services: {head: 1}}")
    seen = nodes(first, memory=2_000_000).replace("RealMemory=2000000", "RealMemory=1900000", 1)
    told = "\n".join(imported(rows(first), seen).found.open)
    assert "hardware.real_memory_mb: nodes have from 1900000 to 2000000 MiB; the least is written" in told


@pytest.mark.parametrize("example", ["mini", "su1", "sparks", "gb200-su", "b300-xdr"])
def test_the_point_to_point_file_of_mission_control_agrees(example: str) -> None:
    """Ethernet alone, so that platform and places must be told by Slurm where no compute port is in it."""
    folder = ROOT / "inventories" / example
    first = cluster_of((folder / "cluster.yml").read_text())
    table = (folder / "rendered/cabling/mission-control/p2p_ethernet.csv").read_text()
    built = imported(table, nodes(first))
    assert built.agreed.cables == built.agreed.cables_read == len(table.splitlines()) - 1
    assert not built.agreed.differs
    assert [n.name for n in cluster_of(built.text).nodes] == [n.name for n in first.nodes]


@pytest.mark.parametrize(
    ("template", "default"),
    [("a{su:02d}{index:02d}", ""), ("{fabric}s-{tier}-{su}-{index:02d}", ""), ("x{su}-{index}", "x{su}-{index}")],
)
def test_a_template_is_read_off_its_names(template: str, default: str) -> None:
    fields = [{"su": su, "index": i, "fabric": "oob", "tier": "leaf"} for su in (1, 2) for i in range(1, 13)]
    pairs = [(row, template.format(**row)) for row in fields]
    found = template_of(pairs, default)
    assert found
    assert [found.format(**row) for row in fields] == [name for _, name in pairs]


WORD = st.from_regex(r"[a-z]{1,5}", fullmatch=True)
SEPARATOR = st.sampled_from(["", "-"])
NODE = st.sampled_from(["{index}", "{index:03d}", "{su}-{index_in_su}", "{su:02d}-{index_in_su:02d}"])


@st.composite
def specs(draw: st.DrawFn) -> dict[str, object]:
    """Clusters of up to three units, with names and sizes of their own."""
    word, between = draw(WORD), draw(SEPARATOR)
    units = draw(st.integers(1, 3))
    platform = draw(st.sampled_from(["dgx-h100", "dgx-b200", "dgx-a100"]))
    wanted: dict[str, object] = {
        "name": "c", "platform": platform, "scalable_units": units, "naming": {"node": f"{word}{between}{draw(NODE)}"},
        "services": {"head": draw(st.integers(1, 3)), "login": draw(st.integers(0, 3))},
        "storage": [{"name": "home", "mount": "/home"}],
        "networks": {"management": {"subnet": f"10.{draw(st.integers(30, 90))}.0.0/21"}},
    }  # fmt: skip
    if draw(st.booleans()):
        wanted["nodes"] = (units - 1) * 20 + draw(st.integers(2, 18))
    return wanted


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(specs())
def test_any_cluster_comes_back_from_its_cables_and_nodes(wanted: dict[str, object]) -> None:
    first = cluster_of(yaml.safe_dump(wanted))
    built = imported(rows(first), nodes(first))
    assert not built.agreed.differs
    again = cluster_of(built.text)
    assert {h.name: str(h.management_ip) for h in again.hosts} == {h.name: str(h.management_ip) for h in first.hosts}


def test_controllers_alone_do_not_say_that_there_is_no_login_node() -> None:
    first = cluster_of("{name: c, platform: dgx-h100, services: {head: 1, login: 4}}")
    sources = Sources(nodes=scontrol.parse("n", nodes(first)), settings=Settings("c", ("ctl1",)))
    found = best(sources, "again", "a test", None).found
    assert found.values["services.head"] == (1, "ctl1")
    assert found.values["naming.head"][0] == "ctl{index}"
    assert "services.login" not in found.values
    assert "services.login: no source says which machines are login nodes; the default stands" in found.open


def test_names_that_are_no_host_names_are_told() -> None:
    table = (ROOT / "inventories/mini/rendered/cabling/cables.csv").read_text().replace("leaf-01-", "Leaf_01_")
    built = imported(table)
    assert any(what.startswith("naming.leaf: Leaf_01_1 is no host name (lower-case") for what in built.found.open)


@pytest.mark.parametrize("domain", ["example.com", "pod.hpc.example.com"])
def test_names_with_a_domain_behind_them_tell_the_domain(domain: str) -> None:
    table = (ROOT / "inventories/mini/rendered/cabling/cables.csv").read_text()
    built = imported(re.sub(r"(dgx-\d+),", rf"\1.{domain},", table))
    assert not built.agreed.differs
    again = cluster_of(built.text)
    assert (again.domain, again.nodes[0].name) == (domain, "dgx-001")


def test_names_in_capitals_are_those_in_small_letters() -> None:
    """As Mission Control's guides write them: A05-P1-DGX-01-C01."""
    table = (ROOT / "inventories/mini/rendered/cabling/cables.csv").read_text()
    capitals = re.sub(
        r"(?<=,)(dgx|leaf|spine|storage|inband|oob|su\d+|mgmt|head|login|ufm)-", lambda m: m[0].upper(), table
    )
    built = imported(capitals)
    again = cluster_of(built.text)
    assert again.nodes[0].name == "dgx-001"
    assert any(what.startswith("names: host names are written in small letters") for what in built.found.open)
