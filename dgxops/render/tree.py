"""The whole rendered tree."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render import cabling, chrony, drawings, hosts_file, inventory, site, slurm

_FAMILIES = (inventory, hosts_file, chrony, slurm, cabling, site, drawings)


def render(cluster: Cluster) -> dict[str, str]:
    """Every file below rendered/, by path; the same text for the same cluster, always."""
    made: dict[str, str] = {}
    for family in _FAMILIES:
        made |= family.artifacts(cluster)
    return dict(sorted(made.items()))
