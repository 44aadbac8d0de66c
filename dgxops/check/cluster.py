"""Everything that is proved of one cluster, offline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from dgxops.check import places, software
from dgxops.check.addresses import prove_addresses
from dgxops.check.fabric import prove_fabrics
from dgxops.check.fabric.ports import ENDPOINTS
from dgxops.check.git import Committed
from dgxops.check.growth import growth
from dgxops.check.slurm.lint import lint, version_of
from dgxops.check.slurm.truth import of_cluster
from dgxops.check.unsaid import site_must_say
from dgxops.model.cluster import Cluster
from dgxops.model.proof import CheckReport, Proof
from dgxops.render import site, slurm
from dgxops.render.cabling import schedule
from dgxops.render.cabling.plant import plant_of


def check(cluster: Cluster, committed: Committed) -> CheckReport:
    """Fabrics, addresses, names, racks, growth since ``committed``, and the Slurm files that are rendered."""
    fabrics = prove_fabrics(cluster)
    return CheckReport(
        cluster.name,
        (
            *fabrics,
            *prove_addresses(cluster),
            places.names(cluster),
            places.racks(cluster),
            _growth(cluster, committed, all(p.holds for p in fabrics if p.name == ENDPOINTS) and _placed(cluster)),
            software.release(cluster),
            *site_must_say(cluster),
            *prove_slurm(cluster, slurm.artifacts(cluster)),
        ),
    )


def _growth(cluster: Cluster, committed: Committed, drawable: bool) -> Proof:
    """A cable that ends nowhere has no row in the schedule: then there is nothing to compare."""
    if not drawable:
        return Proof("growth", "not compared: some cables end nowhere, or in no rack", proved=False)
    return growth(committed, schedule.artifacts(plant_of(cluster)) | site.artifacts(cluster))


def _placed(cluster: Cluster) -> bool:
    """Whether everything stands in a rack that is there."""
    return {thing.rack for thing in places.things(cluster)} <= {rack.name for rack in cluster.racks}


def prove_slurm(cluster: Cluster, artifacts: Mapping[str, str]) -> tuple[Proof, ...]:
    """The Slurm files among ``artifacts``, held against the machines they are for."""
    texts = {PurePosixPath(p).name: text for p, text in artifacts.items() if p.startswith(f"{slurm.FOLDER}/")}
    return lint(texts, version_of(cluster.slurm.settings.version), of_cluster(cluster))
