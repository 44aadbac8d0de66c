"""A system that is away changes nothing but itself, whatever the cluster's history."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops.model.absence import Away
from dgxops.model.cluster import Cluster
from tests.conftest import cluster_of
from tests.expand.test_growth import BIG, standing

PER_UNIT = 32


@dataclass(frozen=True)
class Stage:
    """A cluster.yml at some time: units, positions without a system, and positions whose system is away, with why."""

    units: int = 1
    omitted: frozenset[int] = frozenset()
    away: dict[int, str] = field(default_factory=dict)

    def spec(self) -> dict[str, Any]:
        return {
            "scalable_units": self.units,
            "omit": [name(p) for p in sorted(self.omitted)] or "none",
            "networks": BIG,
            "absent": [
                {"node": name(p), "reason": "RMA 1", "since": "2026-11-20", "kind": kind}
                for p, kind in sorted(self.away.items())
            ],
        }


def name(position: int) -> str:
    return f"dgx-{position:03d}"


def after(stage: Stage, step: tuple[str, int]) -> Stage:
    """The next cluster.yml: a unit more, a system left out, away, back from repair, or a unit retired."""
    what, number = step
    position = number % (stage.units * PER_UNIT) + 1
    away = dict(stage.away)
    if what == "grow":
        return replace(stage, units=min(stage.units + 1, 4))
    if what == "omit" and position not in away and len(stage.omitted) < PER_UNIT // 2:
        return replace(stage, omitted=stage.omitted | {position})
    if what == "away" and position not in stage.omitted:
        away[position] = "repair"
    if what == "replace":
        away.pop(position, None)
    if what == "retire" and stage.units > 1:
        first = number % stage.units * PER_UNIT + 1
        away |= {p: "retired" for p in range(first, first + PER_UNIT) if p not in stage.omitted}
    return replace(stage, away=away) if len(away) + len(stage.omitted) < stage.units * PER_UNIT else stage


def unmarked(cluster: Cluster) -> Cluster:
    return replace(cluster, hosts=tuple(replace(h, absence=None) for h in cluster.hosts))


steps = st.tuples(st.sampled_from(["grow", "omit", "away", "away", "replace", "retire"]), st.integers(0, 200))


@settings(max_examples=15, deadline=None)
@given(st.lists(steps, min_size=1, max_size=5))
def test_a_history_moves_nothing_and_who_is_away_changes_nothing_else(history: list[tuple[str, int]]) -> None:
    stages = list(itertools.accumulate(history, after, initial=Stage()))
    clusters = [cluster_of(**stage.spec()) for stage in stages]
    for stage, cluster in zip(stages, clusters, strict=True):
        assert unmarked(cluster) == cluster_of(**stage.spec() | {"absent": []})
        marked = {h.name: h.absence.kind.value for h in cluster.hosts if h.absence}
        assert marked == {name(p): kind for p, kind in stage.away.items()}
    for before, now in itertools.pairwise(clusters):
        kept = standing(before).keys() & standing(now).keys()
        assert {n: standing(before)[n] for n in kept} == {n: standing(now)[n] for n in kept}


def test_a_unit_is_retired_by_its_node_set_and_no_later_one_is_renumbered() -> None:
    retired = {"node": "dgx-[033-064]", "reason": "sold", "since": "2026-11-20", "kind": "retired"}
    cluster = cluster_of(scalable_units=3, absent=[retired])
    assert [(a.kind, len(names)) for a, names in cluster.absent] == [(Away.RETIRED, 32)]
    assert cluster.by_name["dgx-065"].su == 3
    assert unmarked(cluster) == cluster_of(scalable_units=3)
