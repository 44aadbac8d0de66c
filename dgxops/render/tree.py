"""The whole rendered tree."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render import cabling, chrony, dhcp, dns, drawings, exports, hosts_file, inventory, site, slurm
from dgxops.render.cabling.plant import plant_of
from dgxops.render.write import Artifact

_FAMILIES = (inventory, hosts_file, dns, dhcp, chrony, slurm, site, drawings)
_OF_THE_PLANT = (cabling, exports)


def render(cluster: Cluster) -> dict[str, Artifact]:
    """Every file below rendered/, by path; the same bytes for the same cluster, always."""
    made: dict[str, Artifact] = {}
    for family in _FAMILIES:
        made |= family.artifacts(cluster)
    plant = plant_of(cluster)
    for other in _OF_THE_PLANT:
        made |= other.artifacts(plant)
    return dict(sorted(made.items()))
