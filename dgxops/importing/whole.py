"""Parts together: one kind of nodes is a cluster, several are groups of one; then what all of them share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dgxops.importing.facts import Role, Sources
from dgxops.importing.inferred import Inferred, OnePart
from dgxops.importing.inventory import without_role
from dgxops.importing.partitions import partitions
from dgxops.importing.subnets import subnets

_GROUP = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")


def whole(sources: Sources, parts: Sequence[OnePart]) -> Inferred:
    """All keys, but for names and counts of what is no node, which the cables must tell."""
    found = Inferred(parts=list(parts))
    if len(parts) == 1:
        found.values, found.open = dict(parts[0].values), list(parts[0].open)
    else:
        _named(parts)
        found.open += [f"group {part.value('name')}: {what}" for part in parts for what in part.open]
    subnets(found, sources)
    partitions(found, sources)
    _storage(found, sources)
    found.open += without_role(sources.hosts)
    return found


def _storage(found: Inferred, sources: Sources) -> None:
    """A shared home, which two heads need for Slurm's state, and who serves it."""
    servers = [name for name in sources.with_role(Role.NFS) if name not in sources.with_role(Role.HEAD)]
    server = servers[0] if len(servers) == 1 else "managed"
    why = "A shared home, which two heads need for Slurm's state; could not be inferred"
    if server != "managed":
        why = f"the inventory says that {server} serves NFS; that it serves /home is assumed"
    found.values["storage"] = [{"name": "home", "kind": "nfs", "mount": "/home", "server": server}], why


def _named(parts: Sequence[OnePart]) -> None:
    """A name for every group: what its nodes' names begin with, or else its platform."""
    taken: set[str] = set()
    for part in parts:
        template = str(part.value("naming.node"))
        begins = template.partition("{")[0].rstrip("-").lower()
        kind = "group" if part.alike else part.kind.system.id
        name = begins if _GROUP.fullmatch(begins) else re.sub(r"[^a-z0-9]+", "-", kind)[:20].strip("-")
        why = "what its nodes' names begin with" if name == begins else "called after its platform"
        names = [name, *(f"{name[:17]}-{n}" for n in range(2, 9))]
        free = next(n for n in names if n not in taken)
        taken.add(free)
        part.values = {"name": (free, why), **part.values}
        if template == f"{free}-{{index:03d}}":
            del part.values["naming.node"]
