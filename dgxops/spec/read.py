"""Text -> document, with a place for everything and a limit on everything.

The text is looked at before it is parsed, and the tree is built from PyYAML's event stream, so that a file made to
hurt (a million brackets, an alias bomb) is refused at the place where it goes too far, in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from dgxops import catalogue
from dgxops.errors import InputError, Problem
from dgxops.spec.document import Entry, Mapping, Node, Scalar, Sequence, resolve
from dgxops.spec.yaml_messages import explain

MAX_BYTES = 256 << 10
MAX_DEPTH = 32
MAX_VALUES = 20_000
MAX_ALIASES = 100

_UNPRINTABLE = re.compile(
    "([^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff])"
)
_TAB_INDENT = re.compile(r"^ *(\t)", re.MULTILINE)


def read(path: Path) -> tuple[Mapping | None, list[Problem]]:
    """The document in ``path`` and what is wrong with it as YAML; None when it cannot be parsed at all.

    Raises:
        InputError: there is no such file, or it cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, "", _unreadable(error), _unreadable_hint(path))]) from None
    return parse(str(path), data)


def parse(name: str, data: bytes) -> tuple[Mapping | None, list[Problem]]:
    """The document in ``data`` and what is wrong with it; ``name`` is the file's name in messages.

    A text without a document (empty, or only comments) is a mapping without keys.
    """
    faults: list[_Unfit] = []
    root = None
    try:
        root = _Composer(yaml.parse(_text(data), Loader=yaml.SafeLoader), faults).document()
    except _Unfit as fault:
        faults.append(fault)
    except yaml.MarkedYAMLError as error:
        faults.append(_Unfit(*explain(error)))
    return root, [Problem(name, f.line, f.column, "", f.message, f.hint) for f in faults]


class _Unfit(Exception):
    """The text cannot be used: what is wrong at a place, counted from 1."""

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.hint = line, column, message, hint


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file"
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def _unreadable_hint(path: Path) -> str:
    other = path.with_suffix(".yaml" if path.suffix == ".yml" else ".yml") if path.name else path
    if other.is_file():
        return f"there is {other}"
    if path.name in catalogue.load().platforms:
        return f"for what is known of that system: dgxops show system {path.name}"
    return ""


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _Unfit(0, 0, "is larger than 256 KiB, so it is not a spec", "a spec takes tens of lines")
    text = _decoded(data)
    _refuse(_UNPRINTABLE, text, "control character U+{:04X}", "take it out; is this a text file?")
    _refuse(_TAB_INDENT, text, "a tab indents this line", "YAML is indented by spaces only")
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8-sig"), -1)
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        hint = "it looks like UTF-16: save it as UTF-8" if utf16 else "save the file as UTF-8"
        raise _Unfit(line, column, f"byte 0x{data[error.start]:02X} is not UTF-8 text", hint) from None


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of the character at ``offset``; -1 is the one after the last."""
    before = text if offset < 0 else text[:offset]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _refuse(pattern: re.Pattern[str], text: str, message: str, hint: str) -> None:
    """Raise for the first match of ``pattern``'s group, saying on how many other lines there are more."""
    if not (found := pattern.search(text)):
        return
    others = sum(1 for line in text[found.end() :].split("\n")[1:] if pattern.search(line))
    more = f", and {others} more line{'s' * (others > 1)} like it" if others else ""
    line, column = _place(text, found.start(1))
    raise _Unfit(line, column, message.format(ord(found[1])) + more, hint)


class _Composer:
    """Builds the tree from events; faults that leave a usable tree are collected, the others raised."""

    def __init__(self, events: Iterator[yaml.Event], faults: list[_Unfit]) -> None:
        self._events = events
        self._faults = faults
        self._anchors: dict[str, Node | None] = {}  # None: not complete yet
        self._values = 0
        self._aliases = 0

    def document(self) -> Mapping | None:
        """The one mapping of the stream, without keys where there is no document; None for anything else.

        Raises:
            _Unfit: a limit is passed, or it refers to what is not there.
            yaml.MarkedYAMLError: it is not YAML.
        """
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return Mapping(0, 0, (), 1)
        root = self._node(next(self._events), 1)
        next(self._events)
        if not isinstance(second := next(self._events), yaml.StreamEndEvent):
            self._fault(second, "a second document begins here", "one file holds one document: take out the '---'")
        if isinstance(root, Mapping):
            return root
        self._faults.append(
            _Unfit(root.line, root.column, f"holds {_kind(root)} where keys and their values are wanted")
        )
        return None

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._count(event, 1)
        if depth > MAX_DEPTH:
            raise _at(event, f"is nested more than {MAX_DEPTH} levels deep", "a spec needs five")
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = None
        node = self._content(event, depth)
        if anchor:
            self._anchors[anchor] = node
        return node

    def _content(self, event: yaml.Event, depth: int) -> Node:
        self._refuse_tag(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(*_place_of(event), resolve(event.value) if event.implicit[0] else event.value)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        return self._sequence(event, depth)

    def _refuse_tag(self, event: yaml.Event) -> None:
        if tag := getattr(event, "tag", None):
            written = tag.replace("tag:yaml.org,2002:", "!!")
            self._fault(
                event,
                f"the tag {written} has no meaning here",
                "quotes make a value text; secrets are not kept in this file",
            )

    def _mapping(self, start: yaml.Event, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        size = 1
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            size += value.size
            name = self._key(event, key, entries)
            if name is not None:
                entries[name] = Entry(name, *_place_of(event), value)
        return Mapping(*_place_of(start), tuple(entries.values()), size)

    def _key(self, event: yaml.Event, key: Node, entries: dict[str, Entry]) -> str | None:
        """Name of a usable key; None, and a fault, for one that is not."""
        if not isinstance(event, yaml.ScalarEvent):
            raise _at(event, f"{_kind(key)} stands where a key is wanted", "quote a value that begins with { or [")
        name = event.value
        if name == "<<" and event.implicit[0]:
            self._fault(event, "merge keys (<<) are not read", "write the keys out, or use an alias for a whole value")
        elif name in entries:
            first = entries[name]
            self._fault(event, f"the key {name!r} stands here twice: first at line {first.line}", "keep one of them")
        else:
            return name
        return None

    def _sequence(self, start: yaml.Event, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(*_place_of(start), tuple(enumerate(items)), 1 + sum(i.size for i in items))

    def _alias(self, event: yaml.AliasEvent) -> Node:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise _at(event, f"holds more than {MAX_ALIASES} aliases", "write the values out")
        if event.anchor not in self._anchors:
            raise _at(event, f"no anchor &{event.anchor} stands above this alias", "quote a value that begins with *")
        node = self._anchors[event.anchor]
        if node is None:
            raise _at(event, f"the alias *{event.anchor} stands inside what it refers to")
        self._count(event, node.size)
        return node

    def _count(self, event: yaml.Event, values: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise _at(event, f"holds more than {MAX_VALUES} values, aliases written out", "a spec takes tens of them")

    def _fault(self, event: yaml.Event, message: str, hint: str) -> None:
        self._faults.append(_at(event, message, hint))


def _place_of(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _at(event: yaml.Event, message: str, hint: str = "") -> _Unfit:
    return _Unfit(*_place_of(event), message, hint)


def _kind(node: Node) -> str:
    return {Mapping: "a mapping", Sequence: "a list"}.get(type(node), "a single value")
