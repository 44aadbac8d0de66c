"""Mission Control's plan of subnets: whether the networks of the spec hold it."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.findings import doubtful, many
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof
from dgxops.render.exports.breakout import applies, breakout, refusal

NAME = "breakout"
_NETWORKS = ("oob", "management")


def prove_breakout(cluster: Cluster) -> Iterator[Proof]:
    """One proof for NVL72 racks, with a warning a network that is too small: not every site uses the plan."""
    if not applies(cluster):
        return
    pods = cluster.scalable_units
    refused = [why for network in _NETWORKS if (why := refusal(cluster, network))]
    roots = " and ".join(f"/{breakout(network, pods).root}" for network in _NETWORKS)
    text = f"Mission Control's subnets for {many(pods, 'pod')}: {roots}" + (", too large here" if refused else ", held")
    findings = tuple(doubtful(NAME, why, repair="a wider subnet, if Mission Control shall use it") for why in refused)
    yield Proof(NAME, text, {"pods": pods, "refused": len(refused)}, findings)
