"""Slurm's hostlist expressions, in the order given.

Slurm lays a job's tasks out in the order in which its configuration names the nodes, and pairs ``NodeName`` with
``NodeAddr`` by place in the list; so, unlike a node set, a hostlist here never sorts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

_NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>[0-9]+)", re.DOTALL)


@dataclass(slots=True)
class _Run:
    """Names ``prefix`` + first ... ``prefix`` + last, consecutive numbers of one width (or none zero-padded)."""

    prefix: str
    first: str
    last: str

    def takes(self, prefix: str, number: str) -> bool:
        """Whether the name continues this run."""
        if prefix != self.prefix or not self.last or int(number) != int(self.last) + 1:
            return False
        return len(number) == len(self.first) or not (_padded(self.first) or _padded(number))

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


def _padded(number: str) -> bool:
    return number.startswith("0") and number != "0"


def fold(names: Iterable[str]) -> str:
    """``dgx-001, dgx-002, dgx-004`` -> ``dgx-[001-002,004]``; only the number that ends a name is folded.

    Slurm expands the result to exactly the names given, in their order; works for IPv4 addresses too.
    """
    folded = (_bracketed(prefix, list(runs)) for prefix, runs in groupby(_runs(names), key=lambda run: run.prefix))
    return ",".join(folded)


def _runs(names: Iterable[str]) -> list[_Run]:
    runs: list[_Run] = []
    for name in names:
        match = _NUMBERED.fullmatch(name)
        prefix, number = (match["prefix"], match["number"]) if match else (name, "")
        if number and runs and runs[-1].takes(prefix, number):
            runs[-1].last = number
        else:
            runs.append(_Run(prefix, number, number))
    return runs


def _bracketed(prefix: str, runs: list[_Run]) -> str:
    if not runs[0].first:
        return ",".join(prefix for _ in runs)
    alone = len(runs) == 1 and runs[0].first == runs[0].last
    return prefix + (str(runs[0]) if alone else f"[{','.join(map(str, runs))}]")
