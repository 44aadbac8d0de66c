"""Package repositories of a system: every text in braces filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgxops.model.cluster import Cluster
from dgxops.model.release import DISTRIBUTIONS, Release, Repository
from dgxops.model.system import System

OF_THE_DISTRIBUTION = ("debian", "debian-security", "ubuntu")
"""What every machine has, and ``dgx_os_mirror`` moves."""
_MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}
_SERVER = {"x86_64": "x86_64", "aarch64": "sbsa"}


def repositories(cluster: Cluster, system: System) -> tuple[dict[str, object], ...]:
    """Those of NVIDIA's stack whose key and place are known, as ``dgx_os_repositories`` takes them.

    None for a system that the DGX OS of the release does not run on: it is kept on its distribution alone.
    """
    if not has_stack(cluster, system):
        return ()
    words = _words(cluster.release, system)
    return tuple(_filled(cluster.release.repositories, cluster.site.mirror, words))


def codename(cluster: Cluster, system: System) -> str | None:
    """The distribution that these repositories are for; None where there are none."""
    return DISTRIBUTIONS[cluster.release.dgx_os][0] if has_stack(cluster, system) else None


def has_stack(cluster: Cluster, system: System) -> bool:
    """Whether NVIDIA's stack of the release is put on a system: on a site's own one that its DGX OS supports."""
    return not cluster.rented and cluster.release.dgx_os in system.os.releases


def _filled(every: tuple[Repository, ...], mirror: str | None, words: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for one in every:
        address, key = one.at(mirror), one.key_at(mirror)
        if (
            one.name in OF_THE_DISTRIBUTION
            or address is None
            or key is None
            or ("{doca}" in address and not words["doca"])
        ):
            continue
        yield {
            "name": one.name,
            "address": _fill(address, words),
            "suites": [_fill(suite, words) for suite in one.suites],
            "components": list(one.components),
            "key": _fill(key, words),
        }


def _fill(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def _words(release: Release, system: System) -> dict[str, str]:
    codename, dotted = DISTRIBUTIONS[release.dgx_os]
    return {
        "codename": codename,
        "dotted": dotted,
        "number": dotted.replace(".", ""),
        "machine": _MACHINE[system.arch],
        "server": _SERVER[system.arch],
        "doca": release.versions.doca or "",
    }
