"""Which port of which out-of-band switch everything has: a function of position, so that growth moves no cable.

Compute racks side by side share their switches; on these every rack has a block of ports of its own: nodes first, each
with all of its ports, then PDUs, then fixtures. The ports behind these blocks are handed out unit by unit, as units
would be added: first to the leaves of the unit, then to what comes with it and serves all (spines, cores; with the
first unit the management machines, as many as there may be). When those ports are used up, switches follow that no
unit brings, in the spine racks.

Beyond the standard size of an architecture upper layers are too many to send their cables to the rows of units: a
spine is on a switch of its own rack, a core on one of the spine rack beside its own, and where these are full it is on
another one of that row. So a port depends on what smaller clusters need alone; `grow_to` sizes the upper layers, and
this, once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from dgxops.expand import access, compute, naming, racking, services
from dgxops.expand.wiring import Shape
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole

if TYPE_CHECKING:
    from dgxops.catalogue.schema import AccessEntry, ArchitectureEntry, ComputeEntry, OobEntry, SwitchEntry
    from dgxops.spec.names import Naming

MOST_HEADS, MOST_LOGINS = 4, 10
"""Ports that are kept for management machines: as many as a spec may ask for."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port of an out-of-band switch: the ``index``-th (from 1) of the units in order, or of the ``shared`` ones."""

    index: int
    number: int
    shared: bool = False


@dataclass(frozen=True)
class OutOfBand:
    """The out-of-band fabric of an architecture at ``units`` units; ``grow_to`` sizes upper layers, 0: not given."""

    entry: OobEntry
    arch: ArchitectureEntry
    known: Mapping[str, SwitchEntry]
    naming: Naming
    units: int
    grow_to: int
    node_ports: int = 1  # out-of-band ports of a node

    @property
    def switch(self) -> SwitchEntry:
        return self.known[self.entry.switch]

    @property
    def height(self) -> int:
        """Rack units of a switch; one where that is not known."""
        return self.switch.rack_units or 1

    @property
    def racks(self) -> int:
        """Compute racks of a unit."""
        return -(-self.arch.nodes_per_su // self.arch.racks.nodes_per_rack)

    @property
    def groups(self) -> int:
        """Groups of racks of a unit that share their switches."""
        return -(-self.racks // self.entry.racks)

    @property
    def per_unit(self) -> int:
        """Switches of a unit."""
        return self.groups * self.entry.switches

    @cached_property
    def block(self) -> int:
        """Ports of one rack."""
        racks = self.arch.racks
        fixtures = sum(len(f.units) * len(f.ports) for f in racks.fixtures)
        return racks.nodes_per_rack * self.node_ports + (racks.pdus or 0) + fixtures

    @cached_property
    def most(self) -> int:
        """Ports of one switch that racks take at most; a node is not on two of them."""
        share, each = -(-self.entry.racks * self.block // self.entry.switches), max(1, self.node_ports)
        return share if self.entry.switches == 1 else -(-share // each) * each

    def rack_port(self, su: int, rack: int, slot: int) -> Port:
        """Of the ``slot``-th port (from 0) of what is in the ``rack``-th compute rack (from 0) of a unit (from 1)."""
        group, place = divmod(rack, self.entry.racks)
        which, number = divmod(place * self.block + slot, self.most)
        return Port((su - 1) * self.per_unit + group * self.entry.switches + which + 1, number + 1)

    def freed_port(self, position: int, number: int) -> Port:
        """Of the ``number``-th UFM appliance of the storage fabric (from 0): one of the node left out at ``position``.

        Where that has fewer, it is the last login node's: in-band leaves with so little room never have that one.
        """
        su, index = naming.place_of(position, self.arch.nodes_per_su)
        rack, slot = divmod(index - 1, self.arch.racks.nodes_per_rack)
        if number < self.node_ports:
            return self.rack_port(su, rack, slot * self.node_ports + number)
        return self.ports[naming.host_name(self.naming, HostRole.LOGIN, MOST_LOGINS)]

    def machine_port(self, role: HostRole, index: int) -> Port:
        """Of the ``index``-th management machine (from 1) of a role."""
        return self.ports[naming.host_name(self.naming, *services.place_of(role, index))]

    def spare(self, su: int) -> Iterator[Port]:
        """Ports of a unit's switches behind the blocks of its racks.

        Switches in compute racks come with these: only those of the first rack are sure to be there.
        """
        for group in range(1 if self.entry.rack_units else self.groups):
            racks = min(self.entry.racks, self.racks - group * self.entry.racks)
            for which in range(self.entry.switches):
                used = min(max(0, racks * self.block - which * self.most), self.most)
                index = (su - 1) * self.per_unit + group * self.entry.switches + which + 1
                yield from (Port(index, number) for number in range(used + 1, self.switch.radix + 1))

    @cached_property
    def ports(self) -> dict[str, Port]:
        """Port of every management machine that there may be, and of every switch of the other fabrics."""
        pool, made = _Pool(self.switch.radix), dict[str, Port]()
        for su, (leaves, others) in enumerate(_arrivals(self), 1):
            own = deque(self.spare(su))
            made |= {name: own.popleft() if own else pool.take() for name in leaves}
            pool.free.extend(own)
            made |= {name: pool.take(rack) for name, rack in others}
        return made

    @cached_property
    def shared_units(self) -> Mapping[int, int]:
        """Switches that no unit brings, by number -> the unit (from 1) that needs the first port, in order of these."""
        first: dict[int, int] = {}
        for su, (leaves, others) in enumerate(_arrivals(self), 1):
            for port in (self.ports[name] for name in (*leaves, *(name for name, _ in others))):
                if port.shared:
                    first.setdefault(port.index, su)
        return first

    @property
    def most_shared(self) -> int:
        """Number of the last switch that no unit brings."""
        return max((port.index for port in self.ports.values() if port.shared), default=0)


class _Pool:
    """Ports that are free for whatever comes; a new switch whenever they are used up.

    Those of a spine rack (from 0) are given first to what must be on them.
    """

    def __init__(self, radix: int) -> None:
        self.free: deque[Port] = deque()
        self.radix = radix
        self.switches = 0
        self.taken: set[Port] = set()

    def take(self, rack: int | None = None) -> Port:
        ports: Iterator[Port] = (p for p in self._anywhere() if p not in self.taken)
        if rack is not None:
            own = (port for index in racking.shared_oob_of(rack) for port in self._of(index + 1))
            ports = chain((p for p in own if p not in self.taken), ports)
        port = next(ports)
        self.taken.add(port)
        return port

    def _anywhere(self) -> Iterator[Port]:
        while True:
            if not self.free:
                self.switches += 1
                self.free.extend(self._of(self.switches))
            yield self.free.popleft()

    def _of(self, switch: int) -> Iterator[Port]:
        return (Port(switch, number, True) for number in range(1, self.radix + 1))


class _Layers(Protocol):
    """The switches of one fabric by the unit that brings them."""

    def leaves(self, su: int) -> Sequence[str]: ...

    def shape(self, units: int) -> tuple[Shape, int]:
        """The tree for so many units, and how many planes have it."""
        ...

    def name(self, tier: Tier, number: int) -> str: ...

    def rack(self, number: int) -> int:
        """The spine or core rack (from 0) of a spine or core."""
        ...


@dataclass(frozen=True)
class _Compute:
    oob: OutOfBand
    entry: ComputeEntry

    def leaves(self, su: int) -> Sequence[str]:
        return [naming.leaf_name(self.oob.naming, su, place) for place in range(self.oob.arch.leaves_per_su)]

    def shape(self, units: int) -> tuple[Shape, int]:
        radix = self.entry.radix or self.oob.known[self.entry.switch].radix
        return compute.shape_of(self.oob.arch, radix, units), self.entry.planes

    def name(self, tier: Tier, number: int) -> str:
        return naming.switch_name(self.oob.naming, tier, number)

    def rack(self, number: int) -> int:
        height = self.oob.known[self.entry.switch].rack_units or 1
        return racking.switch_rack(number - 1, height, self.oob.arch.racks.rack_units)[0]


@dataclass(frozen=True)
class _Access:
    oob: OutOfBand
    fabric: str
    entry: AccessEntry

    @cached_property
    def _by_unit(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        made = access.leaves_of(self.entry, self.oob.arch.nodes_per_su, self.oob.units)
        for number, leaf in enumerate(made, 1):
            found.setdefault(leaf.su, []).append(self.name(Tier.LEAF, number))
        return found

    def leaves(self, su: int) -> Sequence[str]:
        return self._by_unit.get(su, [])

    def shape(self, units: int) -> tuple[Shape, int]:
        radix = self.oob.known[self.entry.switch].radix
        return access.shape_of(self.entry, radix, self.oob.arch.nodes_per_su, units), 1

    def name(self, tier: Tier, number: int) -> str:
        return naming.access_name(self.oob.naming, self.fabric, tier, number)

    def rack(self, number: int) -> int:
        return racking.access_rack(number - 1, self.oob.known[self.entry.switch].rack_units or 1)[0]


def _layers(oob: OutOfBand) -> list[_Layers]:
    """Of the fabrics whose switches have a management port; one that is not known of is taken to be there."""
    arch, made = oob.arch, list[_Layers]()
    if arch.compute and oob.known[arch.compute.switch].managed is not False:
        made.append(_Compute(oob, arch.compute))
    managed = ((n, e) for n, e in arch.fabrics.items() if oob.known[e.switch].managed is not False)
    return [*made, *(_Access(oob, name, entry) for name, entry in managed)]


Other = tuple[str, int | None]
"""Name of what serves all units, and the spine rack (from 0) whose switches it must be on, if it must."""


def _arrivals(oob: OutOfBand) -> Iterator[tuple[list[str], list[Other]]]:
    """Unit by unit: its leaves, and what comes with it and serves all."""
    layers = _layers(oob)
    stand: Counter[tuple[int, Tier]] = Counter()
    for su in range(1, oob.units + 1):
        size = max(su, oob.grow_to)
        others = _machines(oob, HostRole.HEAD, HostRole.UFM) if su == 1 else []
        for layer, switches in enumerate(layers):
            shape, planes = switches.shape(size)
            for tier, count in ((Tier.SPINE, shape.all_spines * planes), (Tier.CORE, shape.all_cores * planes)):
                new = range(stand[layer, tier] + 1, count + 1)
                others += [(switches.name(tier, n), switches.rack(n) if _beyond(oob, size) else None) for n in new]
                stand[layer, tier] = max(stand[layer, tier], count)
        others += _machines(oob, HostRole.LOGIN) if su == 1 else []
        yield [name for switches in layers for name in switches.leaves(su)], others


def _beyond(oob: OutOfBand, units: int) -> bool:
    """Whether so many units are more than the standard design of the architecture has."""
    return oob.arch.standard_units is not None and units > oob.arch.standard_units


def _machines(oob: OutOfBand, *roles: HostRole) -> list[Other]:
    most = {HostRole.HEAD: MOST_HEADS, HostRole.UFM: oob.arch.ufm.appliances, HostRole.LOGIN: MOST_LOGINS}
    return [(naming.host_name(oob.naming, role, i + 1), None) for role in roles for i in range(most[role])]
