"""Every fault breaks exactly the proofs that it is about, and a sound cluster breaks none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from dgxops.check import check
from dgxops.check.git import Committed
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Severity
from dgxops.model.proof import CheckReport
from tests.check.mutate import EXPECTED, Mutation
from tests.conftest import cluster_of

INVENTORIES = Path(__file__).parent.parent.parent / "inventories"
NOTHING = Committed(why="a test")
SAID = {"site must say"}  # what no document tells of racks and switches is asked for


@cache
def example(name: str, units: int | None = None) -> Cluster:
    keys = yaml.safe_load((INVENTORIES / name / "cluster.yml").read_text())
    return cluster_of(**keys | ({"scalable_units": units} if units else {}))


def failing(report: CheckReport) -> set[str]:
    return {p.name for p in report.proofs if not p.holds}


@pytest.mark.parametrize("name", ["mini", "su1", "eos"])
def test_the_examples_prove_everything(name: str) -> None:
    report = check(example(name), NOTHING)
    assert {f.check for f in report.findings} <= SAID
    assert [f.check for f in report.findings if f.severity is Severity.ERROR] == []
    assert [p.name for p in report.proofs if not p.proved] == ["growth"]


@pytest.mark.parametrize("units", [1, 4])
@pytest.mark.parametrize("mutation", EXPECTED, ids=lambda m: m.__name__)
def test_a_fault_breaks_exactly_its_proofs(mutation: Mutation, units: int) -> None:
    broken = check(mutation(example("su1", units)), NOTHING)
    assert failing(broken) == EXPECTED[mutation]


@pytest.mark.parametrize("mutation", EXPECTED, ids=lambda m: m.__name__)
def test_a_finding_says_what_to_do(mutation: Mutation) -> None:
    for finding in check(mutation(example("su1", 1)), NOTHING).findings:
        assert finding.message
        assert finding.evidence
        assert finding.repair


@pytest.mark.parametrize("units", [2, 3, 5, 9])
def test_a_cluster_of_any_size_proves_everything(units: int) -> None:
    big = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}
    assert {f.check for f in check(cluster_of(scalable_units=units, networks=big), NOTHING).findings} <= SAID
