"""How many flows the forwarding tables put on one link when every node sends to the node a fixed step further on.

A shift permutation by s over n nodes lets node i send to node i + s (mod n), each rail to the same rail. All shifts
1 ... n - 1 together are every pair of nodes once, and are what an all-to-all is made of. A fat tree without
oversubscription *can* carry each of them with one flow a link, if nodes are counted by their places; whether it does is
the routing engine's doing. Measured with OpenSM 3.3.23 on DGX H100: ftree does at 4, 8 and 18 units, with and without
free places; updn and minhop do at 18 full units (one link between a leaf and a spine, no place free), and put up to two
flows on a link at 4 units (two links) and at 8 units with a free place.

No shift is walked through: a path from leaf L to node j carries the flow of shift (j - i) mod n for each node i on L,
so each path adds one to a range of shifts on each of its channels, and sorting the ends of the ranges gives the load
of a channel at every shift. That is linear in paths, not in flows.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dgxops.simulate.routes import Channel, Routes

Rails = Mapping[str, Sequence[str | None]]
"""Rail -> its adapters (node descriptions) in the order of the nodes; None is a place whose node is not there."""


@dataclass(frozen=True, slots=True)
class Loads:
    """Same-rail traffic between all nodes. A path's length is the number of switches it passes.

    ``pairs`` counts (channel between switches, shift) by the flows on the channel at that shift, from 1;
    ``worst_channel`` is one that carries the most.
    """

    shifts: int
    inside: tuple[tuple[int, int], ...]  # path length -> ordered pairs of nodes on one leaf
    across: tuple[tuple[int, int], ...]  # path length -> ordered pairs of nodes on different leaves
    unreachable: int  # ordered pairs without a path
    pairs: tuple[tuple[int, int], ...]
    worst_shifts: tuple[int, ...]  # by shift from 1: the most flows on any one channel
    worst_channel: str

    @property
    def most(self) -> int:
        """Most flows on any channel at any shift; 0 when no traffic leaves the leaves."""
        return max((flows for flows, _ in self.pairs), default=0)

    @property
    def mean(self) -> float:
        """Mean flows on a channel that carries any, over all shifts."""
        total = sum(count for _, count in self.pairs)
        return sum(flows * count for flows, count in self.pairs) / total if total else 0.0

    @property
    def mean_worst(self) -> float:
        """Mean over the shifts of the most flows on any one channel."""
        return sum(self.worst_shifts) / len(self.worst_shifts) if self.worst_shifts else 0.0

    @property
    def clean_shifts(self) -> int:
        """Shifts at which no channel carries more than one flow."""
        return sum(flows <= 1 for flows in self.worst_shifts)


def loads_of(routes: Routes, rails: Rails) -> Loads:
    """The loads of every shift, over all rails at once."""
    inside: Counter[int] = Counter()
    across: Counter[int] = Counter()
    ranges: defaultdict[Channel, array[int]] = defaultdict(lambda: array("l"))
    for adapters in rails.values():
        _one_rail(routes, adapters, inside, across, ranges)
    unreachable = inside.pop(0, 0) + across.pop(0, 0)
    shifts = max((len(adapters) for adapters in rails.values()), default=1) - 1
    worst = [0] * (shifts + 1)
    pairs, channel = _swept(ranges, worst)
    name = routes.words(channel) if ranges else ""
    return Loads(shifts, _sorted(inside), _sorted(across), unreachable, _sorted(pairs), tuple(worst[1:]), name)


def _sorted(counts: Counter[int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(counts.items()))


def _one_rail(
    routes: Routes,
    adapters: Sequence[str | None],
    inside: Counter[int],
    across: Counter[int],
    ranges: defaultdict[Channel, array[int]],
) -> None:
    """Walk from each leaf to each adapter of the rail; a way that is not there counts as length 0."""
    blocks = list(_blocks(routes, adapters))
    members = Counter({leaf: sum(last - first + 1 for first, last in runs) for leaf, runs in blocks})
    for index, adapter in enumerate(adapters):
        if adapter is None:
            continue
        home = routes.switch_of.get(adapter)
        for leaf, runs in blocks:
            path = routes.path(leaf, routes.lids[adapter]) or ()
            if leaf == home:
                inside[len(path)] += members[leaf] - 1
                continue
            across[len(path)] += members[leaf]
            for channel in path[:-1]:
                ranges[channel].extend(_shift_ranges(index, runs, len(adapters)))


def _blocks(routes: Routes, adapters: Sequence[str | None]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Each leaf with the runs (first, last) of consecutive nodes that it holds."""
    runs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, adapter in enumerate(adapters):
        if adapter is None or (leaf := routes.switch_of.get(adapter)) is None:
            continue
        if runs[leaf] and runs[leaf][-1][1] == index - 1:
            runs[leaf][-1] = (runs[leaf][-1][0], index)
        else:
            runs[leaf].append((index, index))
    yield from runs.items()


def _shift_ranges(index: int, runs: Iterable[tuple[int, int]], nodes: int) -> Iterator[int]:
    """The shifts at which the nodes of the runs send to node ``index``: start x 2 + 1 and end x 2 of each range.

    Encoded so that a sort puts the end of one range before the start of another at the same shift.
    """
    for first, last in runs:
        low = index - last if index > last else index - last + nodes
        yield low << 1 | 1
        yield (low + last - first + 1) << 1


def _swept(ranges: Mapping[Channel, array[int]], worst: list[int]) -> tuple[Counter[int], Channel]:
    """How often each load occurs, and a channel with the highest; raises ``worst`` (by shift) to the highest loads."""
    pairs: Counter[int] = Counter()
    most, where = 0, next(iter(ranges), 0)
    for channel, ends in ranges.items():
        load, since = 0, 0
        for end in sorted(ends):
            shift = end >> 1
            if load and shift > since:
                pairs[load] += shift - since
                _raise_to(worst, since, shift, load)
            since = shift
            load += 1 if end & 1 else -1
            if load > most:
                most, where = load, channel
    return pairs, where


def _raise_to(worst: list[int], start: int, stop: int, load: int) -> None:
    for shift in range(start, stop):
        if worst[shift] < load:
            worst[shift] = load
