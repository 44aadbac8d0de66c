"""Which InfiniBand fabrics no UFM of the design manages: their subnet manager must come from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind
from dgxops.model.node import HostRole


def without_ufm(cluster: Cluster) -> tuple[Fabric, ...]:
    """Those that no UFM of the design manages, whoever else does.

    A compute fabric is managed, too, where there are appliances and nobody knows on which of its ports they are.
    """
    with_ufm = {host.group for host in cluster.hosts if host.role is HostRole.UFM}
    linked = {f.group for f in cluster.fabrics for link in f.links if link.kind is LinkKind.UFM}
    somewhere = with_ufm - linked
    return tuple(
        fabric
        for fabric in cluster.fabrics
        if fabric.protocol == "infiniband" and fabric.switches
        if not any(link.kind is LinkKind.UFM for link in fabric.links)
        if fabric.kind != "compute" or fabric.group not in somewhere
    )  # fmt: skip


def unmanaged(cluster: Cluster) -> tuple[Fabric, ...]:
    """Those of which the site does not say either that it brings a subnet manager itself."""
    own = {group.name: group.managed_elsewhere for group in cluster.groups}
    return tuple(fabric for fabric in without_ufm(cluster) if fabric.kind not in own[fabric.group])


def sources(fabric: Fabric) -> str:
    """What may run one: a switch does where it has an operating system to run it on."""
    runs = any(switch.management for switch in fabric.switches)
    return "UFM, OpenSM on a host with a port on it" + (", or a switch that can run one" if runs else "")


def undesigned(cluster: Cluster) -> Iterator[str]:
    """A line a fabric, for the bill of materials."""
    for fabric in unmanaged(cluster):
        yield f"No UFM is designed for {fabric.name}: its subnet manager must come from elsewhere ({sources(fabric)})."
    for group in cluster.groups:
        yield from (f"That of {kind} is brought by the site (design.ufm)." for kind in group.managed_elsewhere)
