"""Hostlists as Slurm expands them: in order, with repetitions kept. Ranges are ClusterShell's, groups take no part."""

from __future__ import annotations

import re
from itertools import product

from ClusterShell.RangeSet import RangeSet, RangeSetException

# Slurm's own limit on one list: MAX_RANGES in src/common/hostlist.c
MOST_NAMES = 256 * 1024
_ALLOWED = re.compile(r"[A-Za-z0-9._:/-]*(?:\[[0-9,-]+\][A-Za-z0-9._:/-]*)*")
_RANGE = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9})?")
_WHOLE = re.compile(r"(?:[^\[\]]|\[[^\[\]]*\])*")
_PIECE = re.compile(r"(?:[^,\[]|\[[^\]]*\])+")


class NotAHostlist(ValueError):
    """Says what is wrong with the text."""


def expand(text: str) -> tuple[str, ...]:
    """``dgx-[001-003,007]`` -> four names; device files expand alike.

    Raises:
        NotAHostlist: it is none, or names more than Slurm takes.
    """
    if not _WHOLE.fullmatch(text):
        raise NotAHostlist(f"{text[:60]!r} has a bracket too many or too few")
    names: list[str] = []
    for piece in _PIECE.findall(text):
        if not _ALLOWED.fullmatch(piece):
            raise NotAHostlist(f"{piece[:60]!r} is not a host list")
        names += _expanded(piece)
        if len(names) > MOST_NAMES:
            raise NotAHostlist(f"more than {MOST_NAMES:,} names")
    return tuple(names)


def _expanded(piece: str) -> list[str]:
    parts = re.split(r"\[([^\]]*)\]", piece)
    choices = [_numbers(part) if index % 2 else [part] for index, part in enumerate(parts)]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MOST_NAMES:
        raise NotAHostlist(f"more than {MOST_NAMES:,} names")
    return ["".join(name) for name in product(*choices)]


def _numbers(text: str) -> list[str]:
    numbers: list[str] = []
    for one in text.split(","):
        low, _, high = one.partition("-")
        if not _RANGE.fullmatch(one) or int(high or low) - int(low) >= MOST_NAMES:
            raise NotAHostlist(f"[{text[:60]}] is not a range")
        try:
            numbers += RangeSet(one).striter()
        except RangeSetException as error:
            raise NotAHostlist(f"[{text[:60]}] is not a range") from error
    return numbers
