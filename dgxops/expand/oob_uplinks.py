"""Uplinks of the out-of-band switches to leaves of the in-band fabric.

Each switch has one to every leaf of the in-band set that serves the first node of its racks (of the unit that needs it,
where no unit brings it), on the highest ports below that leaf's own uplinks; one for which the leaves have no port left
has none. Where a leaf's port is faster, two uplinks share it with a splitter. All of that is inferred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dgxops.expand import access, naming, sets
from dgxops.expand.oob_plan import OutOfBand, Port
from dgxops.model.fabric import Endpoint, Link, LinkKind, Tier
from dgxops.model.node import Host, System

if TYPE_CHECKING:
    from dgxops.catalogue.schema import AccessEntry

_LEGS = 2
"""Of the splitter from a cage of a fast Ethernet switch to cages of 100 Gb/s: OSFP to 2x QSFP56."""
MACHINES_KEPT = 10
"""Links to machines that uplinks of switches in spine racks leave alone: of four heads, two UFM, four logins."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which switch: those of units first, each sort by number from 1."""

    shared: bool
    index: int


def name_of(oob: OutOfBand, switch: Port | Key) -> str:
    return naming.oob_name(oob.naming, switch.index, switch.shared)


def uplinks(oob: OutOfBand, hosts: Sequence[Host], standing: Sequence[Key]) -> Iterator[Link]:
    entry = oob.arch.fabrics.get("inband")
    system = next((h.system for h in hosts if h.system), None)
    if entry is None or system is None:
        return
    leaves, turns = _inband_leaves(oob, entry), {**_turns(oob, entry), **_shared_turns(oob, entry)}
    highest, lanes = access.uplinks_from(entry, oob.known[entry.switch].radix) - 1, _lanes(oob, entry)
    taken = access.node_ports(entry, access.ports_on(entry, system))
    theirs, most = access.machine_set(entry), uplink_ports(oob, system)
    for key in standing:
        set_, turn = turns[key]
        if turn // lanes >= (most if set_ == theirs else highest - taken):
            continue
        port = access.lane_name((highest - turn // lanes - 1) * lanes + turn % lanes, lanes)
        for number, leaf in enumerate(leaves[set_][: oob.switch.uplinks], oob.switch.radix + 1):
            yield Link(LinkKind.OOB_INBAND, Endpoint(name_of(oob, key), str(number)), Endpoint(leaf, port))


def uplink_ports(oob: OutOfBand, system: System) -> int:
    """Ports of each in-band leaf of the machines that uplinks of out-of-band switches take, however many machines.

    Those of units come first. Of the others there are many where `grow_to` builds upper layers in advance: they get
    what a few machines leave.
    """
    entry = oob.arch.fabrics.get("inband")
    if entry is None:
        return 0
    lanes, theirs = _lanes(oob, entry), access.machine_set(entry)
    own = 0 if theirs is None else _own_turns(oob, entry, theirs)
    shared = sum(set_ == theirs for set_, _ in _shared_turns(oob, entry).values())
    free = access.machine_room(entry, oob.known[entry.switch].radix, system) // entry.lanes
    return max(-(-own // lanes), min(-(-(own + shared) // lanes), free - -(-MACHINES_KEPT // entry.lanes)))


def _lanes(oob: OutOfBand, entry: AccessEntry) -> int:
    """Uplinks that share a port of an in-band leaf: as many as a splitter has legs, where the port is faster."""
    return _LEGS if oob.known[entry.switch].rate_gbps > oob.switch.uplink_gbps else 1


def _inband_leaves(oob: OutOfBand, entry: AccessEntry) -> dict[int | None, list[str]]:
    """Set of nodes (None: storage) -> names of the in-band leaves that serve it."""
    found: dict[int | None, list[str]] = {}
    for number, leaf in enumerate(access.leaves_of(entry, oob.arch.nodes_per_su, oob.units), 1):
        found.setdefault(leaf.nodes, []).append(naming.access_name(oob.naming, "inband", Tier.LEAF, number))
    return found


def _turns(oob: OutOfBand, entry: AccessEntry) -> Mapping[Key, tuple[int | None, int]]:
    """Switch of a unit -> the set of in-band leaves that it meets, and which of those on that set it is (from 0)."""
    met: Counter[int] = Counter()
    found: dict[Key, tuple[int | None, int]] = {}
    for index in range(oob.units * oob.per_unit):
        set_ = _set_of(oob, entry, _first_node(oob, index))
        found[Key(False, index + 1)] = set_, met[set_]
        met[set_] += 1
    return found


def _shared_turns(oob: OutOfBand, entry: AccessEntry) -> Mapping[Key, tuple[int | None, int]]:
    """The same of switches that no unit brings.

    Each meets the set of the first node of the unit that needs it, behind all that are that set's own, or the leaves of
    the machines where these are apart.
    """
    met: Counter[int | None] = Counter()
    found: dict[Key, tuple[int | None, int]] = {}
    for index, su in oob.shared_units.items():
        set_ = None if entry.machines_apart else _set_of(oob, entry, (su - 1) * oob.arch.nodes_per_su)
        own = 0 if set_ is None else _own_turns(oob, entry, set_)
        found[Key(True, index)] = set_, own + met[set_]
        met[set_] += 1
    return found


def _own_turns(oob: OutOfBand, entry: AccessEntry, set_: int) -> int:
    """Switches of units that meet a set once all the units that it serves are there."""
    start = sets.first_of(entry, oob.arch.nodes_per_su, set_)
    first, last = (node // oob.arch.nodes_per_su for node in (start, start + entry.nodes_per_set))
    indexes = range(first * oob.per_unit, (last + 1) * oob.per_unit)
    return sum(_set_of(oob, entry, _first_node(oob, index)) == set_ for index in indexes)


def _set_of(oob: OutOfBand, entry: AccessEntry, position: int) -> int:
    """The in-band set of a position, both from 0."""
    return sets.set_of(entry, oob.arch.nodes_per_su, position)[0]


def _first_node(oob: OutOfBand, index: int) -> int:
    """Position, from 0, of the first node on the ``index``-th switch of the units (from 0)."""
    su, slot = divmod(index, oob.per_unit)
    rack = slot // oob.entry.switches * oob.entry.racks
    return su * oob.arch.nodes_per_su + rack * oob.arch.racks.nodes_per_rack
