"""A YAML document as a tree that knows where everything was written.

Scalars follow YAML 1.2's core schema, not 1.1: ``NO``, ``0755``, ``12:30:00`` and ``2024-02-30`` are text, as is what
only 1.2 takes for a number (``1e3``); a number remembers how it was written, so that 1.10 can still be the text "1.10".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

Path = tuple[str | int, ...]
"""Keys and list indices from the top of a document to a value."""

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"([-+]?[0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")  # what YAML 1.1 and 1.2 both take for one
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")


class WrittenInt(int):
    """A whole number that remembers its ``text``."""

    text: str


class WrittenFloat(float):
    """A decimal number that remembers its ``text``."""

    text: str


def resolve(text: str) -> object:
    """Value of a plain (unquoted) scalar; numbers with leading zeros or more than 18 digits stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return _written(WrittenInt(text), text)
    if _DECIMAL.fullmatch(text) and not _LEADING_ZERO.match(text) and math.isfinite(float(text)):
        return _written(WrittenFloat(text), text)
    return text


def _written(number: WrittenInt | WrittenFloat, text: str) -> WrittenInt | WrittenFloat:
    number.text = text
    return number


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: None, bool, str, WrittenInt or WrittenFloat. Lines and columns count from 1 everywhere."""

    line: int
    column: int
    value: object

    @property
    def size(self) -> int:
        return 1

    @property
    def empty(self) -> bool:
        return self.value is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping and what stands under it."""

    name: str
    line: int
    column: int
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    line: int
    column: int
    entries: tuple[Entry, ...]
    size: int  # values in it at any depth, those behind aliases counted each time

    def get(self, name: str) -> Entry | None:
        return next((e for e in self.entries if e.name == name), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; each item keeps the index it was written at, also after others were taken out."""

    line: int
    column: int
    items: tuple[tuple[int, Node], ...]
    size: int


Node = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads: ``node`` is None when it was not written, and the place is then the nearest thing above."""

    line: int
    column: int
    path: Path  # as it was written: list indices of the whole document
    node: Node | None


def plain(node: Node) -> object:
    """The document as dicts, lists and scalars."""
    if isinstance(node, Mapping):
        return plain_mapping(node)
    if isinstance(node, Sequence):
        return [plain(item) for _, item in node.items]
    return node.value


def plain_mapping(node: Mapping) -> dict[str, object]:
    return {e.name: plain(e.node) for e in node.entries}


def find(node: Node, path: Path, *, key: bool = False) -> Spot:
    """Follow ``path``; with ``key`` the place is that of the last key, else that of its value."""
    spot = Spot(node.line, node.column, (), node)
    for step in path:
        spot = _step(spot, step)
    if key and path and spot.node is not None:
        entry = _entry(find(node, path[:-1]).node, path[-1])
        return Spot(entry.line, entry.column, spot.path, spot.node) if entry else spot
    return spot


def _step(spot: Spot, step: str | int) -> Spot:
    if isinstance(spot.node, Mapping) and (entry := spot.node.get(str(step))):
        at_key = isinstance(entry.node, Mapping | Sequence) or entry.node.empty
        place = entry if at_key else entry.node
        return Spot(place.line, place.column, (*spot.path, step), entry.node)
    if isinstance(spot.node, Sequence) and isinstance(step, int) and step < len(spot.node.items):
        index, item = spot.node.items[step]
        return Spot(item.line, item.column, (*spot.path, index), item)
    return Spot(spot.line, spot.column, (*spot.path, step), None)


def _entry(node: Node | None, name: str | int) -> Entry | None:
    return node.get(str(name)) if isinstance(node, Mapping) else None


_Tree = TypeVar("_Tree", bound=Node)


def without(node: _Tree, path: Path) -> _Tree:
    """The document with the value at ``path`` taken out; the same document when there is none."""
    step, rest = path[0], path[1:]
    if isinstance(node, Mapping):
        entries = ((e, _rest(e.node, rest) if e.name == step else e.node) for e in node.entries)
        return replace(node, entries=tuple(replace(e, node=new) for e, new in entries if new))
    if isinstance(node, Sequence):
        items = ((i, _rest(item, rest) if place == step else item) for place, (i, item) in enumerate(node.items))
        return replace(node, items=tuple((i, new) for i, new in items if new))
    return node


def _rest(node: Node, rest: Path) -> Node | None:
    return without(node, rest) if rest else None


def scalars(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Every scalar of the document with its path."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from scalars(entry.node, (*path, entry.name))
    else:
        for index, item in node.items:
            yield from scalars(item, (*path, index))


def dotted(path: Path) -> str:
    """networks.compute.subnet, slurm.partitions[0].nodes"""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
