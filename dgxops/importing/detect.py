"""What a file is, by what stands in it; and reading it as that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dgxops.errors import DgxopsError
from dgxops.importing import addresses, cables, fabric, inventory, scontrol, slurm
from dgxops.importing.facts import Settings, Sources
from dgxops.importing.text import fault, text_of


class What(StrEnum):
    """A kind of source; the value is also the name of the option that forces it."""

    CABLES = "cables"
    FABRIC = "ibnetdiscover"
    NODES = "scontrol"
    PARTITIONS = "partitions"
    SETTINGS = "config"
    INVENTORY = "inventory"
    ADDRESSES = "addresses"


PARSERS: Mapping[What, Callable[[str, str], tuple[Any, ...]]] = {
    What.CABLES: cables.parse,
    What.FABRIC: fabric.parse,
    What.NODES: scontrol.parse,
    What.PARTITIONS: slurm.partitions,
    What.SETTINGS: slurm.settings,
    What.INVENTORY: inventory.parse,
    What.ADDRESSES: addresses.parse,
}
WORDS: Mapping[What, tuple[str, str]] = {
    What.CABLES: ("a cable list", "cables"),
    What.FABRIC: ("output of ibnetdiscover", "cables"),
    What.NODES: ("output of scontrol show node", "nodes"),
    What.PARTITIONS: ("output of scontrol show partition", "partitions"),
    What.SETTINGS: ("output of scontrol show config", "cluster"),
    What.INVENTORY: ("an Ansible inventory", "hosts"),
    What.ADDRESSES: ("a list of addresses", "addresses"),
}
"""What a file was taken for, and what was counted in it."""

_SIGNS: Sequence[tuple[What | None, str]] = (
    (What.SETTINGS, r"^(Configuration data as of|ClusterName\s+=\s)"),
    (What.PARTITIONS, r"^PartitionName=\S+(\s*$|\s+Allow)"),
    (What.NODES, r"^NodeName=\S+\s+(Arch=|CoresPerSocket=)"),
    (None, r"^(NodeName|PartitionName|ClusterName|SlurmctldHost)="),
    (What.FABRIC, r"^(#\s*Topology file:|switchguid=0x|caguid=0x|(SW|CA|RT)\s+\d+\s+\d+\s+0x)"),
    (What.INVENTORY, r"^\[[A-Za-z0-9_.-]+(:children|:vars)?\]\s*$"),
    (What.INVENTORY, r"^[A-Za-z0-9_.-]+:\s*(#.*)?\n(\s*(#.*)?\n)*\s+(hosts|children|vars):"),
)
"""The first line of a form that is found says what the file is; None: a slurm.conf."""

_HINT = "say it: " + ", ".join(f"--{what}" for what in What)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file, what it was taken for, and how much of that is in it."""

    file: str
    what: What
    found: tuple[Any, ...]

    def __str__(self) -> str:
        kind, counted = WORDS[self.what]
        return f"{self.file}: {kind}, {len(self.found)} {counted}"


def take(name: str, data: bytes, what: What | None = None) -> Taken:
    """A file's content as what it is said to be, or as what it looks like.

    Raises:
        InputError: it is nothing that is known, or damaged.
    """
    text = text_of(name, data)
    kind = what or kind_of(name, text)
    return Taken(name, kind, PARSERS[kind](name, text))


def kind_of(name: str, text: str) -> What:
    """What the text is.

    Raises:
        InputError: none of the forms that are known.
    """
    for what, sign in _SIGNS:
        if match := re.search(sign, text, re.MULTILINE):
            if what is None:
                hint = "give what `scontrol show node`, `show partition` and `show config` print"
                raise fault(name, text.count("\n", 0, match.start()) + 1, "is a slurm.conf, which is not read", hint)
            return what
    kind = _table(text.partition("\n")[0])
    if kind is None:
        raise fault(name, 1, "is nothing that is recognised", _HINT)
    return kind


def _table(header: str) -> What | None:
    """Which list a header begins."""
    words = {re.sub(r"[^a-z0-9]", "", word.lower()) for word in re.split(r"[,;\t]", header)}
    if cables.names_both(words):
        return What.CABLES
    return What.ADDRESSES if addresses.names_one(words) else None


def together(taken: Sequence[Taken]) -> Sources:
    """All that was read; of several configurations of Slurm there can be only one."""

    def of(*kinds: What) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(one for t in taken if t.what in kinds for one in t.found))

    configs = of(What.SETTINGS)
    if len(configs) > 1:
        raise DgxopsError("two files are outputs of scontrol show config", hint="give one cluster's")
    for what in (What.NODES, What.PARTITIONS, What.INVENTORY):
        twice = [name for name, count in Counter(one.name for one in of(what)).items() if count > 1]
        if twice:
            raise DgxopsError(f"{twice[0]} stands twice, and differently, in {WORDS[what][0]}")
    return Sources(
        cables=of(What.CABLES, What.FABRIC),
        nodes=of(What.NODES),
        hosts=of(What.INVENTORY),
        partitions=of(What.PARTITIONS),
        addresses=of(What.ADDRESSES),
        settings=configs[0] if configs else Settings(),
    )
