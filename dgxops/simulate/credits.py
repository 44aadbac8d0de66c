"""Whether the routes can lock up: the channel dependency graph, and a loop in it.

A packet that holds one channel's buffer and waits for the next makes the first depend on the second; if channels depend
on each other in a circle, all of them may wait forever (Dally and Seitz, "Deadlock-free message routing in
multiprocessor interconnection networks", 1987). Only routes that packets between adapters take are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dgxops.simulate.forwarding import NO_PORT
from dgxops.simulate.routes import END, Channel, Routes

Dependencies = dict[Channel, int]
"""Channel -> the ports, as bits, of the next switch that packets go on to."""


def credit_loop(routes: Routes) -> tuple[Channel, ...]:
    """The channels of one loop, in order; empty where there is none."""
    graph = dependencies(routes)
    waiting = _waiting(routes, graph)
    return _loop(routes, graph, waiting) if waiting else ()


def dependencies(routes: Routes) -> Dependencies:
    """Of all packets from any adapter to any adapter. A channel into an adapter depends on nothing and is left out."""
    graph: Dependencies = {}
    sources = sorted(set(routes.switch_of.values()))
    for lid in routes.lids.values():
        _add_routes_to(routes, lid, sources, graph)
    return graph


def _add_routes_to(routes: Routes, lid: int, sources: list[int], graph: Dependencies) -> None:
    """Follow the tables from every switch with adapters to ``lid``, each switch on the way once."""
    ports = [table[lid] for table in routes.tables]
    seen = bytearray(len(ports))
    for switch in sources:
        channel = -1
        while switch != END and ports[switch] not in (0, NO_PORT):
            port = ports[switch]
            beyond = routes.behind[switch][port]
            if channel >= 0 and beyond != END:
                graph[channel] = graph.get(channel, 0) | 1 << port
            if seen[switch]:
                break
            seen[switch] = 1
            channel, switch = switch << 8 | port, beyond


def _next(routes: Routes, graph: Dependencies, channel: Channel) -> Iterator[Channel]:
    """The channels that a channel waits for."""
    ports = graph.get(channel, 0)
    switch = routes.behind[channel >> 8][channel & 255]
    while ports:
        lowest = ports & -ports
        yield switch << 8 | lowest.bit_length() - 1
        ports ^= lowest


def _waiting(routes: Routes, graph: Dependencies) -> set[Channel]:
    """What is left when every channel that nothing waits for is taken away, again and again: loops and what follows."""
    waited_for = Counter(after for channel in graph for after in _next(routes, graph, channel))
    free = [channel for channel in graph if not waited_for[channel]]
    left = set(graph) | set(waited_for)
    while free:
        channel = free.pop()
        left.remove(channel)
        for after in _next(routes, graph, channel):
            waited_for[after] -= 1
            if not waited_for[after]:
                free.append(after)
    return left


def _loop(routes: Routes, graph: Dependencies, left: set[Channel]) -> tuple[Channel, ...]:
    """Go back from any channel left, each of which another of them waits for, until one comes again."""
    before = {after: channel for channel in left for after in _next(routes, graph, channel)}
    channel = min(left)
    walked: dict[Channel, None] = {}
    while channel not in walked:
        walked[channel] = None
        channel = before[channel]
    order = list(walked)
    return tuple(reversed(order[order.index(channel) :]))
