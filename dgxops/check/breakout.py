"""Mission Control's plan of subnets: whether the networks of the spec hold it."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.findings import doubtful, many
from dgxops.model.breakout import breakout
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof
from dgxops.render.exports.breakout import applies, refusal

NAME = "breakout"
_NETWORKS = ("oob", "management")


def prove_breakout(cluster: Cluster) -> Iterator[Proof]:
    """One proof for NVL72 racks, with a warning a network that is too small: not every site uses the plan.

    Where the networks are cut by it, their addresses are held to it with all others (:mod:`dgxops.check.addresses`).
    """
    if not applies(cluster):
        return
    if followed := [n for n in cluster.networks if n.parts]:
        used = sum(bool(part.holds) for n in followed for part in n.parts)
        parts = sum(len(n.parts) for n in followed)
        text = f"{many(len(followed), 'network')} cut by Mission Control's plan: {many(parts, 'subnet')}, {used} in use"
        yield Proof(NAME, text, {"pods": max(p.pod for n in followed for p in n.parts), "subnets": parts, "used": used})
        return
    pods = cluster.scalable_units
    refused = [why for network in _NETWORKS if (why := refusal(cluster, network))]
    roots = " and ".join(f"/{breakout(network, pods).root}" for network in _NETWORKS)
    text = f"Mission Control's subnets for {many(pods, 'pod')}: {roots}" + (", too large here" if refused else ", held")
    findings = tuple(doubtful(NAME, why, repair="a wider subnet, if Mission Control shall use it") for why in refused)
    yield Proof(NAME, text, {"pods": pods, "refused": len(refused)}, findings)
