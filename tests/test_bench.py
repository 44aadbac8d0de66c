"""The bench: what it says of its figures, and specs of the sizes that it names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import bench  # noqa: E402

from dgxops import catalogue, spec  # noqa: E402
from dgxops.expand import expand  # noqa: E402


@pytest.mark.parametrize("nodes", [31, 127, 576])
def test_a_spec_has_the_nodes_that_its_row_names(tmp_path: Path, nodes: int) -> None:
    cluster = expand(spec.load(Path(bench.spec_of(str(tmp_path), nodes))), catalogue.load())
    assert len(cluster.nodes) == nodes


@pytest.mark.parametrize(
    ("seconds", "mb", "rc", "kept"),
    [(7.9, 500, 0, "kept"), (8.1, 500, 0, "missed"), (7.9, 601, 0, "missed"), (7.9, 500, 1, "missed")],
)
def test_a_promise_is_kept_in_time_memory_and_exit_code(seconds: float, mb: int, rc: int, kept: str) -> None:
    assert bench.Row("render", seconds, mb, rc, 8, 600).kept == kept
    assert bench.Row("render", seconds, mb, rc, 0, 0).kept == ""


def test_the_ratio_is_of_times_a_node() -> None:
    rows = [bench.Row("render, 2,048 nodes", 2.0, 1, 0, 0, 0), bench.Row("render, 10,240 nodes", 11.0, 1, 0, 0, 0)]
    assert list(bench.ratios(rows, {}).values()) == ["1.10"]
    assert bench.ratios(rows[:1], {}) == {}


def test_each_figure_is_of_a_command_that_ran(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/bench.py", "--only", "127", "--json", "--write", tmp_path / "bench.md"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    (row,) = json.loads(done.stdout)["rows"]
    assert (row["what"], row["rc"]) == ("show, 127 nodes", 0)
    assert f"| show, 127 nodes | {row['seconds']:.2f} s | {row['mb']} MB | 1 s |" in (tmp_path / "bench.md").read_text()


@pytest.mark.parametrize(("units", "tiers"), [(2, 2), (16, 3)])
def test_the_networkx_graph_is_as_large_as_the_fabric(tmp_path: Path, units: int, tiers: int) -> None:
    """Ports are used once there too: no device has more cables than it has ports."""
    import bench_model

    cluster = expand(spec.load(Path(bench.spec_of(str(tmp_path), 32 * units))), catalogue.load())
    fabric, graph = cluster.fabric("compute"), bench_model.like(cluster)
    assert graph.number_of_edges() == len(fabric.links)
    assert len({link.kind for link in fabric.links}) == tiers
    assert max(degree for _, degree in graph.degree()) <= 64
