"""Put the parts together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dgxops.expand import grouping, racking, rented, scheduling, software
from dgxops.expand import hosts as hosts_
from dgxops.expand.absence import marked
from dgxops.expand.access import Access, access_fabric, most_leaves
from dgxops.expand.compute import Design, compute_fabric
from dgxops.expand.designed import designed, rack_kw
from dgxops.expand.grouping import NETWORKS
from dgxops.expand.measured import measured
from dgxops.expand.names_served import zones
from dgxops.expand.networks import both_pools, networks, of_unit
from dgxops.expand.oob import first_racks, oob_fabric, out_of_band
from dgxops.expand.people import uid_of
from dgxops.expand.plain import PLAIN, architecture_of, plain_fabrics, settled
from dgxops.expand.pools import OneSubnet, Pools
from dgxops.model.cluster import Admin, Cluster, Group, Site, SwitchModel
from dgxops.model.fabric import OUT_OF_BAND, Fabric
from dgxops.model.node import Host, HostRole, PortRole, System
from dgxops.model.rack import Rack
from dgxops.model.storage import SharedFilesystem

if TYPE_CHECKING:
    from dgxops.catalogue import Catalogue
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.spec.schema import ClusterSpec

INBAND = "inband"


@dataclass(frozen=True, slots=True)
class _Built:
    """One group as it stands in the cluster."""

    arch: ArchitectureEntry
    group: Group
    appliances: tuple[Host, ...]
    nodes: tuple[Host, ...]
    fabrics: tuple[Fabric, ...]
    racks: tuple[Rack, ...]

    def of_one_kind_with(self, others: Iterable[_Built]) -> _Built:
        """The same with the system of another group in place of one that is equal: there is one object a system."""
        known = [n.system for other in others for n in other.nodes[:1]]
        mine = self.nodes[0].system if self.nodes else None
        same = next((system for system in known if system == mine), None)
        return replace(self, nodes=tuple(replace(n, system=same) for n in self.nodes)) if same else self

    def in_place(self, spec: ClusterSpec, number: int) -> _Built:
        """The same as the ``number``-th (from 0) of several groups."""
        name = spec.groups[number].name
        return replace(
            self,
            group=replace(self.group, name=name),
            appliances=grouping.hosts_in_place(spec, name, self.appliances),
            nodes=grouping.hosts_in_place(spec, name, self.nodes),
            fabrics=tuple(grouping.fabric_in_place(name, f) for f in self.fabrics),
            racks=grouping.racks_in_place(spec.groups, number, self.racks),
        )


def expand(spec: ClusterSpec, catalogue: Catalogue) -> Cluster:
    """Every host, address, switch, cable, rack and partition that follows from ``spec``.

    Raises:
        DgxopsError: a pool or the fabric cannot hold what is asked (``spec.load`` finds these first, with their place).
    """
    machines = tuple(rented.machines(spec) or hosts_.machines(spec))
    built = _built(spec, catalogue, machines)
    nodes = marked([n for b in built for n in b.nodes], spec.absent)
    hosts = (*machines, *(h for b in built for h in b.appliances), *nodes)
    release = software.settled(catalogue.releases[spec.software.release], spec.software.versions, catalogue.drivers)
    return Cluster(
        name=spec.name,
        domain=spec.domain,
        groups=tuple(b.group for b in built),
        release=release,
        site=_site(spec),
        hosts=hosts,
        networks=tuple(networks(spec, rented.networks(spec) if spec.rented else NETWORKS)),
        fabrics=tuple(f for b in built for f in b.fabrics),
        racks=tuple(r for b in built for r in b.racks),
        storage=tuple(SharedFilesystem(s.name, s.kind, s.mount, s.server) for s in spec.storage),
        slurm=scheduling.slurm(spec, [(b.arch, b.nodes) for b in built], machines, release.slurm),
        overrides=spec.overrides,
        zones=zones(spec),
        hardware=spec.records,
    )


Machines = tuple[Host, ...]


def _built(spec: ClusterSpec, catalogue: Catalogue, machines: Machines) -> list[_Built]:
    """Every group. Of the in-band and out-of-band fabrics the first serves the machines; their rack stands first."""
    built: list[_Built] = []
    served: set[str] = set()
    for number, view in enumerate(grouping.views(spec)):
        known = designed(view, catalogue)
        arch = architecture_of(view, known)
        has = {INBAND} & set(arch.fabrics) | ({OUT_OF_BAND} if arch.oob else set())
        inband, oob = (machines if name in has - served else () for name in (INBAND, OUT_OF_BAND))
        served |= has
        housed = () if spec.groups else machines
        one = _build(settled(view), arch, known, inband, oob, housed).of_one_kind_with(built)
        built.append(one.in_place(spec, number) if spec.groups else one)
    if not spec.groups:
        return built
    first, *others = built
    shared = _racks(first.arch, machines, (), (), OneSubnet(spec.networks.oob.subnet))
    return [replace(first, racks=(*shared, *first.racks)), *others]


def _build(
    spec: ClusterSpec,
    arch: ArchitectureEntry,
    catalogue: Catalogue,
    inband: Machines,
    oob: Machines,
    housed: Machines,
) -> _Built:
    """A group as if it were the cluster.

    ``inband`` and ``oob`` are the machines that those fabrics of it serve, ``housed`` those whose rack is one of its.
    """
    system = measured(rented.in_shape(catalogue.system(spec.platform), spec.shape), spec.hardware)
    if spec.rented:
        return _Built(arch, Group("", arch.id, 0, arch.nodes_per_su), (), tuple(rented.nodes(spec, system)), (), ())
    here, ports = hosts_.population(spec, arch), len(system.ports_of(PortRole.OOB))
    pools = both_pools(spec, of_unit(arch, ports))
    appliances = tuple(hosts_.appliances(spec, arch, here))
    nodes = tuple(hosts_.dgx_hosts(spec, arch, system, here.positions, pools))
    hosts = (*inband, *appliances, *nodes)
    fabrics = (
        *_compute(spec, arch, system, catalogue, hosts, here, pools.oob),
        *(access_fabric(a, hosts) for a in accesses(spec, arch, system, catalogue, here.omitted, pools.oob)),
    )
    standing: tuple[tuple[str, int, int], ...] = ()
    if arch.oob:
        plan = out_of_band(spec, arch, arch.oob, catalogue.switches, system)
        managed = (*oob, *appliances, *nodes)
        fabrics = (*fabrics, oob_fabric(plan, managed, fabrics, pools.oob, hosts, here.omitted))
        standing = tuple(first_racks(plan))
    units = 0 if spec.plain else spec.units
    marks = tuple(sorted(arch.marks.items()))
    models = tuple(_models(fabrics, catalogue))
    beside, elsewhere = tuple(arch.beside), tuple(arch.ufm.elsewhere)
    powers = (arch.unit_kw, rack_kw(arch))
    group = Group("", arch.id, units, arch.nodes_per_su, marks, models, beside, *powers, elsewhere)
    racks = _racks(arch, (*housed, *appliances, *nodes), fabrics, standing, pools.oob, ports)
    return _Built(arch, group, appliances, nodes, fabrics, racks)


def _models(fabrics: Iterable[Fabric], catalogue: Catalogue) -> Iterator[SwitchModel]:
    for name in sorted({switch.model for fabric in fabrics for switch in fabric.switches}):
        entry = catalogue.switches[name]
        yield SwitchModel(name, entry.part, tuple(sorted(entry.marks.items())))


def _compute(
    spec: ClusterSpec,
    arch: ArchitectureEntry,
    system: System,
    catalogue: Catalogue,
    hosts: tuple[Host, ...],
    here: hosts_.Population,
    oob: Pools,
) -> Iterable[Fabric]:
    """The compute fabric, if there is one."""
    if arch.compute:
        design = Design(spec, arch, arch.compute, catalogue.switches[arch.compute.switch], oob)
        return [compute_fabric(design, hosts, here.omitted)]
    return plain_fabrics(spec, system, catalogue.switches.get(spec.fabric), hosts)


def accesses(
    spec: ClusterSpec,
    arch: ArchitectureEntry,
    system: System,
    catalogue: Catalogue,
    freed: tuple[int, ...],
    oob: Pools,
) -> Iterator[Access]:
    """The storage and in-band fabrics, whose leaves stand above one another in the network racks."""
    unit = racking.FIRST_SWITCH_UNIT
    if arch.compute:
        unit += arch.leaves_per_su * (catalogue.switches[arch.compute.switch].rack_units or 1)
    for name, entry in arch.fabrics.items():
        switch = catalogue.switches[entry.switch]
        yield Access(name, entry, switch, spec, arch, system, unit, oob, freed)
        unit += most_leaves(entry, arch.nodes_per_su) * (switch.rack_units or 1)


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


def _racks(
    arch: ArchitectureEntry,
    hosts: tuple[Host, ...],
    fabrics: tuple[Fabric, ...],
    standing: Iterable[tuple[str, int, int]],
    oob: Pools,
    ports: int = 1,
) -> tuple[Rack, ...]:
    """All racks; ``standing`` are compute racks that hold more than nodes, ``oob`` has the out-of-band addresses.

    ``ports`` is the number of out-of-band ports of a node.
    """
    compute = [*((h.rack, h.su, h.index_in_su) for h in hosts if h.role is HostRole.DGX), *standing]
    others = {h.rack for h in hosts if h.role is not HostRole.DGX} | {s.rack for f in fabrics for s in f.switches}
    return racking.racks_of(compute, others, arch.racks, 0 if arch.id == PLAIN else arch.nodes_per_su, oob, ports)
