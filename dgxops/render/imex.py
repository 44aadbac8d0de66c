"""IMEX domains: who shares memory over NVLink, as nvidia-imex reads it (/etc/nvidia-imex/nodes_config.cfg)."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.model.imex import ImexDomain


def artifacts(cluster: Cluster) -> dict[str, str]:
    """One file a domain, the same on all its trays: their in-band addresses, a line each.

    The service waits for every address of the file, so that trays that are away are not in it.
    """
    return {
        nodes_file(domain): "".join(f"{host.management_ip}\n" for host in domain.present)
        for domain in cluster.imex_domains
    }


def nodes_file(domain: ImexDomain) -> str:
    """Where the file of a domain is in the rendered tree."""
    return f"files/imex/{domain.name}/nodes_config.cfg"
