"""Mission Control's subnets of GB200 racks: which ones a network is cut into, by the number of pods.

Sizes: North-South network deployment guide of Mission Control, its table by number of pods, read for 1 to 7 (for 8 only
the out-of-band half). Inferred by us: what the table does not say (more pods, GB300, the data half of 8), that a pod is
a scalable unit of eight racks, that two subnets of each kind belong to a pod, and both orders within the root. What
each subnet is for the table does not say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

MISSION_CONTROL = "mission-control"
SUBNETS_A_POD = 2  # of each kind that grows with the pods
DGX, SHARED, SMALL = 23, 24, 25
"""Prefix lengths: /23 of racks, /24 that pods share, /25 in band (the names are ours)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A subnet, its pod (0: shared), and its number among those of its network, from 1."""

    subnet: IPv4Network
    pod: int
    number: int


@dataclass(frozen=True, slots=True)
class Breakout:
    """One network of ``pods``: ``lengths`` of its subnets with the pod of each (0: shared), largest first."""

    pods: int
    lengths: tuple[tuple[int, int], ...]

    @property
    def root(self) -> int:
        """Prefix length of the smallest block that holds them all; the published one in every row that was read."""
        return 32 - (sum(1 << (32 - length) for length, _ in self.lengths) - 1).bit_length()

    def cut(self, within: IPv4Network) -> Iterator[tuple[IPv4Network, int]]:
        """The subnets from the start of a block that is large enough, with the pod of each."""
        at = int(within.network_address)
        for length, pod in self.lengths:
            yield IPv4Network((at, length)), pod
            at += 1 << (32 - length)

    def cut_to_grow(self, within: IPv4Network) -> Iterator[Cut]:
        """The same subnets in an order that further pods keep: shared ones, then pod by pod, each where it first fits.

        There is room and a number for two shared ones, though from three pods on the table has one.
        """
        free, number = _Free(int(within.network_address)), 0
        for length, pod in sorted(self.lengths, key=lambda of: of[1]):
            number += 1
            yield Cut(free.take(length), pod, number)
            if not pod and self.lengths.count((length, 0)) == 1:
                free.take(length)
                number += 1


class _Free:
    """Addresses from ``first`` on that are not given out: holes that alignment left, then all behind ``end``."""

    def __init__(self, first: int) -> None:
        self.end = first
        self.holes: list[tuple[int, int]] = []  # first address, and the one behind the last

    def take(self, length: int) -> IPv4Network:
        """The first aligned block of this prefix length."""
        size = 1 << (32 - length)
        for number, (first, end) in enumerate(self.holes):
            at = -(-first // size) * size
            if at + size <= end:
                self.holes[number : number + 1] = [h for h in ((first, at), (at + size, end)) if h[0] < h[1]]
                return IPv4Network((at, length))
        at = -(-self.end // size) * size
        if self.end < at:
            self.holes.append((self.end, at))
        self.end = at + size
        return IPv4Network((at, length))


def breakout(network: str, pods: int) -> Breakout:
    """Of "oob" or "management" (Mission Control: data) for so many pods."""
    every = [pod for pod in range(1, pods + 1) for _ in range(SUBNETS_A_POD)]
    large = tuple((DGX, pod) for pod in every)
    if network == "management":
        return Breakout(pods, (*large, *((SMALL, pod) for pod in every)))
    shared = 2 if pods <= 2 else 1  # the table: two of them for one and two pods, one from three on
    return Breakout(pods, (*large, *((SHARED, 0) for _ in range(shared))))
