"""topology.yaml (Slurm 25.05 and later), with the line of everything.

Source of the keys: TOPOLOGY_CONF, SWITCH_CONFIG and BLOCK_CONFIG in src/plugins/data_parser/v0.0.43/parsers.c of
slurm-25-05-8-1. Kinds of other plugins are taken as they are named and not looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import yaml

from dgxops.check.slurm.hostlist import NotAHostlist, expand
from dgxops.check.slurm.text import Fault
from dgxops.check.slurm.topology import Block, Switch, Topology

_MOST_BYTES = 4_000_000
_DEEPEST = 20
_GENERAL = ("topology", "cluster_default")
_OF_KIND = {"tree": {"switches"}, "block": {"block_sizes", "blocks"}}
_OF_ITEM = {"tree": {"switch", "children", "nodes"}, "block": {"block", "nodes"}}


def read_yaml(name: str, text: str) -> tuple[tuple[Topology, ...], list[Fault]]:
    """Every topology of the file, and what cannot be read of it."""
    faults: list[Fault] = []
    try:
        _refuse_bombs(text)
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return (), [Fault(f"{name}:{line}", f"is not YAML: {error.problem or error.context}")]
    except yaml.YAMLError as error:
        return (), [Fault(f"{name}:1", f"is not YAML: {error}")]
    if not isinstance(root, yaml.SequenceNode | yaml.MappingNode):
        return (), [Fault(f"{name}:1", "must be a topology or a list of topologies")]
    reader = _Reader(name, faults)
    return tuple(reader.topologies(root.value if isinstance(root, yaml.SequenceNode) else [root])), faults


def _refuse_bombs(text: str) -> None:
    """Bound size and depth, and refuse aliases, before anything recursive walks the text."""
    if len(text) > _MOST_BYTES:
        raise yaml.YAMLError(f"larger than {_MOST_BYTES:,} bytes")
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"an alias, or nested deeper than {_DEEPEST}")


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


class _Reader:
    """Walks the composed nodes and collects faults."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self._name = name
        self._faults = faults

    def topologies(self, items: list[yaml.Node]) -> Iterator[Topology]:
        for item in items:
            fields = self._fields(item)
            kinds = [key for key in fields if key not in _GENERAL]
            if len(kinds) != 1:
                self._fault(item, "a topology has exactly one of tree, block, flat, ring, torus3d")
                continue
            kind = kinds[0]
            made = self._topology(self._text(fields.get("topology")), kind, fields[kind])
            default = self._text(fields.get("cluster_default")).lower() == "true"
            strange = tuple(self._strange(kind, fields[kind]))
            yield replace(made, place=self._place(item), default=default, strange=strange)

    def _topology(self, name: str, kind: str, node: yaml.Node) -> Topology:
        if kind == "tree":
            return Topology(name, kind, self._name, switches=tuple(self._switches(self._fields(node))))
        if kind == "block":
            fields = self._fields(node)
            sizes = self._items(fields.get("block_sizes"))
            place = self._place(fields["block_sizes"]) if "block_sizes" in fields else ""
            blocks = tuple(self._blocks(fields))
            return Topology(name, kind, self._name, (), blocks, tuple(self._text(s) for s in sizes), place)
        return Topology(name, kind, self._name)

    def _strange(self, kind: str, node: yaml.Node) -> Iterator[tuple[str, str]]:
        """Keys that the parser of a kind does not know, in the kind and in its lists; a field is looked up exactly."""
        for key, value in _pairs(node) if kind in _OF_KIND else ():
            if key.value not in _OF_KIND[kind]:
                yield self._place(key), str(key.value)
            items = self._items(value) if key.value in ("switches", "blocks") else []
            found = (inner for item in items for inner, _ in _pairs(item))
            yield from ((self._place(k), str(k.value)) for k in found if k.value not in _OF_ITEM[kind])

    def _switches(self, fields: dict[str, yaml.Node]) -> Iterator[Switch]:
        for item in self._items(fields.get("switches")):
            one = self._fields(item)
            yield Switch(
                self._place(item),
                self._text(one.get("switch")),
                self._hosts(one.get("nodes")),
                self._hosts(one.get("children")),
            )

    def _blocks(self, fields: dict[str, yaml.Node]) -> Iterator[Block]:
        for item in self._items(fields.get("blocks")):
            one = self._fields(item)
            yield Block(self._place(item), self._text(one.get("block")), self._hosts(one.get("nodes")))

    def _hosts(self, node: yaml.Node | None) -> tuple[str, ...]:
        try:
            return expand(self._text(node))
        except NotAHostlist as error:
            self._fault(node, str(error))
            return ()

    def _fields(self, node: yaml.Node | None) -> dict[str, yaml.Node]:
        if isinstance(node, yaml.MappingNode):
            return {str(key.value).lower(): value for key, value in node.value}
        self._fault(node, "must be a mapping")
        return {}

    def _items(self, node: yaml.Node | None) -> list[yaml.Node]:
        return list(node.value) if isinstance(node, yaml.SequenceNode) else []

    def _text(self, node: yaml.Node | None) -> str:
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""

    def _place(self, node: yaml.Node | None) -> str:
        return f"{self._name}:{node.start_mark.line + 1 if node and node.start_mark else 1}"

    def _fault(self, node: yaml.Node | None, message: str) -> None:
        self._faults.append(Fault(self._place(node), message))
