"""DHCP reservations for every hardware address that is known (files/dhcp/): for Kea, and for dnsmasq."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.render.dhcp import dnsmasq, kea

FOLDER = "files/dhcp"


def artifacts(cluster: Cluster) -> dict[str, str]:
    """files/dhcp/kea-subnet4.json and dnsmasq.conf; nothing where there is no hardware.csv."""
    if not cluster.hardware:
        return {}
    return {f"{FOLDER}/kea-subnet4.json": kea.subnets(cluster), f"{FOLDER}/dnsmasq.conf": dnsmasq.conf(cluster)}
