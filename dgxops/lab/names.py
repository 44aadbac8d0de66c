"""Machine names, folded for people and picked by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetException

from dgxops.errors import DgxopsError
from dgxops.lab.machine import LabMachine


def fold(names: Iterable[str]) -> str:
    """``dgx-[001-004],head-01``"""
    return str(NodeSet.fromlist(list(names), resolver=RESOLVER_NOGROUP))


def pick(machines: Sequence[LabMachine], expression: str) -> tuple[LabMachine, ...]:
    """The machines that a folded expression names; DgxopsError for one that is not among them."""
    try:
        wanted = set(NodeSet(expression, resolver=RESOLVER_NOGROUP))
    except NodeSetException as error:
        raise DgxopsError(f"{expression!r} is no set of machine names: {error}") from None
    unknown = wanted - {m.name for m in machines}
    if unknown or not wanted:
        there = fold(m.name for m in machines)
        raise DgxopsError(f"no machine {fold(unknown) or expression!r}", hint=f"there are {there}")
    return tuple(m for m in machines if m.name in wanted)
