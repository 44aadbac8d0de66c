"""What the rules ask of a spec: its positions and the names of everything, as ``expand`` would have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from dgxops.catalogue.schema import AccessEntry, ArchitectureEntry, SwitchEntry
from dgxops.expand import access, addressing, naming, racking, rented, services, wiring
from dgxops.expand.compute import shape_of
from dgxops.expand.hosts import appliance_count, population
from dgxops.expand.networks import of_unit, pools_in, unplanned
from dgxops.expand.oob_plan import OutOfBand
from dgxops.expand.oob_uplinks import uplink_ports
from dgxops.expand.pools import Numbered, OneSubnet, Pools
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole, PortRole, System
from dgxops.model.rented import RentedMachine
from dgxops.model.system import SystemKind
from dgxops.spec.document import Path
from dgxops.spec.forms import MAX_SCALABLE_UNITS
from dgxops.spec.names import Naming
from dgxops.spec.schema import ClusterSpec
from dgxops.spec.subnets import Networks
from dgxops.spec.templates import fault_in

NETWORKS = ("management", "oob", "compute", "storage")
LANES = {"compute": PortRole.COMPUTE, "storage": PortRole.STORAGE}
"""Networks that are split into one subnet a port, and the ports."""


@dataclass(frozen=True)
class Facts:
    """A spec whose single values fit, with the platform it is for."""

    spec: ClusterSpec
    system: System
    architecture: ArchitectureEntry
    known: Mapping[str, SwitchEntry]  # all switch models
    broken: frozenset[Path] = frozenset()  # places at their defaults because what was written does not fit
    whole: Networks | None = None  # the cluster's networks, where the spec is the view of one group with its shares
    group: str = ""  # name of that group
    guessed: bool = False  # whether the platform is the one that was perhaps meant

    def sound(self, *place: str) -> bool:
        """Whether neither the place nor anything above it is broken."""
        return not any(place[: len(path)] == path for path in self.broken)

    @property
    def rented(self) -> bool:
        """Whether names and addresses are the provider's, whose file is held to them where it is read."""
        return self.system.kind is SystemKind.CLOUD

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks whose subnet is known."""
        every = rented.networks(self.spec) if self.rented else NETWORKS
        return tuple(name for name in every if self.sound("networks", name, "subnet"))

    @cached_property
    def units(self) -> int:
        """Scalable units that layers and subnets are sized for, no more than can be built."""
        return 1 if self.spec.plain else min(max(self.spec.units, self.spec.grow_to or 0), self.most_units)

    @property
    def radix(self) -> int:
        """Ports of a switch of the compute fabric, at the rate of its links; 0 where there is no such fabric."""
        compute = self.architecture.compute
        return (compute.radix or self.known[compute.switch].radix) if compute else 0

    @property
    def most_units(self) -> int:
        """Scalable units that the architecture's switches carry in three tiers."""
        sets, compute = self.architecture.leaf_sets, self.architecture.compute
        section = compute.section if compute else None
        return wiring.most_units(self.radix, section) // sets if sets else MAX_SCALABLE_UNITS

    @cached_property
    def positions(self) -> dict[str, int]:
        """Name of every position of the units that are built -> the position; empty when names cannot be made."""
        if self.rented:
            return {m.name: i for i, m in enumerate(self._rented_nodes, start=1)}
        if self.unnamed("node"):
            return {}
        return {self.node_name(p): p for p in range(1, self.spec.units * self.architecture.nodes_per_su + 1)}

    def unnamed(self, *templates: str) -> bool:
        """Whether one of the naming templates cannot be used; that of a node may hold the name of its rack."""
        keys = {*templates, *(("rack",) if "node" in templates else ())}
        return any(fault_in(key, getattr(self.spec.naming, key)) for key in keys)

    def node_name(self, position: int) -> str:
        arch = self.architecture
        return naming.node_name(self.spec.naming, arch.nodes_per_su, arch.racks.nodes_per_rack, position)

    @property
    def _rented_nodes(self) -> tuple[RentedMachine, ...]:
        return tuple(m for m in self.spec.rented if m.role is HostRole.DGX)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Names of the DGX systems, in order of position."""
        placed = set(population(self._known, self.architecture).positions)
        return tuple(name for name, position in self.positions.items() if position in placed)

    def beyond(self, names: Sequence[str]) -> int | None:
        """The limit that ``nodes`` sets, where all of these positions lie beyond it."""
        limit = self.spec.nodes
        return limit if limit is not None and all(self.positions[name] > limit for name in names) else None

    def of_group(self, number: int) -> frozenset[str]:
        """Names of the DGX systems of the group at ``number`` (from 0), where there are several."""
        return frozenset(self.nodes)

    @cached_property
    def planned(self) -> tuple[int, ...]:
        """Positions that addresses are needed for: of ``grow_to`` units where that is given."""
        units = {
            "scalable_units": "none" if self.spec.plain else self.units,
            "nodes": None if self.spec.grow_to else self.spec.nodes,
        }
        return population(self._known.model_copy(update=units), self.architecture).positions

    @property
    def _known(self) -> ClusterSpec:
        """The spec with only those names in ``omit`` that exist."""
        omit = self.spec.omit
        if isinstance(omit, str):
            return self.spec
        return self.spec.model_copy(update={"omit": tuple(name for name in omit if name in self.positions)})

    @cached_property
    def machines(self) -> dict[HostRole, int]:
        """How many machines of each role there are besides the DGX systems."""
        ufm, omit = self.architecture.ufm, self.spec.omit
        omitting = ufm.omitted_nodes > 0 if omit == "auto" else omit not in ("none", ())
        return {
            **services.counts(self.spec.services),
            HostRole.UFM: appliance_count(ufm, omitting=omitting),
        }

    @cached_property
    def switches(self) -> dict[Tier, int]:
        """How many switches the compute fabric has at its planned size."""
        compute = self.architecture.compute
        if compute is None:
            return {Tier.LEAF: int(self.spec.fabric in self.known)}
        shape, planes = shape_of(self.architecture, self.radix, self.units), compute.planes
        return {
            Tier.LEAF: self.units * self.architecture.leaves_per_su,
            Tier.SPINE: shape.all_spines * planes,
            Tier.CORE: shape.all_cores * planes,
        }

    @cached_property
    def access_switches(self) -> dict[tuple[str, Tier], int]:
        """How many switches each tier of the storage and in-band fabrics has at its planned size."""
        made: dict[tuple[str, Tier], int] = {}
        for name, entry in self.architecture.fabrics.items():
            each = self.architecture.nodes_per_su
            shape = access.shape_of(entry, self.known[entry.switch].radix, each, self.units)
            counts = (len(access.leaves_of(entry, each, self.units)), shape.all_spines, shape.all_cores)
            made |= {(name, tier): n for tier, n in zip(Tier, counts, strict=True)}
        return made

    @cached_property
    def oob_switches(self) -> dict[bool, int]:
        """Highest number of the out-of-band switches at the planned size: those of units, and shared ones (True)."""
        oob = self.oob
        return {False: self.units * oob.per_unit, True: oob.most_shared} if oob else {}

    @cached_property
    def oob(self) -> OutOfBand | None:
        """The plan of the out-of-band fabric at its planned size."""
        arch, grow_to = self.architecture, self.units if self.spec.grow_to else 0
        if arch.oob is None:
            return None
        return OutOfBand(arch.oob, arch, self.known, Naming(), self.units, grow_to, self.managed_ports)

    @cached_property
    def machine_room(self) -> int | None:
        """Machines that the in-band leaves have ports for; None where the architecture has no such fabric."""
        entry = self.architecture.fabrics.get("inband")
        return self.room_on(entry) if entry else None

    def room_on(self, entry: AccessEntry) -> int:
        """Machines that such leaves have ports for, besides nodes and uplinks of out-of-band switches."""
        taken = uplink_ports(self.oob, self.system) * entry.lanes if self.oob else 0
        return access.machine_room(entry, self.known[entry.switch].radix, self.system) - taken

    def subnet(self, network: str) -> IPv4Network:
        found: IPv4Network = getattr(self.spec.networks, network).subnet
        return found

    def lanes(self, network: str) -> int:
        """Into how many equal subnets the network is split: one a port of every DGX, 0 when it is not."""
        return len(self.system.interfaces_of(LANES[network])) if network in LANES else 0

    def addressed(self, network: str) -> bool:
        """Whether anything has an address in it: not a fabric that the systems have no ports for."""
        return network not in LANES or self.lanes(network) > 0

    def pools(self, network: str, subnet: IPv4Network) -> Iterator[tuple[Numbered, int]]:
        """Address pools of a network if it had this subnet, each with the highest index that is needed of it; none of
        rented machines.

        Raises:
            DgxopsError: the subnet cannot be split into as many lanes.
        """
        if self.rented or not self.addressed(network):
            return
        highest = max(self.planned, default=0)
        if lanes := self.lanes(network):
            yield addressing.lane_pool(subnet, lanes, 0), highest
            return
        pools: Pools = OneSubnet(subnet)
        if self.planned_subnets:
            pools = pools_in(self.spec, network, subnet, self.units, of_unit(self.architecture, self.managed_ports))
        yield from services.pools(pools, self.machines)
        if network != "oob":
            yield pools.systems(), highest
            return
        yield from pools.in_racks(highest, self.further, self.devices)
        yield from ((pools.switches(tier), count) for tier, count in self.switches.items())
        for (fabric, tier), count in self.access_switches.items():
            yield pools.access_switches(fabric, tier), count
        yield from ((pools.oob_switches(shared), count) for shared, count in self.oob_switches.items())

    @property
    def planned_subnets(self) -> bool:
        """Whether a plan cuts the in-band and out-of-band networks, and may."""
        return bool(self.spec.networks.plan) and not (self.unplanned or self.guessed)

    @property
    def unplanned(self) -> str:
        """Why no plan can cut them; empty where one can."""
        return unplanned(self.spec, self.system, grouped=bool(self.whole or self.spec.groups))

    @property
    def managed_ports(self) -> int:
        """Out-of-band ports of a system."""
        return len(self.system.ports_of(PortRole.OOB))

    @cached_property
    def further(self) -> int:
        """Addresses of controllers that are not the first of their device, at the planned size."""
        racks = self.architecture.racks
        per_unit = -(-self.architecture.nodes_per_su // racks.nodes_per_rack)
        return self.units * per_unit * racking.further_per_rack(racks, self.managed_ports)

    @cached_property
    def devices(self) -> int:
        """How much is managed in the compute racks beside systems at the planned size."""
        racks = self.architecture.racks
        per_unit = -(-self.architecture.nodes_per_su // racks.nodes_per_rack)
        return self.units * per_unit * racking.devices_per_rack(racks)

    def names(self) -> Iterator[tuple[str, str]]:
        """(template, name) of every host and switch; nothing for templates that cannot be used."""
        if self.rented:
            return
        machines = (role.value for role in (*services.SERVED_ROLES, HostRole.UFM))
        for key in ("node", *machines, "leaf", "spine", "core", "switch"):
            yield from ((key, name) for name in (() if self.unnamed(key) else self._names_by(key)))

    def _names_by(self, key: str) -> Iterator[str]:
        spec, arch = self.spec, self.architecture
        if key == "node":
            yield from (self.node_name(p) for p in range(1, self.units * arch.nodes_per_su + 1))
        elif key == "leaf" and arch.compute is None:
            yield from (naming.leaf_name(spec.naming, 1, i) for i in range(self.switches[Tier.LEAF]))
        elif key == "leaf":
            yield from (
                naming.leaf_name(spec.naming, su, number)
                for su in range(1, self.units + 1)
                for number in range(arch.leaves_per_su)
            )
        elif key == "switch":
            for (fabric, tier), count in self.access_switches.items():
                yield from (naming.access_name(spec.naming, fabric, tier, i + 1) for i in range(count))
            for shared, count in self.oob_switches.items():
                yield from (naming.oob_name(spec.naming, i + 1, shared) for i in range(count))
        elif key in ("spine", "core"):
            yield from (
                naming.switch_name(spec.naming, Tier(key), i + 1) for i in range(self.switches.get(Tier(key), 0))
            )
        else:
            role = HostRole(key)
            yield from (naming.host_name(spec.naming, role, i + 1) for i in range(self.machines[role]))

    def racks(self) -> Iterator[str]:
        """Names of the compute racks; nothing when they cannot be made."""
        per_unit = -(-self.architecture.nodes_per_su // self.architecture.racks.nodes_per_rack)
        if not self.unnamed("rack"):
            for su in range(1, self.units + 1):
                yield from (naming.rack_name(self.spec.naming, su, index + 1) for index in range(per_unit))
