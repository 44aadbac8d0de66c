"""The release held against the systems: an operating system that NVIDIA supports on them."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.findings import doubtful
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof
from dgxops.model.release import Release, Repository
from dgxops.model.system import System


def release(cluster: Cluster) -> Proof:
    """DGX OS of the release is one that runs on every system; a warning, as sites keep old systems on at their risk.

    So are a driver that NVIDIA keeps up no longer, a release that was never tried, and packages that nobody serves.
    """
    one, mirror = cluster.release, cluster.site.mirror
    wanted = one.dgx_os
    unsupported = [_unsupported(s, wanted) for s in cluster.systems if s.os.releases and wanted not in s.os.releases]
    unserved = [_unserved(r) for r in one.repositories if r.at(mirror) is None]
    findings = (*unsupported, *_unlisted(one), *_untested(one), *unserved)
    systems = ", ".join(s.name for s in cluster.systems)
    text = f"DGX OS {wanted} for {systems}" if not unsupported else f"DGX OS {wanted} is not supported everywhere"
    figures: dict[str, int | float | str] = {
        "dgx_os": wanted,
        "driver_branch": one.versions.driver_branch,
        "unsupported": len(unsupported),
    }
    return Proof("release", text, figures, findings)


def _unsupported(system: System, wanted: str) -> Finding:
    evidence = f"it runs {', '.join(system.os.releases)}"
    repair = "choose a release with one of these, or keep the systems on the distribution alone"
    return doubtful("release", f"DGX OS {wanted} does not support a {system.name}", evidence=evidence, repair=repair)


def _unlisted(one: Release) -> Iterator[Finding]:
    if one.branch is None:
        message = f"NVIDIA's tables do not list driver branch {one.versions.driver_branch}"
        yield doubtful("release", message, evidence=f"release {one.id}", repair="choose a branch that is kept up")


def _untested(one: Release) -> Iterator[Finding]:
    if not one.tested_on:
        message = f"release {one.id} was not tested as a whole"
        yield doubtful("release", message, evidence="it names no distribution", repair="try it on a few nodes first")


def _unserved(repository: Repository) -> Finding:
    message = f"no public archive has {repository.purpose}"
    evidence = f"repository {repository.name} is at {repository.address}"
    return doubtful("release", message, evidence=evidence, repair="say site.mirror and put the packages there")
