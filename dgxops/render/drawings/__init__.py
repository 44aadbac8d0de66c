"""Drawings for people, as SVG: rack elevations, fabrics, and what is on the back of a system."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render.drawings import fabrics, nodes, racks


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/*.svg."""
    return racks.artifacts(cluster) | fabrics.artifacts(cluster) | nodes.artifacts(cluster)
