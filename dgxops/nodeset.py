"""Many host names as one folded text."""

from __future__ import annotations

from collections.abc import Iterable

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet


def fold(names: Iterable[str]) -> str:
    """``dgx-[001-004],head-01``; groups of this machine's own ClusterShell configuration never take part."""
    return str(NodeSet.fromlist(list(names), resolver=RESOLVER_NOGROUP))
