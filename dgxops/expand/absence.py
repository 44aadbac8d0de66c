"""Which systems are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.model.absence import Absence, Away
from dgxops.model.node import Host

if TYPE_CHECKING:
    from dgxops.spec.schema import Absent


def marked(hosts: Sequence[Host], absent: Sequence[Absent]) -> list[Host]:
    """The hosts, those that are away marked so; nothing else about them changes."""
    away = {
        name: Absence(Away(entry.kind), entry.reason, entry.since)
        for entry in absent
        for name in NodeSet(entry.node, resolver=RESOLVER_NOGROUP)
    }
    return [replace(host, absence=away[host.name]) if host.name in away else host for host in hosts]
