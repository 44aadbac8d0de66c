"""Every InfiniBand fabric wants a subnet manager: UFM of the design, or one that the site brings."""

from __future__ import annotations

from dgxops.check.findings import doubtful
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof
from dgxops.render.subnet_managers import sources, unmanaged

NAME = "subnet manager"


def subnet_managers(cluster: Cluster) -> tuple[Proof, ...]:
    """A warning a fabric that no UFM of the design manages; no proof at all where there is none such."""
    found = unmanaged(cluster)
    statement = f"no UFM in the design for {', '.join(fabric.name for fabric in found)}"
    return (Proof(NAME, statement, {"without": len(found)}, tuple(map(_finding, found))),) if found else ()


def _finding(fabric: Fabric) -> Finding:
    models = " and ".join(sorted({switch.model for switch in fabric.switches}))
    return doubtful(
        NAME,
        f"the design has no UFM for {fabric.name}: its subnet manager must come from elsewhere",
        evidence=f"{len(fabric.switches)} switches, {models}",
        repair=f"plan for one ({sources(fabric)}), then say ufm.elsewhere: [{fabric.kind}] under design in cluster.yml",
    )
