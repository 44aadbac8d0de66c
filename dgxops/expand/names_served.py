"""Who serves the cluster's DNS zones, with what the spec leaves open filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgxops.expand import naming
from dgxops.model.cluster import Zones
from dgxops.model.node import HostRole

if TYPE_CHECKING:
    from dgxops.spec.schema import ClusterSpec


def zones(spec: ClusterSpec) -> Zones:
    """Servers by full name: those that are named, or the heads; a name without a dot is that of a host."""
    heads = [naming.host_name(spec.naming, HostRole.HEAD, i) for i in range(1, spec.services.head + 1)]
    servers = spec.site.zones.servers or heads
    return Zones(
        servers=tuple(name if "." in name else f"{name}.{spec.domain}" for name in map(str.lower, servers)),
        contact=spec.site.zones.contact or f"hostmaster@{spec.domain}",
        serial=spec.site.zones.serial,
    )
