"""Which kind of DGX system, in which architecture: those of the catalogue that every fact of the sources fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dgxops.catalogue import Catalogue
from dgxops.catalogue.schema import ArchitectureEntry
from dgxops.importing.facts import SeenNode, Sources
from dgxops.model.system import PortRole, System


@dataclass(frozen=True, slots=True)
class Kind:
    """A platform and what it is built into (None: a plain group); ``nodes`` are the names of such systems."""

    system: System
    architecture: ArchitectureEntry | None
    nodes: tuple[str, ...]
    evidence: str


def ports_by_device(sources: Sources) -> dict[str, set[str]]:
    """Device -> its ports that have a cable, without breakout lanes."""
    found: dict[str, set[str]] = {}
    for device, port in (end for cable in sources.cables for end in (cable.a, cable.z)):
        found.setdefault(device, set()).add(port.partition("/")[0])
    return found


def kinds(sources: Sources, catalogue: Catalogue) -> list[Kind]:
    """Every kind that fits, the likeliest first; those with an architecture before plain groups."""
    ports = ports_by_device(sources)
    found: list[tuple[tuple[int, int], Kind]] = []
    for ident in catalogue.systems:
        system = catalogue.system(ident)
        nodes, evidence, off = _matching(system, sources, ports)
        if nodes:
            built: list[ArchitectureEntry | None] = list(catalogue.architectures_of(ident)) or [None]
            found += [((-len(nodes), off), Kind(system, each, nodes, evidence)) for each in built]
    best = min((rank for rank, _ in found), default=None)
    return [kind for rank, kind in found if rank == best]


def _matching(system: System, sources: Sources, ports: Mapping[str, set[str]]) -> tuple[tuple[str, ...], str, int]:
    """Names of such systems, why they are, and by how many MiB their memory differs from the catalogue's."""
    cabled = _cabled(system, ports)
    if not sources.nodes:
        return cabled, f"{len(cabled)} devices have cables in its compute ports", 0
    fitting = [n for n in sources.nodes if _fits(system, n)]
    names = tuple(n.name for n in fitting)
    if not names or (cabled and not set(names) & set(cabled)):
        return (), "", 0
    off = min(abs(n.memory_mb - system.real_memory_mb) for n in fitting) if system.real_memory_mb else 1 << 30
    n = fitting[0]
    layout = f"{n.sockets} x {n.cores} cores x {n.threads} threads, {n.memory_mb} MiB"
    return names, f"Slurm: {len(names)} nodes with {n.gpus} GPUs {n.gpu_type or '(type not named)'}, {layout}", off


def _cabled(system: System, ports: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Devices with cabled compute ports of a system, by either name, and no strange port.

    One at least must have them all; others may lack cables.
    """
    compute = system.ports_of(PortRole.COMPUTE)
    printed, rdma = {p.name for p in compute}, {p.rdma for p in compute if p.rdma}
    known = {p.name for p in system.ports} | {p.rdma for p in system.ports if p.rdma}
    likely = {device: have for device, have in ports.items() if have <= known and have & (printed | rdma)}
    whole = any(printed <= have or (len(rdma) == len(compute) and rdma <= have) for have in likely.values())
    return tuple(likely) if whole else ()


def _fits(system: System, node: SeenNode) -> bool:
    cpu, gpu = system.cpu, system.gpu
    if not cpu or not node.gpus or node.gpus != gpu.count:
        return False
    same = (cpu.sockets, cpu.cores_per_socket, cpu.threads_per_core) == (node.sockets, node.cores, node.threads)
    return same and node.gpu_type.lower() in ("", gpu.slurm_type.lower())


def words(several: Iterable[Kind]) -> str:
    return ", ".join(f"{k.system.id} ({k.architecture.id if k.architecture else 'plain'})" for k in several)
