"""topology/block: sizes that follow from one another, and blocks that hold at least one of the smallest.

Source: src/plugins/topology/block/block_record.c of slurm-24-11-7-1, and CHANGELOG/slurm-25.05.md ("Allow
topology/block Block definitions to have fewer nodes than the minimum BlockSize").
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.slurm.case import Case, error, warning
from dgxops.check.slurm.rules.topology import GROUP
from dgxops.check.slurm.topology import Topology
from dgxops.model.finding import Finding

_SMALL_BLOCKS: tuple[int, int] = (25, 5)
_MOST_LEVELS = 15
_FATAL_SIZES = "slurmctld: fatal: Invalid BlockSizes value"


def block_topologies(case: Case) -> Iterator[Topology]:
    return (t for t in case.config.topologies if t.kind == "block")


def sizes_follow(case: Case) -> Iterator[Finding]:
    """Each size is the first one times a power of two, up to 2^15."""
    for top in block_topologies(case):
        sizes = [int(s) if s.strip().isdecimal() else 0 for s in top.sizes]
        for text, size in zip(top.sizes, sizes, strict=True):
            if size < 1:
                yield error(GROUP, top.sizes_place, f"block size {text.strip()!r} is not a number from 1",
                            seen=_FATAL_SIZES, mend="give sizes in nodes")  # fmt: skip
            elif sizes[0] > 0 and not _is_level(size, sizes[0]):
                yield error(GROUP, top.sizes_place, f"block size {size} is not {sizes[0]} times a power of two",
                            seen=_FATAL_SIZES, mend="double the sizes from one to the next")  # fmt: skip


def _is_level(size: int, base: int) -> bool:
    times, rest = divmod(size, base)
    return rest == 0 and times.bit_count() == 1 and times.bit_length() - 1 <= _MOST_LEVELS


def blocks_hold_nodes(case: Case) -> Iterator[Finding]:
    for top in block_topologies(case):
        for block in top.blocks:
            if not block.nodes and case.version < _SMALL_BLOCKS:
                yield error(GROUP, block.place, f"block {block.name} has no nodes",
                            seen="slurmctld: error: block hasn't got nodes",
                            mend="give it nodes, or remove it")  # fmt: skip


def blocks_fit_the_size(case: Case) -> Iterator[Finding]:
    """A block smaller than the first size (or, without sizes, than the first block) ends slurmctld before 25.05."""
    for top in block_topologies(case):
        base = _base(top)
        for block in top.blocks:
            if 0 < len(block.nodes) < base:
                say = error if case.version < _SMALL_BLOCKS else warning
                yield say(GROUP, block.place, f"block {block.name} has {len(block.nodes)} nodes, the block size is "
                          f"{base}", seen="slurmctld: fatal: Block configuration children count lower than "
                          "bblock_node_cnt" if say is error else "jobs of a whole block never fit there",
                          mend=f"give it {base} nodes, or a smaller block size")  # fmt: skip


def _base(top: Topology) -> int:
    if top.sizes:
        return int(top.sizes[0]) if top.sizes[0].strip().isdecimal() else 0
    return next((len(b.nodes) for b in top.blocks if b.nodes), 0)


def blocks_use_their_nodes(case: Case) -> Iterator[Finding]:
    """Nodes beyond a whole number of base blocks are out of every job that asks for blocks."""
    for top in block_topologies(case):
        base = _base(top)
        for block in top.blocks if top.sizes and base else ():
            if len(block.nodes) > base:
                yield warning(GROUP, block.place, f"block {block.name} has {len(block.nodes)} nodes, the block size is "
                              f"{base}", seen="whole-block jobs use the block size and leave the others idle",
                              mend="size the blocks as the hardware is: a domain a block")  # fmt: skip


RULES = (sizes_follow, blocks_hold_nodes, blocks_fit_the_size, blocks_use_their_nodes)
