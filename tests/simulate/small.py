"""Small fabrics with tables made by hand: leaves of two nodes under two spines."""

from __future__ import annotations

from dgxops.simulate.forwarding import NO_PORT
from dgxops.simulate.routes import END, Routes

LEAVES, PER_LEAF, SPINES = 3, 2, 2


def name(node: int) -> str:
    return f"n{node} h"


def fat_tree(spine_for: dict[int, int] | None = None) -> Routes:
    """Three leaves (switches 0-2: ports 1-2 down, 3-4 up) under two spines (3-4: port = leaf + 1).

    Node i has LID i + 1. ``spine_for`` gives the spine of a destination, by default its parity.
    """
    nodes = range(LEAVES * PER_LEAF)
    spine = {i: i % SPINES for i in nodes} | (spine_for or {})
    leaf_tables = [
        bytes([NO_PORT, *(i % PER_LEAF + 1 if i // PER_LEAF == leaf else 3 + spine[i] for i in nodes)])
        for leaf in range(LEAVES)
    ]
    spine_table = bytes([NO_PORT, *(i // PER_LEAF + 1 for i in nodes)])
    leaf_ports = (END, END, END, LEAVES, LEAVES + 1)
    return Routes(
        names=("leaf-1", "leaf-2", "leaf-3", "spine-1", "spine-2"),
        tables=(*leaf_tables, spine_table, spine_table),
        behind=(leaf_ports,) * LEAVES + ((END, 0, 1, 2),) * SPINES,
        lids={name(i): i + 1 for i in nodes},
        switch_of={name(i): i // PER_LEAF for i in nodes},
    )


def ring(size: int = 4) -> Routes:
    """Switches in a circle, one node each, all routed the same way round: the classic credit loop."""
    tables = tuple(bytes([NO_PORT, *(1 if node == s else 2 for node in range(size))]) for s in range(size))
    return Routes(
        names=tuple(f"s{s}" for s in range(size)),
        tables=tables,
        behind=tuple((END, END, (s + 1) % size) for s in range(size)),
        lids={name(i): i + 1 for i in range(size)},
        switch_of={name(i): i for i in range(size)},
    )
