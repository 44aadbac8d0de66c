"""Put the parts together."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from dgxops.expand import hosts as hosts_
from dgxops.expand import racking, scheduling
from dgxops.expand.compute import compute_fabric
from dgxops.expand.people import uid_of
from dgxops.model.cluster import Admin, Cluster, Site
from dgxops.model.fabric import Fabric
from dgxops.model.network import Network
from dgxops.model.node import Host, HostRole, System
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
    system = measured(catalogue.systems[spec.platform], spec.hardware)
    arch = catalogue.architecture_of(spec.platform)
    release = catalogue.releases[spec.software.release]
    here = hosts_.population(spec, arch)
    hosts = (
        *hosts_.management_hosts(spec, arch, ufm=bool(here.omitted)),
        *hosts_.dgx_hosts(spec, arch, system, here.positions),
    )
    radix = catalogue.switches[arch.compute.switch].radix
    fabric = compute_fabric(spec, arch, radix, hosts, here.omitted)
    return Cluster(
        name=spec.name,
        domain=spec.domain,
        architecture=arch.id,
        scalable_units=spec.scalable_units,
        nodes_per_su=arch.nodes_per_su,
        release=release,
        site=_site(spec),
        hosts=hosts,
        networks=tuple(_network(name, getattr(spec.networks, name)) for name in NETWORKS),
        fabrics=(fabric,),
        racks=_racks(arch, hosts, fabric),
        storage=tuple(SharedFilesystem(s.name, s.kind, s.mount, s.server) for s in spec.storage),
        slurm=scheduling.slurm(spec, hosts, release.slurm),
        overrides=spec.overrides,
    )


def measured(system: System, hardware: Hardware) -> System:
    """The system with what the site measured in place of the catalogue's values; their marks become "site"."""
    marks = dict(system.marks)
    if hardware.real_memory_mb is not None:
        system = replace(system, real_memory_mb=hardware.real_memory_mb)
        marks["real_memory_mb"] = "site"
    if hardware.gpu_cores is not None:
        system = replace(system, gpu=replace(system.gpu, cores=hardware.gpu_cores))
        marks["gpu.cores"] = "site"
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


def _racks(arch: ArchitectureEntry, hosts: tuple[Host, ...], fabric: Fabric) -> tuple[Rack, ...]:
    compute = [(h.rack, h.su) for h in hosts if h.role is HostRole.DGX]
    others = {h.rack for h in hosts if h.role is not HostRole.DGX} | {s.rack for s in fabric.switches}
    return racking.racks_of(compute, others, arch.racks.rack_units)
