"""What the design leaves to the site: ports that have no cable here, and machines that it does not know of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.model.cluster import Cluster, Group
from dgxops.model.controller import BMC
from dgxops.model.node import HostRole, PortRole
from dgxops.render.hostlist import fold

_WORDS = {PortRole.INBAND: "in-band", PortRole.OOB: "out-of-band", PortRole.STORAGE: "storage"}
_MACHINE_WORDS = {PortRole.INBAND: "in-band", PortRole.OOB: f"out-of-band ({BMC})"}


def uncabled(cluster: Cluster) -> tuple[str, ...]:
    """A line a group, and one for the machines: which networks have no cable here; nothing where all are cabled.

    Rented machines have none at all, and nobody expects any.
    """
    if cluster.rented:
        return ()
    return (*(line for group in cluster.groups for line in _group(cluster, group)), *_machines(cluster))


def _group(cluster: Cluster, group: Group) -> Iterator[str]:
    nodes = [n for n in cluster.nodes if n.group == group.name and n.system and n.placement is None]
    if not nodes or nodes[0].system is None:
        return
    system = nodes[0].system
    served = {role for f in cluster.fabrics if f.group == group.name for role in f.serves}
    lacking = [
        f"{words} ({', '.join(p.name for p in ports)})"
        for role, words in _WORDS.items()
        if role.value not in served and (ports := system.ports_of(role))
    ]
    if lacking:
        who = f"{group.name} ({system.name})" if group.name else system.name
        yield f"Not designed here, to be cabled by the site: {_listed(lacking)} of {who}."


def _machines(cluster: Cluster) -> Iterator[str]:
    """The machines, where no group has the fabric that would serve all; heads and logins, where storage has its own."""
    kinds = {fabric.kind for fabric in cluster.fabrics}
    names = [h.name for h in cluster.hosts if not h.system and h.placement is None]
    lacking = [_MACHINE_WORDS[role] for role in _MACHINE_WORDS if role.value not in kinds]
    if names and lacking:
        yield f"Not designed here, to be cabled by the site: {_listed(lacking)} of {fold(names)}."
    users = [h.name for h in cluster.hosts if h.role in (HostRole.HEAD, HostRole.LOGIN)]
    if users and PortRole.STORAGE.value in kinds:
        yield f"Not designed here, to be cabled by the site: storage of {fold(users)}, if they are to mount it."


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
