"""Rented machines: their addresses and places for people, for Topograph and for the variables of each host."""

from __future__ import annotations

from dataclasses import fields

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host
from dgxops.model.placement import Placement
from dgxops.render import csv_text, site
from dgxops.render.exports import topograph

_PLACES = tuple(field.name for field in fields(Placement))


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/addresses.csv, site/placement.csv, site/summary.json and site/topograph.yaml."""
    columns = [key for key in _PLACES if any(getattr(h.placement, key) for h in cluster.hosts)]
    rows = ((h.name, h.role.value, *(getattr(h.placement, key) for key in columns)) for h in cluster.hosts)
    return {
        "site/addresses.csv": site.addresses_csv(cluster),
        "site/placement.csv": csv_text.dump(("name", "role", *columns), rows),
        "site/summary.json": site.summary_json(cluster),
        "site/topograph.yaml": topograph.model(cluster),
    }


def place(host: Host, placement: Placement) -> dict[str, object]:
    """Who the host is and where the provider says it stands."""
    known: dict[str, object] = {"role": host.role.value}
    if host.system:
        known |= {"system": host.system.id, "shape": host.system.shape}
    known |= dict(placement.said())
    rails = [
        {"rail": a.rail, "interface": a.interface, "address": f"{a.ip}/{a.prefix}"}
        for a in host.addresses_on("compute")
    ]
    return known | ({"rails": rails} if rails else {})
