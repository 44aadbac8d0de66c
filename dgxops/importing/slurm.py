"""The output of ``scontrol show partition`` and ``scontrol show config``. Keys: scontrol(1), Slurm 24.11."""

from __future__ import annotations

import re

from dgxops.importing.facts import SeenPartition, Settings
from dgxops.importing.text import fault
from dgxops.spec.nodesets import expand_nodes

_PAIR = re.compile(r"(?:^|\s)([A-Za-z]+)=(\S*)")
_SETTING = re.compile(r"([A-Za-z][\w]*(?:\[\d+\])?)\s*=\s*(.*)")
_CONTROLLER = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\(.*\))?")
_NULL = ("(null)", "N/A", "(none)")


def partitions(name: str, text: str) -> tuple[SeenPartition, ...]:
    """One partition a block that begins with PartitionName=; also the form of ``--oneliner``.

    Raises:
        InputError: no such block, one that is cut short, or nodes that are no node set.
    """
    starts = [match.start() for match in re.finditer(r"^PartitionName=", text, re.MULTILINE)]
    if not starts:
        raise fault(name, 1, "has no partition", "scontrol show partition prints a block PartitionName=... a partition")
    ends = [*starts[1:], len(text)]
    return tuple(_partition(name, text, start, end) for start, end in zip(starts, ends, strict=True))


def _partition(name: str, text: str, start: int, end: int) -> SeenPartition:
    pairs = dict(_PAIR.findall(text[start:end]))
    line = text.count("\n", 0, start) + 1
    called = pairs["PartitionName"] or "a partition"
    if missing := [key for key in ("Default", "MaxTime", "Nodes") if key not in pairs]:
        raise fault(name, line, f"{called} is cut short: it has no {', '.join(missing)}")
    nodes = "" if pairs["Nodes"] in _NULL else pairs["Nodes"]
    try:
        members = expand_nodes(nodes) if nodes else ()
    except ValueError as error:
        raise fault(name, line, f"{called}: Nodes={pairs['Nodes'][:60]} is no node set: {error}") from None
    return SeenPartition(called, tuple(members), pairs["Default"] == "YES", pairs["MaxTime"])


def settings(name: str, text: str) -> tuple[Settings, ...]:
    """The cluster's name, its controllers and its version.

    Raises:
        InputError: no such output, or one that names no cluster.
    """
    lines = (_SETTING.fullmatch(line.strip()) for line in text.split("\n"))
    found = {match[1]: match[2] for match in lines if match}
    cluster = found.get("ClusterName", "")
    if not cluster or cluster in _NULL:
        raise fault(name, 1, "has no ClusterName", "want all that scontrol show config prints")
    hosts = (_CONTROLLER.match(value) for key, value in sorted(found.items()) if key.startswith("SlurmctldHost["))
    return (Settings(cluster, tuple(m[1] for m in hosts if m), found.get("SLURM_VERSION", "")),)
