"""The text of slurm.conf and its neighbours, read as Slurm reads it.

Law taken from src/common/parse_config.c of Slurm 24.11: a comment begins at a # that no backslash hides; a line that
ends in a backslash goes on; a pair is Key=Value or Key="some value", with blanks around the = allowed; keys do not
regard case. ``Include`` is refused: what it names is on another machine, or was not given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAIR = re.compile(r'\s*([A-Za-z0-9_.]+)\s*[-*+/]?=\s*(?:"([^"]*)"|(\S+))(?=\s|$)')
_COMMENT = re.compile(r"^((?:[^\\#]|\\.)*)#.*$", re.DOTALL)
_CONTINUED = re.compile(r"(?<!\\)((?:\\\\)*)\\\s*$")
_INCLUDE = re.compile(r"\s*include\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line: where it begins, and its pairs with the keys as they were written."""

    file: str
    number: int
    pairs: tuple[tuple[str, str], ...]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.number}"

    @property
    def first(self) -> str:
        """The key that says what the line is, in lower case."""
        return self.pairs[0][0].lower()

    @property
    def values(self) -> dict[str, str]:
        """All pairs by key in lower case; the last of a repeated key counts."""
        return {key.lower(): value for key, value in self.pairs}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be read."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class ConfFile:
    """One file: what could be read of it, and what not."""

    name: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()


def parse(name: str, text: str) -> ConfFile:
    """Read one file; never raises, whatever it holds."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, logical in _logical(text):
        place = f"{name}:{number}"
        if _INCLUDE.match(logical):
            faults.append(Fault(place, "Include is not followed: give one file with everything in it"))
            continue
        pairs, rest = _pairs(logical)
        if rest:
            faults.append(Fault(place, f"cannot be read as Key=Value: {rest[:60]!r}"))
        if pairs:
            lines.append(Line(name, number, tuple(pairs)))
    return ConfFile(name, tuple(lines), tuple(faults))


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continuations joined, with the number of their first line."""
    begun, held = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub(r"\1", raw)
        begun = begun or number
        if _CONTINUED.search(line):
            held += _CONTINUED.sub(r"\1", line)
            continue
        yield begun, re.sub(r"\\(.)", r"\1", held + line)
        begun, held = 0, ""
    if held:
        yield begun, held


def _pairs(line: str) -> tuple[list[tuple[str, str]], str]:
    """Pairs from the left, and what is left over when no further one is there."""
    pairs, at = [], 0
    while match := _PAIR.match(line, at):
        pairs.append((match[1], match[2] if match[2] is not None else match[3]))
        at = match.end()
    return pairs, line[at:].strip()
