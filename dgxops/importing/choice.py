"""Which platforms are left when all sources were read: one that can be written, or several for a person to choose of.

Cables tell a platform by its ports, and by how its reference architecture is wired; systems of one generation have the
same ports. What fits about as well as the best is never chosen from: the key is left to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from dgxops.importing.facts import Sources
from dgxops.importing.inferred import OnePart
from dgxops.importing.platform import Kind
from dgxops.model.system import System
from dgxops.nodeset import fold

_AS_WELL = 0.9  # of the cables that agree with the best: what has as many fits as well
Scores = Sequence[tuple[Kind, int]]
"""Every kind that was built, with how many cables agree."""
_CLOSE = 0.9  # of the larger memory: sizes as near as that do not tell systems apart


def as_well(scores: Scores, read: int) -> tuple[Kind, ...]:
    """The best kind and those that fit as well, the best first, in the order of the catalogue.

    Where the best has every cable that was ``read``, those are the others that have; else all with nearly as many.
    """
    best = max(score for _, score in scores)
    enough = best if best == read else best * _AS_WELL
    return tuple(kind for kind, score in sorted(scores, key=lambda one: -one[1]) if score >= enough)


def leave_open(part: OnePart, sources: Sources) -> tuple[str, ...]:
    """Take from a part what its kinds do not agree in, with what would tell; a sentence for each, the key first."""
    kinds = part.alike
    systems = _systems(kinds)
    names = [s.id for s in systems]
    told = []
    if len(systems) > 1:
        why = f"say which: {_or(names)}; {telling(systems, sources)}"
        part.values["platform"] = None, why
        told.append(f"platform of {fold(part.nodes.values())}: {why}; until then it is left open, or give --platform")
    if "architecture" in part.values:
        part.values["architecture"] = part.values["architecture"][0], f"what the catalogue knows for {_or(names)}"
    if len({k.architecture.id if k.architecture else "" for k in kinds}) > 1:
        part.values.pop("architecture", None)
        if len(systems) == 1:
            ids = [k.architecture.id for k in kinds if k.architecture]
            why = f"say which: {_or(ids)}; the cables of the compute fabric tell, as a list or from ibnetdiscover"
            part.values["architecture"] = None, why
            told.append(f"architecture of {fold(part.nodes.values())}: {why}")
    return tuple(told)


def differing(best: OnePart, parts: Iterable[OnePart]) -> str:
    """Which other keys are not the same for all that fit, and whose are written; nothing where all are the same."""
    keys = {key for part in parts for key in part.values | best.values if part.value(key) != best.value(key)}
    keys -= {"platform", "architecture"}
    if not keys:
        return ""
    return f"{', '.join(sorted(keys))}: as {best.kind.system.id} has it; import again with --platform once it is known"


def by_wiring(best: Kind, scores: Scores, read: int) -> str:
    """What is told where ports fit several systems, and the cabling one of them alone; nothing where ports tell."""
    others = {s.id: max(n for k, n in scores if k.system.id == s.id) for s in _systems(k for k, _ in scores)}
    mine = others.pop(best.system.id)
    if not others:
        return ""
    each = ", ".join(f"{name} with {count}" for name, count in others.items())
    return f"the ports fit {_or(others)} too; as {best.system.id} is cabled, {mine} of {read} cables agree ({each})"


def telling(systems: Sequence[System], sources: Sources) -> str:
    """Which source would tell systems apart, with what it says of each."""
    asked = bool(sources.nodes)
    types = {s.id: s.gpu.slurm_type for s in systems}
    if len(set(types.values())) == len(systems):
        where = "`scontrol show node` would, if its Gres names the GPU"
        where = "a Gres with the type of the GPU would" if asked else where
        return f"{where} ({', '.join(dict.fromkeys(types.values()))})"
    memory = sorted(s.real_memory_mb or 0 for s in systems)
    if not asked and all(small < large * _CLOSE for small, large in pairwise(memory)):
        return f"`scontrol show node` would, by RealMemory (about {_or([f'{m:,}' for m in memory])} MiB)"
    return "`nvidia-smi -L` on a node would, as it names the GPUs"


def _systems(kinds: Iterable[Kind]) -> list[System]:
    return list({k.system.id: k.system for k in kinds}.values())


def _or(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
