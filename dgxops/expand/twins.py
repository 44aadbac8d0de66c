"""Numbers of the ports between leaves and spines where a cage holds two: both ports of a cage lead to one switch.

So one twin-port cable, or one transceiver with two fibres side by side, serves both, at either end. That needs an even
number of links between a leaf and each spine. Where there is one, the two ports of a leaf's cage lead to spine s and to
spine s + half: exactly the links that stay when the spine layer doubles, so growth keeps as much as it can.

That holds where the uplinks of a leaf are a power of two, as then the spine layer only ever doubles. With others (72 of
Quantum-X800, 28 of the storage leaves) growth would move more cables than with the plain numbers, so these keep them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.expand import wiring
from dgxops.expand.wiring import Shape, Uplink

PORTS = 2  # of a cage


def leaf_spine_links(shape: Shape, units: int, cages: int | None) -> Iterator[Uplink]:
    """As :func:`wiring.leaf_spine_links`, cage by cage where the ``cages`` of a switch are half its ports."""
    if cages is None or cages * PORTS != shape.radix or not _doubles(shape.up):
        yield from wiring.leaf_spine_links(shape, units)
        return
    first = shape.radix - shape.up + 1
    for leaf in range(units * shape.rails):
        group, member = wiring.place_of(shape, leaf)
        for uplink in range(shape.up):
            spine, port = _upper(shape, member, *divmod(uplink, PORTS))
            yield Uplink(leaf, first + uplink, group * shape.spines + spine, port + 1)


def _doubles(up: int) -> bool:
    """Whether each number of spines that a leaf's uplinks can be spread over is twice the one before."""
    return up & (up - 1) == 0


def _upper(shape: Shape, member: int, cage: int, half: int) -> tuple[int, int]:
    """Spine of the group and port on it, from 0, that one half of an uplink cage of a leaf meets."""
    if shape.leaf_links % PORTS == 0:
        round_, spine = divmod(cage, shape.spines)
        return spine, PORTS * (round_ * shape.room + member) + half
    room = -(-shape.room // PORTS)  # before the layer doubled; leaves that came later take the other port of each cage
    return cage + half * shape.spines // PORTS, PORTS * (member % room) + member // room
