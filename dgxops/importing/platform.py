"""Which kinds of DGX systems there are, in which architectures: those of the catalogue that the facts fit best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dgxops.catalogue import Catalogue
from dgxops.catalogue.schema import ArchitectureEntry
from dgxops.errors import DgxopsError
from dgxops.importing.facts import Role, SeenNode, Sources
from dgxops.importing.names import skeleton
from dgxops.model.system import PortRole, System, SystemKind
from dgxops.nodeset import fold

_MOST_PARTS = 7  # groups of a cluster: each has an eighth of the subnets, and the first is the machines'
_FEW = 4  # how many times as many nodes of the same kind make a few names strange
_UNKNOWN = 1 << 30  # MiB: how far a node is from a system whose memory nobody knows


@dataclass(frozen=True, slots=True)
class Kind:
    """A platform and what it is built into (None: a plain group); ``nodes`` are the names of such systems."""

    system: System
    architecture: ArchitectureEntry | None
    nodes: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Part:
    """Nodes that are one kind, and every kind that they may be."""

    nodes: tuple[str, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Parted:
    """All parts, the largest first, and a sentence for every device that is in none."""

    parts: tuple[Part, ...]
    left_out: tuple[str, ...]


def ports_by_device(sources: Sources) -> dict[str, set[str]]:
    """Device -> its ports that have a cable, without breakout lanes."""
    found: dict[str, set[str]] = {}
    for device, port in (end for cable in sources.cables for end in (cable.a, cable.z)):
        found.setdefault(device, set()).add(port.partition("/")[0])
    return found


def parted(sources: Sources, catalogue: Catalogue, wanted: str | None) -> Parted:
    """The systems that the sources name, kind by kind; only those of one platform where it is ``wanted``.

    Raises:
        DgxopsError: no system of the catalogue fits, or the sources do not say what the nodes are.
    """
    only = catalogue.system(wanted).id if wanted else None
    known = map(catalogue.system, [only] if only else catalogue.systems)
    systems = [s for s in known if s.kind is not SystemKind.CLOUD]  # rented: nothing of it is ours to design
    ports = ports_by_device(sources)
    if sources.nodes:
        parts, left = _by_slurm(systems, catalogue, sources.nodes, ports)
        left += _unknown_to_slurm(systems, sources, ports)
    else:
        parts, left = _by_cables(systems, catalogue, ports), []
        left += _without_cables(parts, sources)
    if not parts and not sources.nodes:
        parts = _by_inventory(systems, catalogue, sources, only)
    if not parts:
        raise _nothing_fits(only, left)
    named = sorted((p for part in parts for p in _families(part)), key=lambda p: -len(p.nodes))
    strays = [p for p in named if _stray(p, named)]
    left += [f"{len(p.nodes)} nodes are {words(p.kinds[:1])} too, but named otherwise, and left out: {fold(p.nodes)}"
             for p in strays]  # fmt: skip
    parts = [p for p in named if p not in strays]
    left += [f"more than {_MOST_PARTS} kinds; left out: {fold(p.nodes)}" for p in parts[_MOST_PARTS:]]
    return Parted(tuple(parts[:_MOST_PARTS]), tuple(left))


def words(several: Iterable[Kind]) -> str:
    return ", ".join(f"{k.system.id} ({k.architecture.id if k.architecture else 'plain'})" for k in several)


def _nothing_fits(only: str | None, left: Sequence[str]) -> DgxopsError:
    found = f": {left[0]}" if left else ""
    return DgxopsError(
        f"{only or 'no DGX system of the catalogue'} does not fit what the sources say{found}",
        hint="`dgxops show system ID` prints the ports, processors and GPUs that were looked for",
    )


def _part(systems: Iterable[System], catalogue: Catalogue, nodes: Sequence[str], evidence: str) -> Part:
    kinds = (
        Kind(system, arch, tuple(nodes), evidence)
        for system in systems
        for arch in (list[ArchitectureEntry | None](catalogue.architectures_of(system.id)) or [None])
    )
    return Part(tuple(nodes), tuple(kinds))


def _families(part: Part) -> list[Part]:
    """The same, name by name: one template makes the names of a group."""
    names: dict[str, list[str]] = {}
    for name in part.nodes:
        names.setdefault(skeleton(name), []).append(name)
    if len(names) == 1:
        return [part]
    return [
        Part(tuple(each), tuple(replace(k, nodes=tuple(each), evidence=f"{k.evidence}; these {len(each)} by name")
                                for k in part.kinds))
        for each in names.values()
    ]  # fmt: skip


def _stray(part: Part, parts: Iterable[Part]) -> bool:
    """Whether these few stand among many of the same kind: a group of their own would have fabrics of its own."""
    alike = (p for p in parts if [k.system.id for k in p.kinds] == [k.system.id for k in part.kinds])
    return bool(part.kinds[0].architecture) and len(part.nodes) * _FEW < max(len(p.nodes) for p in alike)


def _by_slurm(
    systems: Sequence[System], catalogue: Catalogue, nodes: Iterable[SeenNode], ports: Mapping[str, set[str]]
) -> tuple[list[Part], list[str]]:
    """Nodes by the systems whose processors, GPUs and memory they have; those that are none are told."""
    found: dict[tuple[str, ...], list[SeenNode]] = {}
    for node in nodes:
        found.setdefault(tuple(s.id for s in _closest(systems, node)), []).append(node)
    strange = found.pop((), [])
    by_id = {s.id: s for s in systems}
    parts = []
    for idents, members in found.items():
        names = [n.name for n in members]
        likely = [by_id[i] for i in idents]
        cabled = [s for s in likely if set(names) & set(_cabled(s, ports))]
        parts.append(_part(cabled or likely, catalogue, names, _evidence(members)))
    return parts, _strangers(strange)


def _strangers(nodes: Iterable[SeenNode]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for n in nodes:
        gpus = f"{n.gpus} GPUs {n.gpu_type or '(type not named)'}" if n.gpus else "no GPU"
        alike.setdefault(f"{gpus}, {n.sockets} x {n.cores} cores x {n.threads} threads", []).append(n.name)
    return [
        f"{len(names)} Slurm nodes are no such DGX system and were left out: {fold(names)} ({layout})"
        for layout, names in alike.items()
    ]


def _unknown_to_slurm(systems: Iterable[System], sources: Sources, ports: Mapping[str, set[str]]) -> list[str]:
    known = {n.name for n in sources.nodes}
    cabled = {name for system in systems for name in _cabled(system, ports)} - known
    listed = set(sources.with_role(Role.NODE)) - known - cabled
    return [
        *(
            [f"{len(cabled)} devices are cabled as nodes, but Slurm knows none of them: {fold(cabled)}"]
            if cabled
            else []
        ),
        *([f"{len(listed)} nodes of the inventory are unknown to Slurm: {fold(listed)}"] if listed else []),
    ]


def _without_cables(parts: Iterable[Part], sources: Sources) -> list[str]:
    """Nodes of an inventory that no cable list has, where it has others."""
    cabled = {name for part in parts for name in part.nodes}
    rest = [name for name in sources.with_role(Role.NODE) if cabled and name not in cabled]
    return (
        [f"{len(rest)} nodes of the inventory are cabled like no DGX system, and left out: {fold(rest)}"]
        if rest
        else []
    )


def _evidence(nodes: Sequence[SeenNode]) -> str:
    n = nodes[0]
    layout = f"{n.sockets} x {n.cores} cores x {n.threads} threads, {n.memory_mb} MiB"
    return f"Slurm: {len(nodes)} nodes with {n.gpus} GPUs {n.gpu_type or '(type not named)'}, {layout}"


def _closest(systems: Iterable[System], node: SeenNode) -> list[System]:
    """Systems that the node may be; of several those whose memory is nearest."""
    fits = [(abs(node.memory_mb - s.real_memory_mb) if s.real_memory_mb else _UNKNOWN, s)
            for s in systems if _fits(s, node)]  # fmt: skip
    least = min((off for off, _ in fits), default=0)
    return [system for off, system in fits if off == least]


def _fits(system: System, node: SeenNode) -> bool:
    cpu, gpu = system.cpu, system.gpu
    if not cpu or not node.gpus or node.gpus != gpu.count:
        return False
    same = (cpu.sockets, cpu.cores_per_socket, cpu.threads_per_core) == (node.sockets, node.cores, node.threads)
    return same and node.gpu_type.lower() in ("", gpu.slurm_type.lower())


def _by_cables(systems: Sequence[System], catalogue: Catalogue, ports: Mapping[str, set[str]]) -> list[Part]:
    """The systems that have most devices with every compute port cabled, then those that have most of the others."""
    parts: list[Part] = []
    rest = dict(ports)
    while True:
        whole = {s.id: {d for d, have in rest.items() if _exact(s, have)} for s in systems}
        most = max((len(devices) for devices in whole.values()), default=0)
        if not most:
            return parts
        first = next(s for s in systems if len(whole[s.id]) == most)
        likely = [s for s in systems if whole[s.id] == whole[first.id]]
        elsewhere = {d for s in systems for d in whole[s.id]} - whole[first.id]
        names = [d for d in _cabled(first, rest) if d not in elsewhere]
        parts.append(_part(likely, catalogue, names, f"{len(names)} devices have cables in its compute ports"))
        rest = {device: have for device, have in rest.items() if device not in set(names)}


def _exact(system: System, have: set[str]) -> bool:
    """Whether all compute ports of a system are among these, by one of their names, and no port that it lacks."""
    compute = system.ports_of(PortRole.COMPUTE)
    known = {p.name for p in system.ports} | {p.rdma for p in system.ports if p.rdma}
    return bool(compute) and have <= known and all(p.name in have or p.rdma in have for p in compute)


def _cabled(system: System, ports: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Devices with cabled compute ports of a system, by either name, and no strange port.

    One at least must have them all; others may lack cables.
    """
    compute = system.ports_of(PortRole.COMPUTE)
    either = {p.name for p in compute} | {p.rdma for p in compute if p.rdma}
    known = {p.name for p in system.ports} | {p.rdma for p in system.ports if p.rdma}
    likely = {device: have for device, have in ports.items() if have <= known and have & either}
    return tuple(likely) if any(_exact(system, have) for have in likely.values()) else ()


def _by_inventory(systems: Sequence[System], catalogue: Catalogue, sources: Sources, only: str | None) -> list[Part]:
    """The nodes of an inventory, which does not say what they are."""
    nodes = sources.with_role(Role.NODE)
    if nodes and not only:
        raise DgxopsError(
            f"the sources name {len(nodes)} nodes, but not which DGX systems they are: {fold(nodes)}",
            hint="--platform dgx-h100 says it (`dgxops show systems` lists all), or what `scontrol show node` prints",
        )
    evidence = f"--platform says it; the inventory names {len(nodes)} nodes"
    return [_part(systems, catalogue, nodes, evidence)] if nodes else []
