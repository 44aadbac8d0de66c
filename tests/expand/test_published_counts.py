"""Component counts as they are published must come out exactly, or the document is known to be at odds with itself."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from dgxops import catalogue
from dgxops.model.fabric import LinkKind, Tier
from tests.conftest import cluster_of

ROOT = Path(__file__).parents[2]


def script() -> ModuleType:
    path = ROOT / "scripts" / "published_counts.py"
    spec = importlib.util.spec_from_file_location("published_counts", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    __import__("sys").modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


SCRIPT = script()
ROWS = SCRIPT.rows()


@pytest.mark.parametrize("row", ROWS, ids=[f"{r.architecture}-{r.omit}-{r.fabric}-{r.units}" for r in ROWS])
def test_every_published_row_comes_out_or_is_known_to_be_at_odds(row: object) -> None:
    derived = SCRIPT.derive(row)
    wrong = {name for name, count in row.counts.items() if derived[name] != count}  # type: ignore[attr-defined]
    assert wrong == set(row.conflicts)  # type: ignore[attr-defined]


def test_every_architecture_has_a_row_or_is_marked_as_inferred() -> None:
    told = {row.architecture for row in ROWS}
    for name, arch in catalogue.load().architectures.items():
        assert name in told or {"compute", "compute.switch"} & set(arch.marks), name


def test_the_table_in_the_repository_is_what_the_command_writes() -> None:
    assert SCRIPT.TABLE.read_text(encoding="utf-8") == SCRIPT.table()


def test_eos_is_576_systems_with_4608_gpus() -> None:
    """Eighteen units of 32; three tiers, as 144 leaves are beyond a spine's 64 ports."""
    cluster = cluster_of(scalable_units=18, omit="none")
    assert (len(cluster.nodes), cluster.gpus) == (576, 4608)
    fabric = cluster.fabric("compute")
    assert fabric.switch_counts()[Tier.LEAF] == 144
    assert fabric.link_counts()[LinkKind.SPINE_CORE] == fabric.link_counts()[LinkKind.LEAF_SPINE] == 4608
