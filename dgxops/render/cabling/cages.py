"""One kind of fibre a cage: links of a twin port share a transceiver, 2xSR4 or 2xDR4, which both ends must match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dgxops.render.cabling import route

if TYPE_CHECKING:
    from dgxops.render.cabling.plant import Cable

FIBRE = frozenset({"MMF", "SMF"})
_Cage = tuple[str, str]


def one_fibre_a_cage(cables: Sequence[Cable]) -> tuple[Cable, ...]:
    """The cables, with single-mode fibre in every cage that is joined by fibre, over any number of cages, to one that
    needs it.

    A link of another kind ends the spread: an active optical cable brings its own optics.
    """
    if {c.media for c in cables} >= FIBRE:
        single = _single_mode(c for c in cables if c.media in FIBRE)
        return tuple(_in_single_mode(c) if c.media == "MMF" and _near(c) in single else c for c in cables)
    return tuple(cables)


def _in_single_mode(cable: Cable) -> Cable:
    """The same of single-mode fibre, in a length that this is sold in."""
    return replace(cable, media="SMF", length_class=route.sold("SMF", cable.metres) or cable.metres)


def _single_mode(cables: Iterable[Cable]) -> set[_Cage]:
    """Every cage from which fibre leads to a single-mode link."""
    joined: dict[_Cage, list[_Cage]] = {}
    waiting: list[_Cage] = []
    for cable in cables:
        near, far = _near(cable), (cable.z.name, cable.z.cage)
        joined.setdefault(near, []).append(far)
        joined.setdefault(far, []).append(near)
        waiting += [near] if cable.media == "SMF" else []
    found: set[_Cage] = set()
    while waiting:
        cage = waiting.pop()
        if cage not in found:
            found.add(cage)
            waiting += joined[cage]
    return found


def _near(cable: Cable) -> _Cage:
    return cable.a.name, cable.a.cage
