"""IMEX domains: each tray of an NVL72 system in one, no more in one than a rack has, and Slurm's blocks alike."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.findings import doubtful, many, wrong
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.imex import ImexDomain
from dgxops.model.proof import Proof
from dgxops.model.release import IMEX_CHANNELS_SINCE, numbers

NAME = "imex"


def prove_imex(cluster: Cluster) -> Iterator[Proof]:
    """One proof where systems share memory between nodes; none elsewhere."""
    domains = cluster.imex_domains
    if not domains:
        return
    trays = [len(domain.members) for domain in domains]
    findings = (*_too_many(domains), *_unlike_blocks(cluster, domains), *_without_channels(cluster))
    sizes = " to ".join(map(str, sorted({min(trays), max(trays)})))
    text = f"{many(len(domains), 'NVLink domain')}, one a rack, of {sizes} trays"
    yield Proof(NAME, text, {"domains": len(domains), "trays": sum(trays)}, findings)


def _too_many(domains: tuple[ImexDomain, ...]) -> Iterator[Finding]:
    for domain in domains:
        system = domain.members[0].system
        most = system.rack.trays if system and system.rack else None
        if most is not None and len(domain.members) > most:
            yield wrong(NAME, f"a rack has more than its {most} compute trays", domain.name,
                        evidence=f"{domain.name}: {len(domain.members)} trays",
                        repair="report this: racks are dgxops' own")  # fmt: skip


def _unlike_blocks(cluster: Cluster, domains: tuple[ImexDomain, ...]) -> Iterator[Finding]:
    """Slurm gives a job whole blocks: one that joins two domains, or cuts one, breaks what the job was promised."""
    blocks = {block.name: set(block.nodes) for block in cluster.slurm.blocks}
    blocks |= {block.name: set(block.nodes) for group in cluster.slurm.group_blocks for block in group.blocks}
    for domain in domains if blocks else ():
        if blocks.get(domain.name) != {host.name for host in domain.members}:
            yield wrong(NAME, "Slurm's block is not the NVLink domain", domain.name,
                        evidence=f"{domain.name}: {len(domain.members)} trays",
                        repair="report this: blocks are dgxops' own")  # fmt: skip


def _without_channels(cluster: Cluster) -> Iterator[Finding]:
    """Without a channel a job, IMEX does not tell the jobs of two users in a domain apart."""
    version = cluster.slurm.settings.version
    if numbers(version) < IMEX_CHANNELS_SINCE:
        yield doubtful(NAME, "Slurm gives jobs no IMEX channels", evidence=f"Slurm {version} has no switch/nvidia_imex",
                       repair="a release with Slurm 24.05 or later, or channels made by the site")  # fmt: skip
