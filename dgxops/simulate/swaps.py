"""Cables in each other's place, and whether that means whole machines in each other's place. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dgxops.simulate.netfile import Device, Net, Plug


@dataclass(frozen=True, slots=True)
class Swap:
    """Two cables a - z and other_a - other_z of the design that were found as a - other_z and other_a - z."""

    a: Plug
    z: Plug
    other_a: Plug
    other_z: Plug


def swapped_cables(open_: Mapping[Plug, Plug], peers: Mapping[Plug, Plug]) -> list[Swap]:
    """The swaps among the cables of the design that were not found; ``peers`` are as found."""
    lower = {z: a for a, z in open_.items()}
    done: set[Plug] = set()
    swaps = []
    for a, z in open_.items():
        other_z = peers.get(a)
        other_a = lower.get(other_z) if other_z else None
        if other_z and other_a and a not in done and peers.get(other_a) == z:
            swaps.append(Swap(a, z, other_a, other_z))
            done |= {a, other_a}
    return swaps


def swapped_machines(swaps: Sequence[Swap], net: Net) -> tuple[dict[tuple[str, str], int], list[Swap]]:
    """Pairs of machines all of whose cables are swapped with each other's, port by port, and the swaps left over."""
    devices = {d.name: d for d in net.devices}
    cables = Counter(devices[end[0]].unit for cable in net.cables for end in cable)
    votes: defaultdict[tuple[str, str], list[Swap]] = defaultdict(list)
    for swap in swaps:
        for pair in _pairs(swap, devices):
            votes[pair].append(swap)
    whole = {pair: of for pair, of in votes.items() if len(of) > 1 and len(of) == cables[pair[0]] == cables[pair[1]]}
    explained = {swap for of in whole.values() for swap in of}
    return {pair: len(of) for pair, of in whole.items()}, [swap for swap in swaps if swap not in explained]


def _pairs(swap: Swap, devices: Mapping[str, Device]) -> Iterator[tuple[str, str]]:
    """The machines that may have changed places, at either end: two of them, by the same port of each."""
    for one, other in ((swap.a, swap.other_a), (swap.z, swap.other_z)):
        left, right = devices[one[0]], devices[other[0]]
        if left.unit != right.unit and (left.slot, one[1]) == (right.slot, other[1]):
            yield min(left.unit, right.unit), max(left.unit, right.unit)
