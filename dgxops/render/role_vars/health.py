"""Variables of node_health: what a node of each system is held to, from the catalogue and the cabling."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric
from dgxops.model.node import Host, HostPort, PortRole, System
from dgxops.model.system import NvlinkDomain, platform_group
from dgxops.render.repositories import has_stack

Variables = dict[str, object]

FABRIC_STATE_SINCE = 4
"""NVLink generation, Hopper's, from which the driver tells of the fabric (NVML: nvmlDeviceGetGpuFabricInfo)."""
DISK = "disk 95 / /tmp /var"
"""The share is ours: nothing published says how full is too full."""
APPLICATION_XIDS = ("13", "31", "43", "45", "68", "109")
"""What applications cause on a GPU that is well: NVIDIA/k8s-device-plugin internal/rm/health.go."""
CONTAINED = "94"
"""A contained memory error, whose job alone ends: DeepOps roles/nhc leaves it out."""
MANAGED = "managed"
LAB_LACKS = ("clock", "cpus", "fabric", "memory", "mount", "net_port", "rdma_port", "service", "xid")
"""Checks of what a container has not of its own: a clock, a kernel, processors, memory, devices, NVLink."""


@dataclass(frozen=True, slots=True)
class Line:
    """A check with arguments, or a remark why there is none; ``mark`` is that of the value where it was not read."""

    words: tuple[str, ...] = ()
    mark: str | None = None
    remark: str = ""


def group_variables(cluster: Cluster) -> dict[str, Variables]:
    """Group -> role variables: the checks of each system."""
    return {platform_group(system.id): _health(cluster, system) for system in cluster.systems}


def host_variables(cluster: Cluster, host: Host) -> Variables:
    """Nothing but its name differs from host to host, which is the inventory's."""
    return {}


def _health(cluster: Cluster, system: System) -> Variables:
    lines = tuple(_lines(cluster, system))
    variables: Variables = {
        "node_health_checks": [shlex.join(line.words) for line in lines if line.words],
        "node_health_remarks": [*_unchecked(lines), *_marked(lines)],
    }
    return variables | ({"node_health_off": list(LAB_LACKS)} if cluster.lab else {})


def _unchecked(lines: tuple[Line, ...]) -> Iterator[str]:
    return (f"not checked: {line.remark}" for line in lines if line.remark)


def _marked(lines: tuple[Line, ...]) -> Iterator[str]:
    """A line for each mark and check: what an operator looks at first when a whole fleet fails alike."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.words and line.mark:
            found.setdefault((line.mark, line.words[0]), []).append(line.words[1])
    return (f"{mark} in the catalogue: {check} {' '.join(those)}" for (mark, check), those in found.items())


def _lines(cluster: Cluster, system: System) -> Iterator[Line]:
    yield _gpus(cluster, system)
    yield _driver(cluster, system)
    yield from _nvlink(system)
    yield from _size(system)
    yield from _ports(cluster, system)
    yield from _mounts(cluster)
    yield from (Line(tuple(DISK.split())), Line(("clock",)), Line(("xid", *APPLICATION_XIDS, CONTAINED)))


def _gpus(cluster: Cluster, system: System) -> Line:
    """The lab's nvidia-smi has no names of GPUs."""
    gpu = system.gpu
    name = None if cluster.lab else gpu.smi_name
    words = ("gpus", str(gpu.count), *([name] if name else []))
    remark = "" if name else "names of the GPUs: not known what nvidia-smi calls them"
    return Line(
        words, system.mark("gpu.count", gpu.count) or (system.mark("gpu.smi_name", name) if name else None), remark
    )


def _driver(cluster: Cluster, system: System) -> Line:
    if not has_stack(cluster, system):
        return Line(remark="the driver: the release has none for this system")
    versions = cluster.release.versions
    return Line(("driver", versions.driver or versions.driver_branch))


def _nvlink(system: System) -> Iterator[Line]:
    needs, nvlink = system.needs, system.nvlink
    if needs.fabric_manager is None:
        yield Line(remark="fabric manager: not known whether this system needs one")
    if needs.fabric_manager:
        mark = system.mark("needs.fabric_manager", True)
        yield Line(("service", "nvidia-fabricmanager.service"), mark)
    if needs.fabric_manager or nvlink.domain is NvlinkDomain.RACK:
        if nvlink.generation and nvlink.generation >= FABRIC_STATE_SINCE:
            yield Line(("fabric", str(system.gpu.count)), system.mark("nvlink.generation", nvlink.generation))
        else:
            yield Line(remark="state of the NVLink fabric: the driver does not tell of it on this generation")


def _size(system: System) -> Iterator[Line]:
    """What slurm.conf promises; where it promises nothing, nothing is held to it."""
    cpu, memory = system.cpu, system.real_memory_mb
    if memory:
        yield Line(("memory", str(memory)), system.mark("real_memory_mb", memory))
    else:
        yield Line(remark="memory: not known")
    if cpu:
        yield Line(("cpus", str(cpu.cores), str(cpu.cpus)), system.mark("cpu", cpu))
    else:
        yield Line(remark="processors: not known")


def _ports(cluster: Cluster, system: System) -> Iterator[Line]:
    """Ports that are cabled on every node of the system, at the rate of the slower of port and link."""
    cabled = _cabled(cluster, system)
    for role in (PortRole.COMPUTE, PortRole.STORAGE, PortRole.INBAND):
        for port in system.ports_of(role):
            fabrics = cabled.get(port.name, ())
            if fabrics or cluster.rented:
                yield from _port(system, port, fabrics)
            else:
                yield Line(remark=f"port {port.name} ({role}): no cable is designed for it on every node")


def _cabled(cluster: Cluster, system: System) -> dict[str, tuple[Fabric, ...]]:
    """Port -> the fabrics that it meets, of ports that have a cable on every node of the system."""
    nodes = {n.name for n in cluster.nodes if n.system is system and n.absence is None}
    met: dict[str, dict[str, Fabric]] = {}
    having: dict[str, set[str]] = {}
    for fabric in (f for f in cluster.fabrics if not f.out_of_band):
        for end in (end for link in fabric.links for end in (link.a, link.z) if end.device in nodes):
            met.setdefault(end.cage, {})[fabric.name] = fabric
            having.setdefault(end.cage, set()).add(end.device)
    return {cage: tuple(fabrics.values()) for cage, fabrics in met.items() if having[cage] == nodes}


def _port(system: System, port: HostPort, fabrics: tuple[Fabric, ...]) -> Iterator[Line]:
    """Its device, and the second one where it has two: what each of two tells of the rate they share is not known."""
    infiniband = any(f.protocol == "infiniband" for f in fabrics)
    if port.second_rdma or port.second_interface:
        yield _device(system, port, port.rdma, None if infiniband else port.interface, ())
        yield _device(system, port, port.second_rdma, None if infiniband else port.second_interface, ())
    else:
        yield _device(system, port, port.rdma, None if infiniband else port.interface, _rate(port, fabrics))


def _device(system: System, port: HostPort, rdma: str | None, interface: str | None, rate: tuple[str, ...]) -> Line:
    """By its RDMA name where that is known, in-band by its interface, which the bond has.

    An interface of InfiniBand is none to ask: it is down until it has an address, whatever the link below it.
    """
    slower = system.port_mark(port, "rate_gbps") if rate else None
    if rdma and port.role is not PortRole.INBAND:
        return Line(("rdma_port", rdma, *rate), system.port_mark(port, "rdma") or slower)
    if interface:
        return Line(("net_port", interface, *rate), system.port_mark(port, "interface") or slower)
    return Line(remark=f"port {port.name} ({port.role}): the name of its device is not known")


def _rate(port: HostPort, fabrics: tuple[Fabric, ...]) -> tuple[str, ...]:
    """Gb/s of the slower of port and link; nothing where the port's is not known."""
    rates = [f.rate_gbps for f in fabrics if f.rate_gbps]
    return (str(min([port.rate_gbps, *rates])),) if port.rate_gbps else ()


def _mounts(cluster: Cluster) -> Iterator[Line]:
    state = PurePosixPath(cluster.slurm.settings.state_save_location)
    for shared in cluster.storage:
        if shared.server == MANAGED:
            yield Line(remark=f"mount {shared.mount}: a head is to serve it, which no role does yet")
        elif state.is_relative_to(shared.mount):
            yield Line(
                remark=f"mount {shared.mount}: the controllers' state is on it; nobody says that nodes have it too"
            )
        else:
            yield Line(("mount", shared.mount, shared.kind))
