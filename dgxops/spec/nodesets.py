"""Node sets that a person writes, looked at before ClusterShell sees them.

ClusterShell takes ``n;rm -rf /`` for a name, works for a minute on ``n[0-9999999]`` and looks ``@groups`` up in the
configuration of the machine it runs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.spec.messages import meant

MOST_NODES = 4096

_ITEM = re.compile(r"[A-Za-z0-9-]*(\[[0-9]{1,6}(-[0-9]{1,6})?(,[0-9]{1,6}(-[0-9]{1,6})?)*\][A-Za-z0-9-]*)*")
_RANGES = re.compile(r"\[([0-9,-]+)\]")
_OUTSIDE_BRACKETS = re.compile(r",(?![^\[]*\])")


def expand_nodes(text: str) -> tuple[str, ...]:
    """Names in the node set ``text``, in order.

    Raises:
        ValueError: it is not a plain node set, or a very large one; the message says why.
    """
    items = [item.strip() for item in _OUTSIDE_BRACKETS.split(text)]
    for item in items:
        if not item or not _ITEM.fullmatch(item):
            raise ValueError(f"{item!r} is not a node name or a node set" if item else "names no node")
    if sum(_size(item) for item in items) > MOST_NODES:
        raise ValueError(f"holds more than {MOST_NODES} names")
    return tuple(NodeSet(",".join(items), resolver=RESOLVER_NOGROUP))


def _size(item: str) -> int:
    """How many names an item stands for.

    Raises:
        ValueError: a range runs backwards.
    """
    size = 1
    for ranges in _RANGES.findall(item):
        size *= sum(_length(part) for part in ranges.split(","))
    return size


def _length(part: str) -> int:
    first, _, last = part.partition("-")
    length = int(last or first) - int(first) + 1
    if length < 1:
        raise ValueError(f"the range {part} runs backwards")
    return length


def like(name: str, names: Iterable[str]) -> str:
    """A hint for a name that is none of ``names``: the one with the same number, or all of them."""
    names = tuple(names)
    close = meant(name, [other for other in names if _number(other) == _number(name)])
    return close or f"its nodes are {fold(names)}"


def _number(name: str) -> int | None:
    """The last number in a name, whatever its zeros."""
    digits = re.findall(r"[0-9]{1,9}", name)
    return int(digits[-1]) if digits else None


def fold(names: Iterable[str]) -> str:
    """Host names as one node set: dgx-[001-031]; side by side where a template makes names that no host can have."""
    names = list(names)
    if not all(name and _ITEM.fullmatch(name) for name in names):
        return ", ".join(map(repr, names[:3])) + (" and so on" if len(names) > 3 else "")
    return str(NodeSet.fromlist(names, resolver=RESOLVER_NOGROUP))
