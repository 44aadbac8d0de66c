"""Mistakes in a fabric of two units, each with what must be said of it: used with and without the simulator."""

from __future__ import annotations

from collections.abc import Callable

from dgxops.model.fabric import Endpoint, Fabric
from dgxops.simulate import faults
from dgxops.simulate.faults import link_of

Make = Callable[[Fabric], Fabric]


def swapped_cables(f: Fabric) -> Fabric:
    return faults.rotate_cables(f, link_of(f, "leaf-01-1", "3"), link_of(f, "leaf-02-4", "7"))


def swapped_uplinks(f: Fabric) -> Fabric:
    return faults.rotate_cables(f, link_of(f, "leaf-01-1", "33"), link_of(f, "leaf-01-2", "35"))


def three_turned(f: Fabric) -> Fabric:
    return faults.rotate_cables(f, *(link_of(f, "leaf-01-1", str(port)) for port in (1, 2, 3)))


def crossed_rails(f: Fabric) -> Fabric:
    return faults.cross_rails(f, "dgx-005", 0, 3)


def wrong_leaf(f: Fabric) -> Fabric:
    bare = faults.without_machine(f, "ufm-01")
    return faults.move_cable(bare, link_of(bare, "leaf-01-5", "4"), faults.free_port(bare, "leaf-01-1"))


def missing_spine(f: Fabric) -> Fabric:
    return faults.without_machine(f, "spine-03")


def missing_leaf(f: Fabric) -> Fabric:
    return faults.without_machine(f, "leaf-02-7")


def missing_node(f: Fabric) -> Fabric:
    return faults.without_machine(f, "dgx-040")


def dead_adapter(f: Fabric) -> Fabric:
    return faults.cut(f, [link_of(f, "leaf-02-7", "5")])


def dead_uplink(f: Fabric) -> Fabric:
    return faults.cut(f, [link_of(f, "leaf-02-7", "50")])


def halved_uplinks(f: Fabric) -> Fabric:
    return faults.halve_uplinks(f, "leaf-01-6")


def swapped_nodes(f: Fabric) -> Fabric:
    return faults.swap_machines(f, "dgx-003", "dgx-044")


def swapped_leaves(f: Fabric) -> Fabric:
    return faults.swap_machines(f, "leaf-01-1", "leaf-02-8")


def swapped_spines(f: Fabric) -> Fabric:
    return faults.swap_machines(f, "spine-02", "spine-05")


def unknown_host(f: Fabric) -> Fabric:
    return faults.with_stranger(f, "laptop", "leaf-01-8")


def unknown_switch(f: Fabric) -> Fabric:
    return faults.with_strange_switch(f, "old-switch", "spine-01", "leaf-01-8")


def extra_cable(f: Fabric) -> Fabric:
    return faults.with_extra_cable(f, "leaf-01-7", "leaf-01-8")


def unplugged_and_elsewhere(f: Fabric) -> Fabric:
    """Two mistakes at once: one cable in the place of another, which hangs loose."""
    loose = link_of(f, "leaf-01-2", "40")
    place = Endpoint(loose.z.device, loose.z.port)
    return faults.move_cable(faults.cut(f, [loose]), link_of(f, "leaf-02-2", "41"), place)


MISTAKES: list[tuple[Make, list[str]]] = [
    (
        swapped_cables,
        [
            "two cables are swapped: dgx-003 OSFP4P2 (mlx5_0) is in leaf-02-4 port 7 instead of leaf-01-1 port 3, "
            "and dgx-039 OSFP4P1 (mlx5_5) is in leaf-01-1 port 3 instead of leaf-02-4 port 7"
        ],
    ),
    (
        swapped_uplinks,
        [
            "two cables are swapped: leaf-01-1 port 33 is in spine-02 port 3 instead of spine-01 port 1, "
            "and leaf-01-2 port 35 is in spine-01 port 1 instead of spine-02 port 3"
        ],
    ),
    (
        three_turned,
        [
            "dgx-001 OSFP4P2 (mlx5_0) is in leaf-01-1 port 2 instead of leaf-01-1 port 1",
            "dgx-002 OSFP4P2 (mlx5_0) is in leaf-01-1 port 3 instead of leaf-01-1 port 2",
            "dgx-003 OSFP4P2 (mlx5_0) is in leaf-01-1 port 1 instead of leaf-01-1 port 3",
        ],
    ),
    (
        crossed_rails,
        [
            "two cables of dgx-005 are swapped: dgx-005 OSFP4P2 (mlx5_0) is in leaf-01-4 port 5 instead of "
            "leaf-01-1 port 5, and dgx-005 OSFP4P1 (mlx5_5) is in leaf-01-1 port 5 instead of leaf-01-4 port 5"
        ],
    ),
    (
        wrong_leaf,
        [
            "ufm-01 does not answer on any of its 2 adapters",
            "dgx-004 OSFP1P2 (mlx5_6) is in leaf-01-1 port 32 instead of leaf-01-5 port 4",
        ],
    ),
    (missing_spine, ["spine-03 does not answer; none of its 64 cables has a link"]),
    (missing_leaf, ["leaf-02-7 does not answer; none of its 64 cables has a link"]),
    (missing_node, ["dgx-040 does not answer on any of its 8 adapters"]),
    (dead_adapter, ["dgx-037 OSFP2P1 (mlx5_10), which belongs in leaf-02-7 port 5, does not answer"]),
    (dead_uplink, ["the cable from leaf-02-7 port 50 to spine-01 port 62 has no link"]),
    (
        halved_uplinks,
        [
            "16 of 32 cables up from leaf-01-6 have no link: ports 33,35,37,39,41,43,45,47,49,51,53,55,57,59,61,63, "
            "to spine-[01-08]"
        ],
    ),
    (swapped_nodes, ["dgx-003 and dgx-044 are in each other's place, with all 8 cables"]),
    (swapped_leaves, ["leaf-01-1 and leaf-02-8 are in each other's place, with all 64 cables"]),
    (swapped_spines, ["spine-02 and spine-05 are in each other's place, with all 64 cables"]),
    (unknown_host, ["'laptop HCA1' is not in the design; it is plugged in leaf-01-8 port 32"]),
    (unknown_switch, ["'old-switch' is not in the design; it is plugged in leaf-01-8 port 32"]),
    (extra_cable, ["a cable that is not in the design joins leaf-01-7 port 32 and leaf-01-8 port 32"]),
    (
        unplugged_and_elsewhere,
        [
            "leaf-02-2 port 41 is in spine-04 port 4 instead of spine-05 port 19",
            "the cable from leaf-01-2 port 40 to spine-04 port 4 has no link",
        ],
    ),
]
