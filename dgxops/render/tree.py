"""The whole rendered tree."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render import (
    cabling,
    chrony,
    dhcp,
    dns,
    drawings,
    exports,
    hosts_file,
    imex,
    inventory,
    rented,
    site,
    slurm,
)
from dgxops.render.cabling.plant import plant_of
from dgxops.render.write import Artifact

_FAMILIES = (inventory, hosts_file, dns, dhcp, chrony, slurm, imex, site, drawings)
_OF_THE_PLANT = (cabling, exports)
_RENTED = (inventory, hosts_file, chrony, slurm, rented)


def render(cluster: Cluster) -> dict[str, Artifact]:
    """Every file below rendered/, by path; the same bytes for the same cluster, always.

    Of rented machines there is nothing to cable, to rack or to buy, and no file says so.
    """
    made: dict[str, Artifact] = {}
    for family in _RENTED if cluster.rented else _FAMILIES:
        made |= family.artifacts(cluster)
    if not cluster.rented:
        plant = plant_of(cluster)
        for other in _OF_THE_PLANT:
            made |= other.artifacts(plant)
    return dict(sorted(made.items()))
