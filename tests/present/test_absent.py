"""Who is away, on the screens of show and plan."""

from __future__ import annotations

import io

from dgxops.present import plan, show
from dgxops.present.console import Console
from dgxops.render.summary import summary
from tests.conftest import cluster_of

ABSENT = [{"node": "dgx-[002-003]", "reason": "RMA 1: GPU [3] fell off", "since": "2026-11-20"}]
LINE = "absent: dgx-[002-003] (repair: RMA 1: GPU [3] fell off, since 2026-11-20)"


def test_one_line_for_all_who_are_away_alike() -> None:
    cluster = cluster_of(nodes=4, absent=ABSENT)
    shown, planned = io.StringIO(), io.StringIO()
    show.show(summary(cluster), Console(file=shown, highlight=False))
    plan.absent(cluster, Console(file=planned, highlight=False))
    assert LINE in shown.getvalue().splitlines()
    assert planned.getvalue().splitlines() == [LINE]
