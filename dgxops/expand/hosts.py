"""The machines of the cluster: DGX systems by position, and the management machines beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from dgxops.expand import addressing, naming, racking, services
from dgxops.expand.networks import BothPools, both_pools
from dgxops.model.node import Address, Host, HostRole, PortRole, System

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry, UfmEntry
    from dgxops.expand.pools import Pools
    from dgxops.spec.schema import ClusterSpec

INBAND_BOND = "bond0"


@dataclass(frozen=True, slots=True)
class Population:
    """Which positions hold a DGX; ``omitted`` ones gave their leaf ports away."""

    positions: tuple[int, ...]
    omitted: tuple[int, ...]


def population(spec: ClusterSpec, arch: ArchitectureEntry) -> Population:
    """Positions in use. ``omit: auto`` frees the last ones of the first unit, so that growth never moves them."""
    everywhere = range(1, spec.units * arch.nodes_per_su + 1)
    omitted = _omitted(spec, arch, everywhere)
    wanted = everywhere if spec.nodes is None else everywhere[: spec.nodes]
    return Population(tuple(p for p in wanted if p not in set(omitted)), omitted)


def _omitted(spec: ClusterSpec, arch: ArchitectureEntry, everywhere: range) -> tuple[int, ...]:
    if spec.omit == "none":
        return ()
    if spec.omit == "auto":
        last = arch.nodes_per_su
        return tuple(range(last - arch.ufm.omitted_nodes + 1, last + 1))
    per_rack = arch.racks.nodes_per_rack
    names = {naming.node_name(spec.naming, arch.nodes_per_su, per_rack, p): p for p in everywhere}
    return tuple(sorted(names[name] for name in spec.omit))


def dgx_hosts(
    spec: ClusterSpec, arch: ArchitectureEntry, system: System, positions: tuple[int, ...], pools: BothPools
) -> list[Host]:
    """The DGX systems at ``positions``."""
    lanes = _lanes(spec, system)
    return [_dgx(spec, arch, system, lanes, pools, p) for p in positions]


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Address pools that every DGX takes one address of, with the interface it goes to and the rail.

    Only the first interface of a port has the rail: it is what tells the addresses of a network apart.
    """

    pools: tuple[tuple[str, addressing.Pool, str | None, int | None], ...]


def _lanes(spec: ClusterSpec, system: System) -> _Lanes:
    return _Lanes(
        (
            *_lanes_on("compute", spec.networks.compute.subnet, system, PortRole.COMPUTE),
            *_lanes_on("storage", spec.networks.storage.subnet, system, PortRole.STORAGE),
        )
    )


def _lanes_on(
    network: str, subnet: IPv4Network, system: System, role: PortRole
) -> Iterator[tuple[str, addressing.Pool, str | None, int | None]]:
    ends = system.interfaces_of(role)
    for lane, (port, interface) in enumerate(ends):
        rail = port.rail if interface == port.interface else None
        yield network, addressing.lane_pool(subnet, len(ends), lane), interface, rail


def _dgx(
    spec: ClusterSpec, arch: ArchitectureEntry, system: System, lanes: _Lanes, pools: BothPools, position: int
) -> Host:
    su, index_in_su = naming.place_of(position, arch.nodes_per_su)
    rack, unit = racking.node_place(spec.naming, arch.racks, su, index_in_su)
    fabric = (
        Address(network, pool.at(position), pool.subnet.prefixlen, interface, rail)
        for network, pool, interface, rail in lanes.pools
    )
    return Host(
        name=naming.node_name(spec.naming, arch.nodes_per_su, arch.racks.nodes_per_rack, position),
        role=HostRole.DGX,
        index=position,
        su=0 if spec.plain else su,
        index_in_su=index_in_su,
        rack=rack,
        rack_unit=unit,
        system=system,
        addresses=(
            *_base_addresses(pools, HostRole.DGX, position, system),
            *_further(pools.oob, arch, system, position),
            *fabric,
        ),
    )


def _base_addresses(pools: BothPools, role: HostRole, index: int, system: System | None = None) -> tuple[Address, ...]:
    """In-band, and of the BMC; a system without such a port has none. A machine that no catalogue describes has one."""
    role, at = services.place_of(role, index)
    inband, oob = (own.systems() if role is HostRole.DGX else own.machines(role) for own in (pools.inband, pools.oob))
    interface = inband_interface(system) if system else None
    main = Address("management", inband.at(at), inband.subnet_at(at).prefixlen, interface)
    if system and not system.ports_of(PortRole.OOB):
        return (main,)
    return main, Address("oob", oob.at(at), oob.subnet_at(at).prefixlen, None)


def inband_interface(system: System) -> str | None:
    """Where a system has its in-band address: a bond of several ports, or the one port; None where nobody knows it."""
    ports = system.ports_of(PortRole.INBAND)
    if len(ports) > 1:
        return INBAND_BOND
    return ports[0].interface if ports else None


def _further(oob: Pools, arch: ArchitectureEntry, system: System, position: int) -> Iterator[Address]:
    """Of its out-of-band ports beside the BMC's, those of BlueField cards."""
    ports, pool, each = system.ports_of(PortRole.OOB), oob.further(), arch.racks.nodes_per_rack
    su, index = naming.place_of(position, arch.nodes_per_su)
    rack, place = divmod(index - 1, each)
    rack += (su - 1) * -(-arch.nodes_per_su // each)
    for slot, port in enumerate(ports[1:], place * racking.further_ports(len(ports))):
        number = racking.further_number(arch.racks, len(ports), rack, slot)
        yield Address("oob", pool.at(number), pool.subnet_at(number).prefixlen, None, port=port.name)


def machines(spec: ClusterSpec) -> list[Host]:
    """Heads, logins and the other management machines."""
    counts, pools = services.counts(spec.services).items(), both_pools(spec)
    return [_machine(spec, pools, role, index) for role, count in counts for index in range(1, count + 1)]


def appliances(spec: ClusterSpec, arch: ArchitectureEntry, here: Population) -> list[Host]:
    """The UFM appliances of the compute and storage fabrics; where their ports must be freed, if they were."""
    count = appliance_count(arch.ufm, omitting=bool(here.omitted))
    pools = both_pools(spec)
    return [_machine(spec, pools, HostRole.UFM, index) for index in range(1, count + 1)]


def appliance_count(ufm: UfmEntry, *, omitting: bool) -> int:
    """UFM appliances of both fabrics; ``omitting``: whether a position is without a node, and its ports are free."""
    if omitting:
        return ufm.every
    return ufm.appliances if not ufm.links or ufm.at != "freed" else 0


def _machine(spec: ClusterSpec, pools: BothPools, role: HostRole, index: int) -> Host:
    rack, unit = racking.machine_place(role, index)
    return Host(
        name=naming.host_name(spec.naming, role, index),
        role=role,
        index=index,
        su=0,
        index_in_su=0,
        rack=rack,
        rack_unit=unit,
        system=None,
        addresses=_base_addresses(pools, role, index),
    )
