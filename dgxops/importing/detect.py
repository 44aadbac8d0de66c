"""What a file is, by what stands in it; and reading it as that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dgxops.errors import DgxopsError
from dgxops.importing import addresses, cables, fabric, inventory, mapping, scontrol, slurm, workbook
from dgxops.importing.facts import Settings, Sources
from dgxops.importing.table import Words, header_of, table
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
    MAPPING = "mapping"


PARSERS: Mapping[What, Callable[[str, str], tuple[Any, ...]]] = {
    What.CABLES: cables.parse,
    What.FABRIC: fabric.parse,
    What.NODES: scontrol.parse,
    What.PARTITIONS: slurm.partitions,
    What.SETTINGS: slurm.settings,
    What.INVENTORY: inventory.parse,
    What.ADDRESSES: addresses.parse,
    What.MAPPING: mapping.parse,
}
_LEAVING: Mapping[What, Callable[[str, str, list[str]], tuple[Any, ...]]] = {
    What.CABLES: cables.parse,
    What.FABRIC: fabric.parse,
}
"""Those that go on without what has no name, and say so."""
WORDS: Mapping[What, tuple[str, str]] = {
    What.CABLES: ("a cable list", "cables"),
    What.FABRIC: ("output of ibnetdiscover", "cables"),
    What.NODES: ("output of scontrol show node", "nodes"),
    What.PARTITIONS: ("output of scontrol show partition", "partitions"),
    What.SETTINGS: ("output of scontrol show config", "cluster"),
    What.INVENTORY: ("an Ansible inventory", "hosts"),
    What.ADDRESSES: ("a list of addresses", "addresses"),
    What.MAPPING: ("a mapping file of Cable Validation", "ports"),
}
"""What a file was taken for, and what was counted in it."""

_HEADERS: Mapping[What, Callable[[Words], bool]] = {
    What.CABLES: cables.names_both,
    What.ADDRESSES: addresses.names_one,
    What.MAPPING: mapping.is_header,
}
"""Lists that a header begins: what the words of one must be."""

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
    """A file, what it was taken for, and how much of that is in it; a sentence for everything that was left out."""

    file: str
    what: What
    found: tuple[Any, ...]
    left: tuple[str, ...] = ()

    def __str__(self) -> str:
        kind, counted = WORDS[self.what]
        return f"{self.file}: {kind}, {len(self.found)} {counted}"


def take(name: str, data: bytes, what: What | None = None) -> Taken:
    """A file's content as what it is said to be, or as what it looks like; a workbook is its sheets together.

    Raises:
        InputError: it is nothing that is known, or damaged.
    """
    if data.startswith(workbook.MAGIC):
        return _sheets(name, data, what)
    return _taken(name, text_of(name, data), what)


def _taken(name: str, text: str, what: What | None) -> Taken:
    kind = what or kind_of(name, text)
    left: list[str] = []
    found = _LEAVING[kind](name, text, left) if kind in _LEAVING else PARSERS[kind](name, text)
    return Taken(name, kind, found, tuple(left))


def _sheets(name: str, data: bytes, what: What | None) -> Taken:
    """Sheets of one kind of list, cables where there are some; the others are told, and those with a header alone."""
    texts = {f"{name} [{title}]": text for title, text in workbook.sheets(name, data).items()}
    kinds = {title: _table(text) for title, text in texts.items()}
    wanted = what or next((kind for kind in _HEADERS if kind in kinds.values()), None)
    taken: list[Taken] = []
    left: list[str] = []
    for title, text in texts.items():
        if wanted is None or kinds[title] is not wanted:
            left.append(f"{title}: this sheet was left out, as {_called(kinds[title])}")
        elif not table(title, text, _HEADERS[wanted]).rows:
            left.append(f"{title}: this sheet has a header alone")
        else:
            taken.append(_taken(title, text, wanted))
    if not taken or wanted is None:
        raise fault(name, 0, "has no sheet with a list that is recognised", _HINT)
    found = tuple(one for t in taken for one in t.found)
    return Taken(name, wanted, found, (*left, *(one for t in taken for one in t.left)))


def _called(kind: What | None) -> str:
    return f"it is {WORDS[kind][0]}" if kind else "nothing in it is recognised"


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
    kind = _table(text)
    if kind is None:
        raise fault(name, 1, "is nothing that is recognised", _HINT)
    return kind


def _table(text: str) -> What | None:
    """Which list a header near the top begins."""
    return next((what for what, is_header in _HEADERS.items() if header_of(text, is_header)), None)


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
    left = [one for t in taken for one in t.left]
    devices = of(What.MAPPING)
    return Sources(
        cables=mapping.mapped(of(What.CABLES, What.FABRIC), devices, left),
        nodes=of(What.NODES),
        hosts=of(What.INVENTORY),
        partitions=of(What.PARTITIONS),
        addresses=of(What.ADDRESSES),
        settings=configs[0] if configs else Settings(),
        left=tuple(left),
    )
