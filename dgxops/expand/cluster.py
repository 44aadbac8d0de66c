"""Put the parts together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from dgxops.expand import hosts as hosts_
from dgxops.expand import racking, rented, scheduling
from dgxops.expand.access import Access, access_fabric, most_leaves
from dgxops.expand.compute import Design, compute_fabric
from dgxops.expand.people import uid_of
from dgxops.expand.plain import architecture_of, plain_fabrics, settled
from dgxops.model.cluster import Admin, Cluster, Site
from dgxops.model.fabric import Fabric
from dgxops.model.network import Network
from dgxops.model.node import CpuLayout, Host, HostRole, System
from dgxops.model.rack import Rack
from dgxops.model.storage import SharedFilesystem

if TYPE_CHECKING:
    from dgxops.catalogue import Catalogue
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.spec.schema import ClusterSpec, Compute, Hardware, Management, OutOfBand, StorageNetwork

    NetworkSpec = Management | OutOfBand | Compute | StorageNetwork

NETWORKS = ("management", "oob", "compute", "storage")


def expand(spec: ClusterSpec, catalogue: Catalogue) -> Cluster:
    """Every host, address, switch, cable, rack and partition that follows from ``spec``.

    Raises:
        DgxopsError: a pool or the fabric cannot hold what is asked (``spec.load`` finds these first, with their place).
    """
    spec = settled(spec)
    system = measured(rented.in_shape(catalogue.system(spec.platform), spec.shape), spec.hardware)
    arch = architecture_of(spec, catalogue)
    release = catalogue.releases[spec.software.release]
    here = hosts_.population(spec, arch)
    hosts = rented.hosts(spec, system) or (
        *hosts_.management_hosts(spec, arch, ufm=bool(here.omitted) or not arch.ufm.links),
        *hosts_.dgx_hosts(spec, arch, system, here.positions),
    )
    fabrics = (
        *_compute(spec, arch, system, catalogue, hosts, here),
        *(access_fabric(a, hosts) for a in accesses(spec, arch, system, catalogue)),
    )
    return Cluster(
        name=spec.name,
        domain=spec.domain,
        architecture=arch.id,
        scalable_units=0 if spec.plain else spec.units,
        nodes_per_su=arch.nodes_per_su,
        release=release,
        site=_site(spec),
        hosts=hosts,
        networks=tuple(_network(name, getattr(spec.networks, name)) for name in _networks(spec)),
        fabrics=fabrics,
        racks=() if spec.rented else _racks(arch, hosts, fabrics),
        storage=tuple(SharedFilesystem(s.name, s.kind, s.mount, s.server) for s in spec.storage),
        slurm=scheduling.slurm(spec, arch, hosts, release.slurm),
        overrides=spec.overrides,
        architecture_marks=tuple(sorted(arch.marks.items())),
    )


def _networks(spec: ClusterSpec) -> tuple[str, ...]:
    return rented.networks(spec) if spec.rented else NETWORKS


def _compute(
    spec: ClusterSpec,
    arch: ArchitectureEntry,
    system: System,
    catalogue: Catalogue,
    hosts: tuple[Host, ...],
    here: hosts_.Population,
) -> Iterable[Fabric]:
    """The compute fabric, if there is one."""
    if arch.compute:
        design = Design(spec, arch, arch.compute, catalogue.switches[arch.compute.switch])
        return [compute_fabric(design, hosts, here.omitted)]
    return plain_fabrics(spec, system, catalogue.switches.get(spec.fabric), hosts)


def accesses(spec: ClusterSpec, arch: ArchitectureEntry, system: System, catalogue: Catalogue) -> Iterator[Access]:
    """The storage and in-band fabrics, whose leaves stand above one another in the network racks."""
    unit = racking.FIRST_SWITCH_UNIT
    if arch.compute:
        unit += arch.leaves_per_su * (catalogue.switches[arch.compute.switch].rack_units or 1)
    for name, entry in arch.fabrics.items():
        switch = catalogue.switches[entry.switch]
        yield Access(name, entry, switch, spec, arch, system, unit)
        unit += most_leaves(entry, arch.nodes_per_su) * (switch.rack_units or 1)


def measured(system: System, hardware: Hardware) -> System:
    """The system with what the site measured in place of the catalogue's values; their marks become "site"."""
    marks = dict(system.marks)
    if hardware.real_memory_mb is not None:
        system = replace(system, real_memory_mb=hardware.real_memory_mb)
        marks["real_memory_mb"] = "site"
    if hardware.gpu_cores is not None:
        system = replace(system, gpu=replace(system.gpu, cores=hardware.gpu_cores))
        marks["gpu.cores"] = "site"
    if (told := hardware.processors) is not None:
        cpu = CpuLayout(None, told.sockets, told.cores_per_socket, told.threads_per_core)
        system = replace(system, cpu=cpu)
        marks["cpu"] = "site"
    return replace(system, marks=tuple(sorted(marks.items())))


def _site(spec: ClusterSpec) -> Site:
    site = spec.site
    return Site(
        mirror=site.mirror,
        timezone=site.timezone,
        admins=tuple(Admin(a.name, uid_of(a.name, a.uid), tuple(a.keys)) for a in site.admins),
        ssh_user=site.ssh_user,
        ntp_servers=tuple(site.ntp),
        dns_servers=tuple(str(s) for s in site.dns),
        dns_search=tuple(site.dns_search),
    )


def _network(name: str, spec: NetworkSpec) -> Network:
    return Network(name, spec.subnet, _gateway(spec), spec.mtu)


def _gateway(spec: NetworkSpec) -> IPv4Address | None:
    """``auto`` is the first address of the subnet."""
    return spec.subnet.network_address + 1 if spec.gateway == "auto" else spec.gateway


def _racks(arch: ArchitectureEntry, hosts: tuple[Host, ...], fabrics: tuple[Fabric, ...]) -> tuple[Rack, ...]:
    compute = [(h.rack, h.su, h.index_in_su) for h in hosts if h.role is HostRole.DGX]
    others = {h.rack for h in hosts if h.role is not HostRole.DGX} | {s.rack for f in fabrics for s in f.switches}
    return racking.racks_of(compute, others, arch.racks, arch.nodes_per_su)
