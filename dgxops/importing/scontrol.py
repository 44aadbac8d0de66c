"""The output of ``scontrol show node`` -> nodes. Keys: scontrol(1), Slurm 24.11."""

from __future__ import annotations

import re

from dgxops.importing.facts import SeenNode
from dgxops.importing.text import fault

_GPU = re.compile(r"(?:^|,)gpu(?::([\w.-]*[A-Za-z][\w.-]*))?:(\d+)(?![\w.-])")
_FREE = re.compile(r"^\s*(OS|Reason|Comment|AdminComment|Extra)=.*$", re.MULTILINE)  # may hold what looks like a key
_PAIR = re.compile(r"(?:^|\s)([A-Za-z]+)=(\S*)")


def parse(name: str, text: str) -> tuple[SeenNode, ...]:
    """One node a block that begins with NodeName=; also the form of ``--oneliner``.

    Raises:
        InputError: no such block, or one that is cut short.
    """
    starts = [match.start() for match in re.finditer(r"^NodeName=", text, re.MULTILINE)]
    if not starts:
        raise fault(name, 1, "has no node", "scontrol show node prints a block NodeName=... a node")
    ends = [*starts[1:], len(text)]
    return tuple(_node(name, text, start, end) for start, end in zip(starts, ends, strict=True))


def _node(name: str, text: str, start: int, end: int) -> SeenNode:
    pairs = dict(reversed(_PAIR.findall(_FREE.sub("", text[start:end]))))  # of a key that stands twice, the first
    gpus = _GPU.findall(pairs.get("Gres", ""))
    try:
        sockets, cores, threads, memory = (
            int(pairs[key]) for key in ("Sockets", "CoresPerSocket", "ThreadsPerCore", "RealMemory")
        )
    except (KeyError, ValueError) as error:
        line = text.count("\n", 0, start) + 1
        raise fault(name, line, f"{pairs['NodeName'] or 'a node'} is cut short or misread: {error}") from None
    return SeenNode(
        pairs["NodeName"],
        pairs.get("NodeAddr", ""),
        sockets,
        cores,
        threads,
        memory,
        "+".join(dict.fromkeys(kind for kind, _ in gpus)),
        sum(int(count) for _, count in gpus),
        tuple(p for p in pairs.get("Partitions", "").split(",") if p),
    )
