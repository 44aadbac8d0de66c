"""Absence holds from the next render on, whatever day is written: a day to come is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dgxops.check.absence import absent_by
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Severity
from tests.conftest import cluster_of

TODAY = date(2026, 11, 25)


def away_since(day: date, node: str = "dgx-[003-004]") -> Cluster:
    return cluster_of(absent=[{"node": node, "reason": "planned RMA 4711", "since": day.isoformat()}])


@pytest.mark.parametrize("days", [0, -1, -4000])
def test_a_day_that_has_come_is_fine(days: int) -> None:
    (proof,) = absent_by(away_since(TODAY + timedelta(days=days)), TODAY.isoformat())
    assert (proof.statement, proof.findings) == ("2 systems away, none before the day", ())


@pytest.mark.parametrize("days", [1, 30, 40_000])
def test_a_day_to_come_is_told_with_who_is_away_too_early(days: int) -> None:
    day = TODAY + timedelta(days=days)
    (proof,) = absent_by(away_since(day), TODAY.isoformat())
    (found,) = proof.findings
    assert found.hosts == ("dgx-003", "dgx-004")
    assert found.severity is Severity.WARNING
    assert found.evidence == f"since {day.isoformat()}"
    assert proof.statement == "2 systems away, 2 before the day"


def test_where_nobody_is_away_nothing_is_said() -> None:
    assert absent_by(cluster_of(), TODAY.isoformat()) == ()
