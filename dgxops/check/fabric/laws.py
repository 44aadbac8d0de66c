"""All laws of fabrics, in the order they are told."""

from __future__ import annotations

from dgxops.check.fabric import ports, rails, reach
from dgxops.check.fabric.view import views
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof

LAWS = (
    ports.budget,
    ports.single_use,
    ports.endpoints,
    ports.cabled,
    rails.rails,
    reach.uplinks,
    reach.bisection,
    reach.connected,
)


def prove_fabrics(cluster: Cluster) -> tuple[Proof, ...]:
    """One proof a law, over all fabrics of the cluster together."""
    seen = views(cluster)
    return tuple(law(seen) for law in LAWS)
