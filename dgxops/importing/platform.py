"""Which kinds of DGX systems there are, in which architectures: those of the catalogue that the facts fit best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dgxops.catalogue import Catalogue
from dgxops.catalogue.schema import ArchitectureEntry
from dgxops.errors import DgxopsError
from dgxops.importing.cabled import Ports, exact, most, ports_by_device, some_compute, with_compute, without_compute
from dgxops.importing.facts import Role, SeenNode, Sources
from dgxops.importing.names import skeleton
from dgxops.model.system import System, SystemKind
from dgxops.nodeset import fold

_MOST_PARTS = 7  # groups of a cluster: each has an eighth of the subnets, and the first is the machines'
_FEW = 4  # how many times as many nodes of the same kind make a few names strange
_BMC = "BMC"
_SWITCH_PORT = re.compile(r"\d|sw\w?\d|mgmt|Blade", re.IGNORECASE)
_SPREAD = 0.25  # of the memory: a site tells Slurm of as much less than is fitted


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
        left += [*_unknown_to_slurm(systems, sources, ports), *_types(sources.nodes)]
    else:
        parts, left = _by_cables(systems, catalogue, ports) or _beside_compute(systems, catalogue, ports), []
        left += [*_without_cables(parts, sources), *_few_cables(parts, ports)]
    if not parts and not sources.nodes:
        parts = _by_inventory(systems, catalogue, sources, only) or (
            _by_name(systems, catalogue, ports) if only else []
        )
    if not parts:
        raise _nothing_fits(only, left, ports)
    named = sorted((p for part in parts for p in _families(part)), key=lambda p: -len(p.nodes))
    strays = [p for p in named if _stray(p, named)]
    left += [f"{len(p.nodes)} nodes are {words(p.kinds[:1])} too, but named otherwise, and left out: {fold(p.nodes)}"
             for p in strays]  # fmt: skip
    parts = [p for p in named if p not in strays]
    left += [f"more than {_MOST_PARTS} kinds; left out: {fold(p.nodes)}" for p in parts[_MOST_PARTS:]]
    return Parted(tuple(parts[:_MOST_PARTS]), tuple(left))


def words(several: Iterable[Kind]) -> str:
    return ", ".join(f"{k.system.id} ({k.architecture.id if k.architecture else 'plain'})" for k in several)


def _nothing_fits(only: str | None, left: Sequence[str], ports: Ports) -> DgxopsError:
    found = f": {left[0]}" if left else ""
    if ports and not left:
        found = f": no device has cables in the ports that tell such a system ({_for_example(ports)})"
    who = f"{only} does not fit" if only else "no DGX system of the catalogue fits"
    hint = "`dgxops show system ID` prints the ports, processors and GPUs that were looked for"
    if not only and {_BMC} in ports.values():
        hint = "with --platform, devices of which only the BMC is cabled are taken as its nodes"
    return DgxopsError(f"{who} what the sources say{found}", hint=hint)


def _for_example(ports: Ports) -> str:
    """The device whose ports have words for names, and what they are."""
    device = max(ports, key=lambda d: (sum(not _SWITCH_PORT.match(port) for port in ports[d]), d))
    few = sorted(ports[device])
    return f"{device} has {', '.join(few[:5])}{' and more' if len(few) > 5 else ''}"


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
    systems: Sequence[System], catalogue: Catalogue, nodes: Iterable[SeenNode], ports: Ports
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
        cabled = [s for s in likely if set(names) & set(with_compute(s, ports))]
        parts.append(_part(cabled or likely, catalogue, names, _evidence(members)))
    return parts, _strangers(strange)


def _types(nodes: Iterable[SeenNode]) -> list[str]:
    """Types of GPU that are more than one word: dgxops writes the model alone, and jobs name the type."""
    named = dict.fromkeys(n.gpu_type for n in nodes if re.search(r"[^A-Za-z0-9]", n.gpu_type))
    return (
        [f"Gres: Slurm calls the GPUs {', '.join(named)}; dgxops by the model alone, as in gpu:h100:8"] if named else []
    )


def _strangers(nodes: Iterable[SeenNode]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for n in nodes:
        gpus = f"{n.gpus} GPUs {n.gpu_type or '(type not named)'}" if n.gpus else "no GPU"
        alike.setdefault(f"{gpus}, {n.sockets} x {n.cores} cores x {n.threads} threads", []).append(n.name)
    return [
        f"{len(names)} Slurm nodes are no such DGX system and were left out: {fold(names)} ({layout})"
        for layout, names in alike.items()
    ]


def _unknown_to_slurm(systems: Iterable[System], sources: Sources, ports: Ports) -> list[str]:
    known = {n.name for n in sources.nodes}
    cabled = {name for system in systems for name in with_compute(system, ports)} - known
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


def _few_cables(parts: Iterable[Part], ports: Ports) -> list[str]:
    """Devices with a few compute ports of a kind that is there, which are named otherwise and taken as no node."""
    nodes = {name for part in parts for name in part.nodes}
    found = {d: None for part in parts for kind in part.kinds for d in some_compute(kind.system, ports)}
    rest = [device for device in found if device not in nodes]
    what = "have cables in few ports that are called like compute ports of the nodes, and are taken as other machines"
    return [f"{len(rest)} devices {what}: {fold(rest)}"] if rest else []


def _evidence(nodes: Sequence[SeenNode]) -> str:
    n = nodes[0]
    layout = f"{n.sockets} x {n.cores} cores x {n.threads} threads, {n.memory_mb} MiB"
    return f"Slurm: {len(nodes)} nodes with {n.gpus} GPUs {n.gpu_type or '(type not named)'}, {layout}"


def _closest(systems: Iterable[System], node: SeenNode) -> list[System]:
    """Systems that the node may be; of several those whose memory is nearest, or about as large as the nearest."""
    fits = [s for s in systems if _fits(s, node)]
    known = [s.real_memory_mb for s in fits if s.real_memory_mb]
    nearest = min(known, key=lambda memory: abs(memory - node.memory_mb), default=0)
    return [s for s in fits if not s.real_memory_mb or abs(s.real_memory_mb - nearest) <= _SPREAD * nearest]


def _fits(system: System, node: SeenNode) -> bool:
    cpu, gpu = system.cpu, system.gpu
    if not cpu or not node.gpus or node.gpus != gpu.count:
        return False
    same = (cpu.sockets, cpu.cores_per_socket, cpu.threads_per_core) == (node.sockets, node.cores, node.threads)
    # Slurm finds types such as nvidia_h100_80gb_hbm3 by itself (AutoDetect=nvml)
    words = re.split(r"[^a-z0-9]+", node.gpu_type.lower())
    return same and (not node.gpu_type or gpu.slurm_type.lower() in words)


def _by_cables(systems: Sequence[System], catalogue: Catalogue, ports: Ports) -> list[Part]:
    """The systems that have most devices with every compute port cabled, then those that have most of the others."""
    parts: list[Part] = []
    rest = dict(ports)
    while True:
        whole = {s.id: {d for d, have in rest.items() if exact(s, have)} for s in systems}
        likely = most(systems, whole)
        if not likely:
            return parts
        first = likely[0]
        elsewhere = {d for s in systems for d in whole[s.id]} - whole[first.id]
        names = [d for d in with_compute(first, rest) if d not in elsewhere]
        parts.append(_part(likely, catalogue, names, f"{len(names)} devices have cables in its compute ports"))
        rest = {device: have for device, have in rest.items() if device not in set(names)}


def _beside_compute(systems: Sequence[System], catalogue: Catalogue, ports: Ports) -> list[Part]:
    """From a list of other networks alone, as Mission Control's: who has the in-band or storage ports of a system."""
    parts: list[Part] = []
    rest = dict(ports)
    while likely := most(systems, found := {s.id: set(without_compute(s, rest)) for s in systems}):
        names = [d for d in rest if d in found[likely[0].id]]
        evidence = f"{len(names)} devices have cables in its in-band or storage ports; none is of a compute port"
        parts.append(_part(likely, catalogue, names, evidence))
        rest = {device: have for device, have in rest.items() if device not in set(names)}
    return parts


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


def _by_name(systems: Sequence[System], catalogue: Catalogue, ports: Ports) -> list[Part]:
    """The largest family of names among devices of which the sources have no port but a BMC."""
    families: dict[str, list[str]] = {}
    for device, have in ports.items():
        if have == {_BMC}:
            families.setdefault(skeleton(device), []).append(device)
    names = max(families.values(), key=len, default=[])
    evidence = f"--platform says it; {len(names)} devices of one name, of which the sources have the BMC alone"
    return [_part(systems, catalogue, names, evidence)] if names else []
