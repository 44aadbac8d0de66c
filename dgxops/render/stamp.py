"""A short digest of a cluster's design, printed on every drawing: sheets that bear the same one belong together.

It follows from what stands where and what is cabled to what, and from nothing else: no date, no revision of dgxops, and
not from who is absent, whose place is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from dgxops.model.cluster import Cluster

_DIGITS = 8


def stamp(cluster: Cluster) -> str:
    """Eight hexadecimal digits."""
    return hashlib.sha256("\n".join(_design(cluster)).encode()).hexdigest()[:_DIGITS]


def _design(cluster: Cluster) -> Iterator[str]:
    for host in cluster.hosts:
        what = host.system.id if host.system else host.role.value
        yield f"{host.name} {what} {host.rack} {host.rack_unit}"
    for rack in cluster.racks:
        yield f"{rack.name} {rack.units} {rack.row} {rack.place} {rack.pdu_places} {[f.name for f in rack.fixtures]}"
    for fabric in cluster.fabrics:
        yield f"{fabric.name} {fabric.protocol} {fabric.rate_gbps}"
        yield from (f"{s.name} {s.model} {s.rack} {s.rack_unit}" for s in fabric.switches)
        yield from (link.id for link in fabric.links)
