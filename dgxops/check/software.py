"""The release held against the systems: an operating system that NVIDIA supports on them."""

from __future__ import annotations

from dgxops.check.findings import doubtful
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof
from dgxops.model.system import System


def release(cluster: Cluster) -> Proof:
    """DGX OS of the release is one that runs on every system; a warning, as sites keep old systems on at their risk."""
    wanted = cluster.release.dgx_os
    findings = tuple(_unsupported(s, wanted) for s in cluster.systems if s.os.releases and wanted not in s.os.releases)
    systems = ", ".join(s.name for s in cluster.systems)
    text = f"DGX OS {wanted} for {systems}" if not findings else f"DGX OS {wanted} is not supported everywhere"
    return Proof("release", text, {"dgx_os": wanted, "unsupported": len(findings)}, findings)


def _unsupported(system: System, wanted: str) -> Finding:
    evidence = f"it runs {', '.join(system.os.releases)}"
    repair = "choose a release with one of these, or keep the systems on the distribution alone"
    return doubtful("release", f"DGX OS {wanted} does not support a {system.name}", evidence=evidence, repair=repair)
