"""Drawings for people, as SVG: rack elevations, fabrics, and what is on the back of a system."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render.drawings import fabrics, nodes, racks, svg
from dgxops.render.stamp import stamp


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/*.svg, each with the digest of the design that it shows."""
    made = racks.artifacts(cluster) | fabrics.artifacts(cluster) | nodes.artifacts(cluster)
    words = f"design {stamp(cluster)}"
    return {path: svg.stamped(drawing, words) for path, drawing in made.items()}
