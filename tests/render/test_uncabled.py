"""What the design does not cable it says: in the page beside the cables, in drawings and in the bill of materials."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgxops import catalogue, spec
from dgxops.expand import expand
from dgxops.model.cluster import Cluster
from dgxops.model.node import PortRole
from dgxops.render.drawings import nodes
from dgxops.render.tree import render
from dgxops.render.uncabled import uncabled

EXAMPLES = Path(__file__).parents[2] / "inventories"


def example(name: str) -> Cluster:
    return expand(spec.load(EXAMPLES / name / "cluster.yml"), catalogue.load())


def test_heritage_says_it_of_every_group_and_of_the_machines() -> None:
    lines = uncabled(example("heritage"))
    for who in ("pascal (DGX-1 (Pascal))", "desk (DGX Station (V100))", "head-[01-02],login-01"):
        assert any(line.endswith(f"of {who}.") for line in lines), who


@pytest.mark.parametrize("name", ["heritage", "sparks"])
def test_the_same_lines_are_beside_the_cables_in_drawings_and_in_the_bill(name: str) -> None:
    made = example(name)
    files = {path: str(text) for path, text in render(made).items()}
    flat = {path: " ".join(re.sub("<[^>]*>", " ", text).split()) for path, text in files.items()}
    drawings = ["site/racks.svg", *(path for path in files if path.startswith("site/fabric-"))]
    for line in uncabled(made):
        assert f"- {line}\n" in files["cabling/README.md"]
        assert line in files["site/bom.csv"]
        assert all(line in flat[path] for path in drawings)


def test_heads_and_logins_lack_storage_where_it_has_a_fabric_of_its_own() -> None:
    """DGX H100 RA-11333-001, table 8, has cables for them, but not on which ports; else all is cabled there."""
    (line,) = uncabled(example("pod4"))
    assert "storage of head-[01-02],login-[01-02]" in line
    assert uncabled(example("b300-xdr")) == uncabled(example("gb200-su")) == ()


def test_every_port_for_a_network_is_cabled_or_told() -> None:
    for name in ("heritage", "sparks", "a100-7su", "gb200-su", "b300-xdr"):
        made = example(name)
        met = {(end.device, end.port) for f in made.fabrics for link in f.links for end in (link.a, link.z)}
        told = " ".join(uncabled(made))
        for node in made.nodes:
            for port in node.system.ports if node.system else ():
                if port.role in (PortRole.INBAND, PortRole.OOB):
                    assert (node.name, port.name) in met or port.name in told, (name, node.name, port.name)


def test_sparks_stand_on_the_floor_and_no_heading_is_empty() -> None:
    drawing = str(render(example("sparks"))["site/racks.svg"])
    assert "2 racks" not in drawing
    assert "2 systems on the floor" in drawing
    assert "Compute switches" not in drawing


@pytest.mark.parametrize("system", sorted(s.id for s in catalogue.load().systems.values()))
def test_a_node_sheet_does_not_call_our_names_printed(system: str) -> None:
    one = catalogue.load().system(system)
    ours = [p.name for p in one.ports if re.fullmatch("[a-z]+-[0-9]+", p.name)]
    drawing = nodes.draw(one, {}, on_leaves=True)
    assert (f"Names such as {ours[0]} are ours" in drawing) == bool(ours) if ours else "printed names" in drawing
