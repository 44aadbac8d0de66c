"""The whole rendered tree."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render import cabling, chrony, hosts_file, inventory, site, slurm
from dgxops.render.write import Artifact

_FAMILIES = (inventory, hosts_file, chrony, slurm, cabling, site)


def render(cluster: Cluster) -> dict[str, Artifact]:
    """Every file below rendered/, by path; the same bytes for the same cluster, always."""
    made: dict[str, Artifact] = {}
    for family in _FAMILIES:
        made |= family.artifacts(cluster)
    return dict(sorted(made.items()))
