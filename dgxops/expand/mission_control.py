"""``networks.plan: mission-control``: addresses in the subnets that Mission Control's table cuts a network into.

Sizes and numbers of subnets are the table's (:mod:`dgxops.model.breakout`). The siteinfo.yaml of the same guide (2.3.0)
has prefix lengths of ipminet0, power and DGX racks out of band, and of internalnet (the control plane) and dgxnet (DGX
racks) in band. Which of the table's subnets are which, who is in each, and every place within one are inferred by us:

- out of band, the first /24 is that of management machines and of the out-of-band switches that all units share; of the
  two /23 of a pod the first has what stands in the first half of its racks, with the leaves of the unit, the second the
  other half, with a share of the spines and cores of all fabrics, by their numbers;
- in band (Mission Control: data), each /23 of a pod has the systems of one half of its racks, and the first /25 of the
  first pod the management machines.

The other /24 and the other /25 hold nothing. Places are functions of position, and further pods move no subnet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from dgxops.errors import DgxopsError
from dgxops.expand import addressing
from dgxops.expand.addressing import Pool
from dgxops.expand.pools import Numbered
from dgxops.model.breakout import DGX, breakout
from dgxops.model.fabric import Tier
from dgxops.model.network import Subnet
from dgxops.model.node import HostRole

_MACHINES = "management machines"
_HALVES = ("first half of the racks", "second half of the racks")

_SYSTEMS, _FURTHER, _DEVICES, _OOB = (16, 112), (112, 304), (304, 384), (384, 400)
"""First offset and the one behind the last, of a /23; the first addresses are left to routers."""
_SHARED_OOB = (32, 255)
"""The same of the shared /24, behind the machines."""
_FABRICS: Mapping[tuple[str, Tier], tuple[int, tuple[int, int]]] = {
    ("compute", Tier.LEAF): (0, (400, 448)), ("inband", Tier.LEAF): (0, (448, 464)),
    ("storage", Tier.LEAF): (0, (464, 496)), ("compute", Tier.SPINE): (1, (400, 432)),
    ("compute", Tier.CORE): (1, (432, 456)), ("inband", Tier.SPINE): (1, (456, 464)),
    ("inband", Tier.CORE): (1, (464, 472)), ("storage", Tier.SPINE): (1, (472, 488)),
    ("storage", Tier.CORE): (1, (488, 504)),
}  # fmt: skip
"""Switches by fabric: which /23 of a pod (from 0), and the offsets there."""


@dataclass(frozen=True, slots=True)
class OfUnit:
    """How many numbers a scalable unit has of what stands in its racks, and how many of them in the first half."""

    systems: tuple[int, int] = (0, 0)
    further: tuple[int, int] = (0, 0)
    devices: tuple[int, int] = (0, 0)
    oob_switches: tuple[int, int] = (0, 0)
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """Numbers over subnets: each unit has ``per_unit`` of them, as many as ``chunk`` in each of its subnets in turn.

    ``within`` are the first offset in a subnet, and the one behind the last.
    """

    units: tuple[tuple[IPv4Network, ...], ...]
    name: str
    within: tuple[int, int]
    per_unit: int
    chunk: int

    @property
    def room(self) -> int:
        """Addresses that each subnet keeps."""
        return self.within[1] - self.within[0]

    @property
    def capacity(self) -> int:
        """Up to the first number that finds its subnet full."""
        return self.room if self.room < self.chunk else len(self.units) * self.per_unit

    def at(self, index: int) -> IPv4Address:
        """Address of the ``index``-th member (from 1).

        Raises:
            DgxopsError: no subnet has such a place.
        """
        subnet, place = self._place(index)
        return Pool(subnet, self.name, self.within[0] - 1, self.within[1]).at(place)

    def subnet_at(self, index: int) -> IPv4Network:
        """The subnet that it is in."""
        return self._place(index)[0]

    def _place(self, index: int) -> tuple[IPv4Network, int]:
        if not 1 <= index <= self.per_unit * len(self.units):
            raise DgxopsError(
                f"networks.plan keeps {self.capacity} addresses for {self.name}, number {index} is needed",
                hint="take networks.plan out",
            )
        unit, rest = divmod(index - 1, self.per_unit)
        number, place = divmod(rest, self.chunk)
        return self.units[unit][number], place + 1


@dataclass(frozen=True, slots=True)
class MissionControl:
    """The pools of one network: ``shared`` for machines, and the two /23 of each unit."""

    shared: IPv4Network
    units: tuple[tuple[IPv4Network, ...], ...]
    each: OfUnit = OfUnit()

    def machines(self, role: HostRole) -> Pool:
        first, last = addressing.MACHINE_OFFSETS[role]
        return Pool(self.shared, f"{role.value} machines", first - 1, last + 1)

    def systems(self) -> Numbered:
        return Spread(self.units, "DGX systems", _SYSTEMS, *self.each.systems)

    def further(self) -> Numbered:
        name = "further controllers of systems and of what else their racks hold"
        return Spread(self.units, name, _FURTHER, *self.each.further)

    def devices(self) -> Numbered:
        return Spread(self.units, "PDUs and what else is managed in compute racks", _DEVICES, *self.each.devices)

    def switches(self, tier: Tier) -> Numbered:
        return self._of_fabric("compute", tier, f"{tier.value} switches")

    def access_switches(self, fabric: str, tier: Tier) -> Numbered:
        return self._of_fabric(fabric, tier, f"{fabric} {tier.value} switches")

    def oob_switches(self, shared: bool) -> Numbered:
        if shared:
            return Pool(self.shared, "shared out-of-band switches", _SHARED_OOB[0] - 1, _SHARED_OOB[1])
        return Spread(self.units, "out-of-band switches", _OOB, *self.each.oob_switches)

    def in_racks(self, systems: int, further: int, devices: int) -> Iterator[tuple[Numbered, int]]:
        every = ((self.systems(), systems), (self.further(), further), (self.devices(), devices))
        yield from ((pool, count) for pool, count in every if count)

    def _of_fabric(self, fabric: str, tier: Tier, name: str) -> Spread:
        """By their numbers; leaves of the compute fabric with their units."""
        which, within = _FABRICS[fabric, tier]
        room = within[1] - within[0]
        each = self.each.leaves if (fabric, tier) == ("compute", Tier.LEAF) else room
        return Spread(tuple(unit[which : which + 1] for unit in self.units), name, within, each, each)


def mission_control(network: str, subnet: IPv4Network, pods: int, each: OfUnit) -> MissionControl:
    """The pools of "management" or "oob" in a subnet that is large enough for so many pods."""
    cut = list(breakout(network, pods).cut_to_grow(subnet))
    large: dict[int, list[IPv4Network]] = {}
    for one in cut:
        if one.subnet.prefixlen == DGX:
            large.setdefault(one.pod, []).append(one.subnet)
    shared = next(one.subnet for one in cut if one.subnet.prefixlen != DGX)
    return MissionControl(shared, tuple(tuple(large[pod]) for pod in sorted(large)), each)


def subnets_of(network: str, subnet: IPv4Network, pods: int, routed: bool) -> tuple[Subnet, ...]:
    """The subnets with what each holds, and the first address of each for its router."""
    pools = mission_control(network, subnet, pods, OfUnit())
    halves = {s: half for unit in pools.units for s, half in zip(unit, _HALVES, strict=True)}
    holds = {pools.shared: _MACHINES, **halves}
    return tuple(
        Subnet(one.subnet, one.subnet[1] if routed else None, one.number, one.pod, holds.get(one.subnet, ""))
        for one in breakout(network, pods).cut_to_grow(subnet)
    )
