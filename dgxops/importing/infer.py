"""From facts to the keys that describe one kind of nodes, each with its evidence, and what could not be inferred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgxops.catalogue.schema import SwitchEntry
from dgxops.importing.cabled import compute_words
from dgxops.importing.facts import Sources
from dgxops.importing.inferred import OnePart
from dgxops.importing.names import Naming, Size, namings_of
from dgxops.importing.platform import Kind
from dgxops.model.system import PortRole
from dgxops.nodeset import fold

_NO_RACKS = 1000  # nodes of a rack where no architecture says


def sizes(kind: Kind) -> Size:
    arch = kind.architecture
    return Size(arch.nodes_per_su, arch.racks.nodes_per_rack) if arch else Size(max(len(kind.nodes), 1), _NO_RACKS)


def candidates(sources: Sources, kind: Kind, switches: Mapping[str, SwitchEntry]) -> Iterator[OnePart]:
    """Everything that can be told if the nodes are of this kind, once for every way to read their names.

    Raises:
        DgxopsError: the names follow no template.
    """
    size = sizes(kind)
    for naming in namings_of(kind.nodes, size):
        yield _one(sources, kind, size, naming, switches)


def _one(sources: Sources, kind: Kind, size: Size, naming: Naming, switches: Mapping[str, SwitchEntry]) -> OnePart:
    found = OnePart(kind=kind, size=size, nodes=naming[1])
    found.values["platform"] = kind.system.id, kind.evidence
    _size(found)
    if kind.architecture is None:
        _fabric(found, sources, switches)
    found.values["naming.node"] = naming[0], f"makes all {len(found.nodes)} names again: {fold(found.nodes.values())}"
    _gaps(found)
    _memory(found, sources)
    return found


def _size(found: OnePart) -> None:
    """Units, and how far the last is filled."""
    top, arch = max(found.nodes), found.kind.architecture
    if arch is None:
        found.values["scalable_units"] = "none", f"no reference architecture is known for {found.kind.system.id}"
        found.values["nodes"] = top, "the highest number among the names"
        return
    found.values["architecture"] = arch.id, f"what the catalogue knows for {found.kind.system.id}"
    per_unit = arch.nodes_per_su
    found.values["scalable_units"] = -(-top // per_unit), f"{per_unit} positions a unit, the highest in use is {top}"


def _gaps(found: OnePart) -> None:
    """The positions that are empty: behind the last, freed for UFM, or left out by name."""
    arch, top = found.kind.architecture, max(found.nodes)
    per_unit, freed = found.size.unit, arch.ufm.omitted_nodes if arch else 0
    places = -(-top // per_unit) * per_unit if arch else top
    auto = set(range(per_unit - freed + 1, per_unit + 1)) if arch else set()
    absent = set(range(1, places + 1)) - set(found.nodes)
    gaps = {p for p in absent if p < top}
    if not absent - gaps <= auto:
        found.values["nodes"] = top, f"no node stands beyond position {top} of {places}"
        absent = gaps
    if arch and absent == {p for p in auto if p in absent or p < top}:
        found.values["omit"] = "auto", "only positions that the reference architecture frees for UFM are empty"
    elif arch or absent:
        names = [found.name_at(gap) for gap in sorted(absent)]
        found.values["omit"] = names or "none", f"positions without a node: {fold(names) if names else 'none'}"


def _memory(found: OnePart, sources: Sources) -> None:
    """What Slurm hands out, where that is not what the catalogue says."""
    mine, known = set(found.nodes.values()), found.kind.system.real_memory_mb
    seen = sorted({n.memory_mb for n in sources.nodes if n.name in mine})
    if not seen or seen == [known]:
        return
    least = f"RealMemory of every node; the catalogue says {known or 'nothing'}"
    if len(seen) > 1:
        least = f"the least RealMemory of {len(mine)} nodes; the most is {seen[-1]}"
        found.open.append(f"hardware.real_memory_mb: nodes have from {seen[0]} to {seen[-1]} MiB; the least is written")
    if seen[0] >= 1024:
        found.values["hardware.real_memory_mb"] = seen[0], least


def _fabric(found: OnePart, sources: Sources, switches: Mapping[str, SwitchEntry]) -> None:
    """Of a plain group: two systems that cables join, one switch that all meet, or nothing that is cabled."""
    mine, system = set(found.nodes.values()), found.kind.system
    ends = [pair for c in sources.cables for pair in ((c.a, c.z), (c.z, c.a)) if pair[0][0] in mine]
    ports = compute_words(system)
    met = [far for near, far in ends if near[1].partition("/")[0] in ports]
    joined = sum(far[0] in mine for far in met) // 2
    if len(mine) == 2 and joined:
        found.values["fabric"] = "direct", f"{joined} cables join the two systems"
    elif met:
        _switched(found, [far for far in met if far[0] not in mine], switches)
    elif sources.cables:
        found.values["fabric"] = "none", "no cable leaves a compute port of these nodes"
        found.open.append(f"fabric: the cables read are of no compute port of {fold(mine)}; none is written")
    else:
        found.open.append(f"fabric: no source says how {fold(mine)} are cabled; none is assumed")


def _switched(found: OnePart, met: list[tuple[str, str]], switches: Mapping[str, SwitchEntry]) -> None:
    names, compute = {device for device, _ in met}, found.kind.system.ports_of(PortRole.COMPUTE)
    highest = max((int(port) for _, port in met if port.isdigit()), default=len(met))
    rate = max((p.rate_gbps or 0 for p in compute), default=0)
    large = [(s.rate_gbps, s.radix, model) for model, s in switches.items()
             if s.radix >= highest and s.rate_gbps >= rate and s.fabric == "infiniband"]  # fmt: skip
    if not large:
        found.open.append(
            f"fabric: no switch of the catalogue has {highest} ports of {rate} Gb/s, as {fold(names)} must"
        )
        return
    model = min(large)[2]
    found.values["fabric"] = model, f"{len(met)} cables lead to {fold(names)}; the model is not in a cable list"
    others = sorted(m for _, _, m in large if m != model)
    found.open.append(f"fabric: of which model {fold(names)} is; {model} fits, and so do {', '.join(others[:4])}")
