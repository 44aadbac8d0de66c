"""All laws of fabrics, in the order they are told."""

from __future__ import annotations

from dgxops.check.fabric import ports, rails, reach
from dgxops.check.fabric.view import views
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof

OF_ALL = (ports.budget, ports.single_use, ports.endpoints, ports.cabled)
OF_TREES = (rails.rails, reach.uplinks, reach.bisection, reach.connected)
"""Laws of what carries data: the out-of-band fabric is no tree, and nobody minds how much it carries."""


def prove_fabrics(cluster: Cluster) -> tuple[Proof, ...]:
    """One proof a law, over all fabrics of the cluster together."""
    seen = views(cluster)
    trees = tuple(view for view in seen if not view.fabric.out_of_band)
    return (*(law(seen) for law in OF_ALL), *(law(trees) for law in OF_TREES))
