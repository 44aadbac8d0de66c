"""Everything that is proved of one cluster, offline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from dgxops.check import places
from dgxops.check.addresses import prove_addresses
from dgxops.check.fabric import prove_fabrics
from dgxops.check.git import Committed
from dgxops.check.growth import growth
from dgxops.check.slurm.lint import lint, version_of
from dgxops.check.slurm.truth import of_cluster
from dgxops.model.cluster import Cluster
from dgxops.model.proof import CheckReport, Proof
from dgxops.render import cabling, site, slurm


def check(cluster: Cluster, committed: Committed) -> CheckReport:
    """Fabrics, addresses, names, racks, growth since ``committed``, and the Slurm files that are rendered."""
    artifacts = slurm.artifacts(cluster) | cabling.artifacts(cluster) | site.artifacts(cluster)
    return CheckReport(
        cluster.name,
        (
            *prove_fabrics(cluster),
            *prove_addresses(cluster),
            places.names(cluster),
            places.racks(cluster),
            growth(committed, artifacts),
            *prove_slurm(cluster, artifacts),
        ),
    )


def prove_slurm(cluster: Cluster, artifacts: Mapping[str, str]) -> tuple[Proof, ...]:
    """The Slurm files among ``artifacts``, held against the machines they are for."""
    texts = {PurePosixPath(p).name: text for p, text in artifacts.items() if p.startswith(f"{slurm.FOLDER}/")}
    return lint(texts, version_of(cluster.slurm.settings.version), of_cluster(cluster))
