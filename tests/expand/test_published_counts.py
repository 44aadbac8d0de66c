"""Component counts as NVIDIA publishes them must come out exactly."""

from __future__ import annotations

import pytest

from dgxops.expand import wiring
from dgxops.model.fabric import LinkKind, Tier
from tests.conftest import cluster_of

# DGX H100 reference architecture RA-11333-001 V11, table 4 (compute fabric with UFM; B200's is identical):
# units, nodes, GPUs, leaf, spine, compute and UFM cables, spine-leaf cables
TABLE_4 = [
    (1, 31, 248, 8, 4, 252, 256),
    (2, 63, 504, 16, 8, 508, 512),
    (3, 95, 760, 24, 16, 764, 768),
    (4, 127, 1016, 32, 16, 1020, 1024),
]


@pytest.mark.parametrize(("units", "nodes", "gpus", "leaf", "spine", "node_leaf", "leaf_spine"), TABLE_4)
def test_table_4(units: int, nodes: int, gpus: int, leaf: int, spine: int, node_leaf: int, leaf_spine: int) -> None:
    cluster = cluster_of(scalable_units=units)
    fabric = cluster.fabric("compute")
    assert (len(cluster.nodes), cluster.gpus) == (nodes, gpus)
    assert fabric.switch_counts() == {Tier.LEAF: leaf, Tier.SPINE: spine, Tier.CORE: 0}
    assert fabric.link_counts() == {
        LinkKind.NODE_LEAF: node_leaf,
        LinkKind.LEAF_SPINE: leaf_spine,
        LinkKind.SPINE_CORE: 0,
    }


def test_table_3_without_ufm() -> None:
    """Table 3, the row of four units: 128 nodes, 1,024 GPUs, 32 leaves, 16 spines, 1,024 cables a layer."""
    cluster = cluster_of(scalable_units=4, omit="none")
    fabric = cluster.fabric("compute")
    assert (len(cluster.nodes), cluster.gpus) == (128, 1024)
    assert list(fabric.switch_counts().values()) == [32, 16, 0]
    assert list(fabric.link_counts().values()) == [1024, 1024, 0]


def test_eos_is_576_systems_with_4608_gpus() -> None:
    cluster = cluster_of(scalable_units=18, omit="none")
    assert (len(cluster.nodes), cluster.gpus) == (576, 4608)


# The same rule on other radices, as published: units, rails, radix -> leaf, spine, core, leaf-spine, spine-core
OTHER_SHAPES = [
    ("A100, 140 nodes", 7, 8, 40, 56, 80, 28, 1120, 1120),
    ("B300 on Quantum-X800, 1 unit", 1, 8, 144, 8, 4, 0, 576, 0),
    ("B300 on Quantum-X800, 2 units", 2, 8, 144, 16, 8, 0, 1152, 0),
]


@pytest.mark.parametrize(
    ("units", "rails", "radix", "leaf", "spine", "core", "leaf_spine", "spine_core"),
    [row[1:] for row in OTHER_SHAPES],
    ids=[row[0] for row in OTHER_SHAPES],
)
def test_the_rule_holds_for_other_generations(
    units: int, rails: int, radix: int, leaf: int, spine: int, core: int, leaf_spine: int, spine_core: int
) -> None:
    shape = wiring.shape_for(units, rails, radix)
    assert (units * rails, shape.groups * shape.spines, shape.core_groups * shape.cores) == (leaf, spine, core)
    assert len(list(wiring.leaf_spine_links(shape, units))) == leaf_spine
    assert len(list(wiring.spine_core_links(shape))) == spine_core
