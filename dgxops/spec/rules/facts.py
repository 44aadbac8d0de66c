"""What the rules ask of a spec: its positions and the names of everything, as ``expand`` would have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from dgxops.catalogue.schema import ArchitectureEntry
from dgxops.expand import addressing, naming, wiring
from dgxops.expand.hosts import population
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole, PortRole, System
from dgxops.spec.document import Path
from dgxops.spec.schema import ClusterSpec
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
    radix: int  # ports of a switch of the compute fabric
    broken: frozenset[Path] = frozenset()  # places at their defaults because what was written does not fit

    def sound(self, *place: str) -> bool:
        """Whether neither the place nor anything above it is broken."""
        return not any(place[: len(path)] == path for path in self.broken)

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks whose subnet is known."""
        return tuple(name for name in NETWORKS if self.sound("networks", name, "subnet"))

    @cached_property
    def units(self) -> int:
        """Scalable units that layers and subnets are sized for."""
        return max(self.spec.scalable_units, self.spec.grow_to or 0)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Name of every position of the units that are built -> the position; empty when names cannot be made."""
        if self.unnamed("node"):
            return {}
        return {self.node_name(p): p for p in range(1, self.spec.scalable_units * self.architecture.nodes_per_su + 1)}

    def unnamed(self, *templates: str) -> bool:
        """Whether one of the naming templates cannot be used; that of a node may hold the name of its rack."""
        keys = {*templates, *(("rack",) if "node" in templates else ())}
        return any(fault_in(key, getattr(self.spec.naming, key)) for key in keys)

    def node_name(self, position: int) -> str:
        arch = self.architecture
        return naming.node_name(self.spec.naming, arch.nodes_per_su, arch.racks.nodes_per_rack, position)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Names of the DGX systems, in order of position."""
        placed = set(population(self._known, self.architecture).positions)
        return tuple(name for name, position in self.positions.items() if position in placed)

    @cached_property
    def planned(self) -> tuple[int, ...]:
        """Positions that addresses are needed for: of ``grow_to`` units where that is given."""
        units = {"scalable_units": self.units, "nodes": None if self.spec.grow_to else self.spec.nodes}
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
        return {
            HostRole.HEAD: self.spec.services.head,
            HostRole.LOGIN: self.spec.services.login,
            HostRole.UFM: 0 if self.spec.omit == "none" else self.architecture.ufm.appliances,
        }

    @cached_property
    def switches(self) -> dict[Tier, int]:
        """How many switches the compute fabric has at its planned size."""
        shape = wiring.shape_for(self.units, self.architecture.rails, self.radix)
        return {
            Tier.LEAF: self.units * self.architecture.rails,
            Tier.SPINE: shape.groups * shape.spines,
            Tier.CORE: shape.core_groups * shape.cores,
        }

    def subnet(self, network: str) -> IPv4Network:
        found: IPv4Network = getattr(self.spec.networks, network).subnet
        return found

    def lanes(self, network: str) -> int:
        """Into how many equal subnets the network is split: one a port of every DGX, 0 when it is not."""
        return len(self.system.ports_of(LANES[network])) if network in LANES else 0

    def pools(self, network: str, subnet: IPv4Network) -> Iterator[tuple[addressing.Pool, int]]:
        """Address pools of a network if it had this subnet, each with the highest index that is needed of it.

        Raises:
            DgxopsError: the subnet cannot be split into as many lanes.
        """
        highest = max(self.planned, default=0)
        if lanes := self.lanes(network):
            yield addressing.lane_pool(subnet, lanes, 0), highest
            return
        for role, count in {HostRole.DGX: highest, **self.machines}.items():
            yield addressing.host_pool(subnet, role), count
        if network == "oob":
            for tier, count in self.switches.items():
                yield addressing.switch_pool(subnet, tier), count

    def names(self) -> Iterator[tuple[str, str]]:
        """(template, name) of every host and switch; nothing for templates that cannot be used."""
        usable = [key for key in ("node", "head", "login", "ufm", "leaf", "spine", "core") if not self.unnamed(key)]
        for key in usable:
            yield from ((key, name) for name in self._names_by(key))

    def _names_by(self, key: str) -> Iterator[str]:
        spec, arch = self.spec, self.architecture
        if key == "node":
            yield from (self.node_name(p) for p in range(1, self.units * arch.nodes_per_su + 1))
        elif key == "leaf":
            yield from (
                naming.leaf_name(spec.naming, su, rail) for su in range(1, self.units + 1) for rail in range(arch.rails)
            )
        elif key in ("spine", "core"):
            yield from (naming.switch_name(spec.naming, Tier(key), i + 1) for i in range(self.switches[Tier(key)]))
        else:
            role = HostRole(key)
            yield from (naming.host_name(spec.naming, role, i + 1) for i in range(self.machines[role]))

    def racks(self) -> Iterator[str]:
        """Names of the compute racks; nothing when they cannot be made."""
        per_unit = -(-self.architecture.nodes_per_su // self.architecture.racks.nodes_per_rack)
        if not self.unnamed("rack"):
            for su in range(1, self.units + 1):
                yield from (naming.rack_name(self.spec.naming, su, index + 1) for index in range(per_unit))
