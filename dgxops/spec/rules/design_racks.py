"""Rules about the racks of a site's own design; the facts are those with the design in the architecture's place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dgxops.expand import access, floor, racking
from dgxops.model.node import HostRole
from dgxops.model.rack import MACHINE_UNITS
from dgxops.spec.rules.design import blame
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads

_WIDEST = floor.BAY - 2
"""Compute racks of a unit that leave room for its network rack and a way to the next bay."""


class _Thing(NamedTuple):
    """What stands in a compute rack from rack unit ``bottom`` on; ``keys`` are those of `design` that say so."""

    what: str
    bottom: int
    height: int
    keys: tuple[str, ...]

    @property
    def top(self) -> int:
        return self.bottom + self.height - 1

    def __str__(self) -> str:
        return f"{self.what} at unit {self.bottom}" + (f" ({self.height} units)" if self.height > 1 else "")


@reads("platform", "hardware.rack_units")
def as_many(facts: Facts) -> Iterator[Fault]:
    """Every node of a rack has a place in it."""
    racks, place = facts.architecture.racks, blame(facts, "racks.node_units", "racks.nodes_per_rack")
    if place and len(racks.node_units) != racks.nodes_per_rack:
        other = "nodes_per_rack" if place[-1] == "node_units" else "node_units"
        message = f"{racks.nodes_per_rack} systems a rack, and rack units for {len(racks.node_units)}"
        yield Fault(place, message, f"say {other} too" if other not in _said(facts) else "")


def _said(facts: Facts) -> frozenset[str]:
    return frozenset(facts.spec.design.racks.model_dump(exclude_none=True))


@reads("platform", "hardware.rack_units")
def standing(facts: Facts) -> Iterator[Fault]:
    """What stands in a compute rack stands inside it, and nothing in another's place."""
    height = facts.architecture.racks.rack_units
    things = sorted(_in_a_rack(facts), key=lambda thing: bool(blame(facts, *thing.keys)))
    stand: list[_Thing] = []
    for thing in things:
        place = blame(facts, *thing.keys, "racks.rack_units")
        if place and thing.top > height:
            hint = "" if place[-1] != "rack_units" else f"say {thing.keys[0]} too"
            yield Fault(place, f"{thing} reaches unit {thing.top} of a rack of {height}", hint)
            return
        other = next((s for s in stand if s.bottom <= thing.top and thing.bottom <= s.top), None)
        if other and (place := blame(facts, *thing.keys, *other.keys)):
            yield Fault(place, f"{thing} stands where {other} does")
            return
        stand.append(thing)


def _in_a_rack(facts: Facts) -> Iterator[_Thing]:
    arch, racks = facts.architecture, facts.architecture.racks
    for unit in racks.node_units:
        yield _Thing("a system", unit, facts.system.rack_units or 1, ("racks.node_units",))
    for fixture in racks.fixtures:
        for unit in fixture.units:
            keys = (f"racks.fixtures.{fixture.kind}.{key}" for key in ("units", "height"))
            yield _Thing(f"a {fixture.kind}", unit, fixture.height, tuple(keys))
    if arch.oob:
        model, height = arch.oob.switch, facts.known[arch.oob.switch].rack_units or 1
        for unit in arch.oob.rack_units:
            yield _Thing(
                "an out-of-band switch", unit, height, ("oob.rack_units", "oob.switch", f"switches.{model}.rack_units")
            )


@reads("platform", "hardware.rack_units")
def room_for_pdus(facts: Facts) -> Iterator[Fault]:
    """Where PDUs take rack units, there are as many runs of free ones; which, no document says."""
    racks = facts.architecture.racks
    taken = {unit for thing in _in_a_rack(facts) for unit in range(thing.bottom, thing.top + 1)}
    free = "".join("x" if unit in taken else "." for unit in range(1, racks.rack_units + 1))
    room = sum(len(run) // racks.pdu_units for run in free.split("x")) if racks.pdu_units else racks.pdus or 0
    place = blame(facts, "racks.pdu_units", "racks.pdus", "racks.node_units", "racks.rack_units")
    if place and room < (racks.pdus or 0):
        message = f"{racks.pdus} PDUs of {racks.pdu_units} units each: beside the systems there is room for {room}"
        yield Fault(place, message, "pdu_units: 0 if they take none")


@reads("platform")
def network_rack(facts: Facts) -> Iterator[Fault]:
    """The leaves of a unit stand in its one network rack."""
    arch = facts.architecture
    models = dict(_leaves(facts))
    place = blame(facts, *_of_network_rack(facts))
    top = racking.FIRST_SWITCH_UNIT - 1 + sum(models.values())
    if place and top > arch.racks.rack_units:
        told = " and ".join(f"{units} of {name}" for name, units in models.items())
        message = f"the leaves of a unit need {top} units of its network rack, which has {arch.racks.rack_units}"
        yield Fault(place, message, f"from unit {racking.FIRST_SWITCH_UNIT} up: {told}")


def _of_network_rack(facts: Facts) -> Iterator[str]:
    """Keys of `design` that say how many leaves a network rack holds, and how high they are."""
    yield from ("racks.rack_units", "nodes_per_su", "rails")
    yield from (f"compute.{key}" for key in ("switch", "nodes_per_leaf", "planes"))
    for name in facts.architecture.fabrics:
        yield from (f"fabrics.{name}.{key}" for key in ("switch", "nodes_per_set", "leaves_per_set", "extra_leaves"))
    yield "racks.nodes_per_rack"
    yield from (f"oob.{key}" for key in ("switch", "racks", "switches", "rack_units"))
    yield from (f"switches.{model}.rack_units" for model in facts.spec.design.switches)


def _leaves(facts: Facts) -> Iterator[tuple[str, int]]:
    """Name of each fabric and the rack units that its leaves take of a network rack."""
    arch, known = facts.architecture, facts.known
    if arch.compute:
        yield "compute", arch.leaves_per_su * (known[arch.compute.switch].rack_units or 1)
    for name, entry in arch.fabrics.items():
        yield name, access.most_leaves(entry, arch.nodes_per_su) * (known[entry.switch].rack_units or 1)
    if facts.oob and not facts.oob.entry.rack_units:
        yield "oob", facts.oob.per_unit * facts.oob.height


@reads("platform", "services")
def management_rack(facts: Facts) -> Iterator[Fault]:
    """Heads, logins and appliances stand in one rack, as high as the others."""
    yield from low_management_rack(facts, facts.machines)


def low_management_rack(facts: Facts, machines: Mapping[HostRole, int]) -> Iterator[Fault]:
    """The same of so many machines."""
    tops = {
        role: max(racking.machine_place(role, n)[1] for n in range(1, count + 1)) + MACHINE_UNITS - 1
        for role, count in machines.items()
        if count
    }
    height, role = facts.architecture.racks.rack_units, max(tops, key=lambda r: tops[r], default=HostRole.HEAD)
    place = blame(facts, *(["ufm.appliances"] if role is HostRole.UFM else []), "racks.rack_units")
    if place and tops and tops[role] > height:
        message = f"{machines[role]} {role.value} machines reach unit {tops[role]} of the management rack"
        yield Fault(place, message, f"a rack has {height}: fewer of them, or higher racks")


@reads("platform", "scalable_units", "grow_to")
def row(facts: Facts) -> Iterator[Fault]:
    """The racks of a unit fit its row, where another bay stands beside it."""
    arch, place = facts.architecture, blame(facts, "nodes_per_su", "racks.nodes_per_rack")
    count = -(-arch.nodes_per_su // arch.racks.nodes_per_rack)
    if place and facts.units > floor.ROWS and count > _WIDEST:
        message = f"{count} compute racks a unit are more than a row holds beside the next, {_WIDEST}"
        yield Fault(place, message, f"more nodes a rack, or {floor.ROWS} units at most")


RULES = (as_many, standing, room_for_pdus, network_rack, management_rack, row)
