"""How UFM appliances meet the compute fabric.

On leaf ports of nodes that are left out, on free ones, on spines, or on ports that switches have for UFM alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dgxops.expand import naming
from dgxops.model.fabric import Endpoint, Link, LinkKind, Switch
from dgxops.model.node import Host, HostRole

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.expand.wiring import Shape

FREED, FREE, SPINE, OWN = "freed", "free", "spine", "own"
Leaves = Mapping[tuple[int, int, int], str]
"""(set of leaves, rail, plane), all from 0 -> name of the leaf"""


@dataclass(frozen=True, slots=True)
class Uppers:
    """What UFM may be plugged into: leaves by their place and in order of their numbers, and spines."""

    by_place: Leaves
    leaves: Sequence[Switch]
    spines: Sequence[Switch]


def ufm_links(
    arch: ArchitectureEntry,
    shape: Shape,
    hosts: Sequence[Host],
    there: Uppers,
    freed: Sequence[int],
) -> Iterator[Link]:
    """Links of the appliances; none where the ports that they would have are not there.

    ``freed`` are the positions whose leaf ports UFM may take, lowest first.
    """
    appliances = [h for h in hosts if h.role is HostRole.UFM and h.index <= arch.ufm.appliances]
    if not appliances or not arch.ufm.links:
        return
    each = arch.ufm.links // len(appliances)
    own = (Endpoint(leaf.name, leaf.ufm_number) for leaf in there.leaves if leaf.ufm_number)
    if arch.ufm.at == OWN:
        ends: Iterator[Endpoint] = own
    elif arch.ufm.at == SPINE:
        ends = _on_spines(shape, there.spines)
    else:
        ends = _on_leaves(arch, shape, there.by_place, freed)
    kind = LinkKind.NODE_LEAF if arch.ufm.at == FREED else LinkKind.UFM
    for link, upper in zip(range(arch.ufm.links), ends, strict=False):
        which, port = divmod(link, each)
        yield Link(kind, Endpoint(appliances[which].name, f"HCA{port + 1}"), upper)


def _on_leaves(arch: ArchitectureEntry, shape: Shape, leaves: Leaves, freed: Sequence[int]) -> Iterator[Endpoint]:
    """One port on each rail's leaf: that of the first freed position, or the one behind the last node of a unit."""
    compute = arch.compute
    if compute is None:
        return
    if arch.ufm.at == FREE:
        set_, taken = arch.leaf_sets - 1, arch.nodes_per_su - (arch.leaf_sets - 1) * compute.nodes_per_leaf
    elif freed:
        su, index = naming.place_of(freed[0], arch.nodes_per_su)
        within, taken = divmod(index - 1, compute.nodes_per_leaf)
        set_ = (su - 1) * arch.leaf_sets + within
    else:
        return
    if taken < shape.radix - shape.up:
        yield from (Endpoint(leaves[set_, rail, 0], str(taken + 1)) for rail in range(arch.rails))


def _on_spines(shape: Shape, spines: Sequence[Switch]) -> Iterator[Endpoint]:
    """The last port of the first spines in two tiers, in three the last below their uplinks; none where it is taken."""
    down = shape.radix if shape.tiers == 2 else shape.radix // 2
    if min(shape.units, down) * (shape.rails if shape.tiers == 2 else 1) * shape.leaf_links < down:
        yield from (Endpoint(spine.name, str(down)) for spine in spines)
