"""Rented capacity: machines with the names, addresses and places that a provider gave them, and nothing to cable.

Nothing here is a function of position: a machine that comes or goes leaves all others as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dgxops.expand.services import SERVED_ROLES
from dgxops.model.node import Address, Host, HostPort, HostRole, PortRole, System
from dgxops.model.placement import NetworkPath
from dgxops.model.rented import RentedMachine
from dgxops.model.workload import TopologySwitch

if TYPE_CHECKING:
    from dgxops.spec.schema import ClusterSpec

RENTED = "rented"
ROOT = "fabric"
_ALONE = "group"
_LONGEST = 16
"""Characters of a place's name in Slurm's topology."""


def in_shape(system: System, shape: str | None) -> System:
    """A provider's system in the shape that is rented; other systems, and shapes that it lacks, leave it as it is."""
    return (shape and system.in_shape(shape)) or system


def networks(spec: ClusterSpec) -> tuple[str, ...]:
    """Networks that rented machines have addresses in."""
    return ("management", *(("compute",) if any(m.rdma for m in spec.rented) else ()))


def machines(spec: ClusterSpec) -> tuple[Host, ...]:
    """Heads, then logins, each by name."""
    return tuple(host for role in SERVED_ROLES for host in _hosts(spec, role, None))


def nodes(spec: ClusterSpec, system: System) -> tuple[Host, ...]:
    """The rented systems, by name."""
    return tuple(_hosts(spec, HostRole.DGX, system))


def _hosts(spec: ClusterSpec, role: HostRole, system: System | None) -> Iterator[Host]:
    mine = (m for m in spec.rented if m.role is role)
    yield from (_host(spec, system, machine, index) for index, machine in enumerate(mine, start=1))


def _host(spec: ClusterSpec, node: System | None, machine: RentedMachine, index: int) -> Host:
    return Host(
        name=machine.name,
        role=machine.role,
        index=index,
        su=0,
        index_in_su=0,
        rack="",
        rack_unit=0,
        system=node,
        addresses=tuple(_addresses(spec, node, machine)),
        placement=machine.placement,
    )


def _addresses(spec: ClusterSpec, system: System | None, machine: RentedMachine) -> Iterator[Address]:
    inband = system.ports_of(PortRole.INBAND) if system else ()
    prefix = spec.networks.management.subnet.prefixlen
    yield Address("management", machine.address, prefix, inband[0].interface if inband else None)
    ports: Sequence[HostPort | None] = system.ports_of(PortRole.COMPUTE) if system else ()
    prefix = spec.networks.compute.subnet.prefixlen
    for rail, ip in enumerate(machine.rdma):
        port = ports[rail] if rail < len(ports) else None
        yield Address("compute", ip, prefix, port.interface if port else None, rail)


def tree(nodes: Iterable[Host]) -> tuple[TopologySwitch, ...]:
    """The provider's network as Slurm reads it: a switch a place, the narrowest with the nodes, under one root.

    Without places all nodes are on one switch.
    """
    leaves: dict[NetworkPath, list[str]] = {}
    for node in nodes:
        leaves.setdefault(node.placement.network if node.placement else (), []).append(node.name)
    above: dict[NetworkPath, set[str]] = {}
    for path in leaves:
        for depth in range(len(path)):
            above.setdefault(path[:depth], set()).add(switch_name(path[: depth + 1]))
    lowest = (TopologySwitch(switch_name(path), nodes=tuple(names)) for path, names in sorted(leaves.items()))
    upper = sorted(above, key=lambda path: (-len(path), path))
    return (
        *lowest,
        *(
            TopologySwitch(switch_name(path) if path else ROOT, switches=tuple(sorted(above[path])))
            for path in upper
            if path or len(above[path]) > 1
        ),
    )


def switch_name(path: NetworkPath) -> str:
    """Name of a place in Slurm's topology, a function of the place alone.

    A long name (an OCID, a hash) is the provider's only one and is known by its end; short ones follow those of the
    places around them, of which long ones are shortened in the same way: Slurm takes 64 characters.
    """
    if not path:
        return _ALONE
    level, value = path[-1]
    if len(value) > _LONGEST:
        return f"{level}-{_end(value)}"
    return ".".join(value if len(value) <= _LONGEST else _end(value) for _, value in path)


def _end(value: str) -> str:
    return value[-_LONGEST:].lstrip(".-_")
