"""A topology as Slurm has it, whichever file it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch: a leaf names ``nodes``, any other ``children``."""

    place: str
    name: str
    nodes: tuple[str, ...]
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of topology/block."""

    place: str
    name: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """``kind`` is the plugin without its prefix; ``sizes`` are the block sizes as they were written.

    ``place`` is empty where the topology is a whole topology.conf.
    """

    name: str
    kind: str
    file: str
    switches: tuple[Switch, ...] = ()
    blocks: tuple[Block, ...] = ()
    sizes: tuple[str, ...] = ()
    sizes_place: str = ""
    place: str = ""
    default: bool = True  # serves partitions that name none
    strange: tuple[tuple[str, str], ...] = ()  # (place, key) of what topology.yaml has and Slurm ignores

    @cached_property
    def by_name(self) -> Mapping[str, Switch]:
        return {s.name: s for s in self.switches}

    @cached_property
    def parents(self) -> Mapping[str, tuple[Switch, ...]]:
        """Switch name -> the switches that name it as a child."""
        found: dict[str, tuple[Switch, ...]] = {}
        for switch in self.switches:
            for child in switch.children:
                found[child] = (*found.get(child, ()), switch)
        return found

    @cached_property
    def roots(self) -> tuple[Switch, ...]:
        return tuple(s for s in self.switches if s.name not in self.parents)

    def below(self, switch: Switch) -> tuple[str, ...]:
        """All nodes that a switch reaches; a cycle is walked once."""
        nodes: list[str] = []
        seen: set[str] = set()
        left = [switch]
        while left:
            one = left.pop()
            if one.name not in seen:
                seen.add(one.name)
                nodes += one.nodes
                left += [self.by_name[c] for c in one.children if c in self.by_name]
        return tuple(nodes)

    @cached_property
    def places(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """(place, name, nodes) of everything that holds nodes."""
        return (
            *((s.place, s.name, s.nodes) for s in self.switches),
            *((b.place, b.name, b.nodes) for b in self.blocks),
        )
