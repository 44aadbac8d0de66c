"""Mission Control's subnets for GB200: published rows come out, subnets keep apart, small networks are refused."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
import yaml

from dgxops.check.breakout import prove_breakout
from dgxops.model.cluster import Cluster
from dgxops.render.cabling.plant import plant_of
from dgxops.render.exports.breakout import artifacts, breakout
from tests.conftest import cluster_of

# North-South network deployment guide of Mission Control: pods -> /24 and /23 out of band and their root, then /23 and
# /25 for data and their root; None where the row was not read. The guide's root of both is no part of any plan: for six
# pods it is a /17, where two /19 would go into a /18.
PUBLISHED = {
    1: (2, 2, 21, 2, 2, 21), 2: (2, 4, 20, 4, 4, 20), 3: (1, 6, 20, 6, 6, 20), 4: (1, 8, 19, 8, 8, 19),
    5: (1, 10, 19, 10, 10, 19), 6: (1, 12, 19, 12, 12, 19), 7: (1, 14, 19, 14, 14, 18), 8: (1, 16, 18, 16, None, None),
}  # fmt: skip


@pytest.mark.parametrize("pods", PUBLISHED)
def test_the_published_rows_come_out(pods: int) -> None:
    oob, data = breakout("oob", pods), breakout("management", pods)
    shared, large = (Counter(length for length, _ in oob.lengths)[n] for n in (24, 23))
    wide, narrow = (Counter(length for length, _ in data.lengths)[n] for n in (23, 25))
    derived = (shared, large, oob.root, wide, narrow, data.root)
    assert all(read in (None, value) for read, value in zip(PUBLISHED[pods], derived, strict=True))


def gb200(units: int, subnet: str, nodes: int | None = None) -> Cluster:
    return cluster_of(
        platform="dgx-gb200-nvl72",
        scalable_units=units,
        nodes=nodes,
        networks={"management": {"subnet": f"10.60.0.0/{subnet}"}, "oob": {"subnet": f"10.64.0.0/{subnet}"}},
    )


@pytest.mark.parametrize("network", ["oob", "management"])
@pytest.mark.parametrize("pods", [*PUBLISHED, 16])
def test_subnets_keep_apart_within_their_root(network: str, pods: int) -> None:
    plan = breakout(network, pods)
    root = cluster_of(nodes=1).network(network).subnet.supernet(new_prefix=8).subnets(new_prefix=plan.root)
    within = next(iter(root))
    cut = [subnet for subnet, _ in plan.cut(within)]
    assert all(subnet.subnet_of(within) for subnet in cut)
    assert all(a.broadcast_address < z.network_address for a, z in pairwise(cut))
    assert {pod for _, pod in plan.cut(within)} - {0} == set(range(1, pods + 1))


def test_a_plan_says_what_was_read_and_a_small_network_is_refused() -> None:
    fits = yaml.safe_load(artifacts(plant_of(gb200(1, "20")))["site/mission-control-subnets.yaml"])["networking"]
    assert (fits["oob_prefix"]["root"], fits["oob_prefix"]["basis"]) == ("10.64.0.0/21", "read")
    assert fits["oob_prefix"]["subnets"][0] == {"subnet": "10.64.0.0/23", "pod": 1}
    cluster = gb200(2, "21", nodes=145)  # as many as have addresses there
    small = yaml.safe_load(artifacts(plant_of(cluster))["site/mission-control-subnets.yaml"])["networking"]
    why = "networks.oob.subnet 10.64.0.0/21 is too small: 2 pods of Mission Control take a /20"
    assert small["oob_prefix"] == {"refused": why}
    (proof,) = prove_breakout(cluster)
    assert proof.findings[0].message == why
    assert proof.holds


def test_other_systems_have_no_such_plan(pod1: Cluster) -> None:
    assert artifacts(plant_of(pod1)) == {}
    assert list(prove_breakout(pod1)) == []
