"""Rules about how many systems there are and which positions stay empty."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.catalogue.schema import AccessEntry, SwitchEntry
from dgxops.expand import access, plain, racking, services
from dgxops.model.node import FURTHER_ROLES, HostRole, PortRole
from dgxops.model.system import System
from dgxops.spec.messages import meant_or_known, shown
from dgxops.spec.nodesets import like
from dgxops.spec.rules.design import blame
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads


@reads("scalable_units", "grow_to")
def growth(facts: Facts) -> Iterator[Fault]:
    """A cluster does not grow to less than it has."""
    units, goal = facts.spec.units, facts.spec.grow_to
    if facts.spec.plain and goal is not None:
        yield Fault(("grow_to",), "a plain group has no scalable units to grow to", "take it out")
    elif goal is not None and goal < units:
        yield Fault(("grow_to",), f"{goal} is less than scalable_units, {units}", f"{units} or more, or null")


@reads("platform", "scalable_units", "grow_to")
def capacity(facts: Facts) -> Iterator[Fault]:
    """Three tiers of the architecture's switches carry the units."""
    most = facts.most_units
    compute = facts.architecture.compute
    for key, units in (("scalable_units", facts.spec.units), ("grow_to", facts.spec.grow_to or 0)):
        if compute and units > most:
            switch = compute.switch
            message = f"three tiers of {switch} carry {most} scalable units of {facts.system.name}"
            yield Fault((key,), message, cause=blame(facts, *_COMPUTE) or ())


@reads("platform", "scalable_units", "nodes")
def populated(facts: Facts) -> Iterator[Fault]:
    """No more positions are populated than there are."""
    nodes, units, each = facts.spec.nodes, facts.spec.units, facts.architecture.nodes_per_su
    if facts.spec.plain and nodes is None:
        yield Fault(("nodes",), "is required: a plain group has no size of its own", "nodes: 4", ("scalable_units",))
    elif nodes is not None and nodes > units * each:
        message = f"{nodes} are more than the {units * each} positions of {units} scalable unit{'s' * (units > 1)}"
        yield Fault(("nodes",), message, f"scalable_units: {-(-nodes // each)} has as many")


@reads("platform", "scalable_units", "nodes", "fabric")
def joined(facts: Facts) -> Iterator[Fault]:
    """The fabric of a plain group is one that it can have; a scalable unit has that of its architecture."""
    spec, place = facts.spec, ("fabric",)
    if spec.fabric == plain.NONE:
        return
    if not spec.plain:
        yield Fault(
            place, "belongs to a plain group: a scalable unit has the fabric of its architecture", "take it out"
        )
    elif not facts.system.ports_of(PortRole.COMPUTE):
        yield Fault(place, f"a {facts.system.name} has no ports for one", f"fabric: {plain.NONE}")
    elif spec.fabric == plain.DIRECT and len(facts.planned) != 2:
        yield Fault(place, f"direct cables join two nodes, not {len(facts.planned)}", "the model of a switch")
    elif spec.fabric not in (plain.DIRECT, *facts.known):
        message = f"no switch is called {shown(spec.fabric)}"
        yield Fault(place, message, meant_or_known(spec.fabric, (plain.NONE, plain.DIRECT, *facts.known)))
    elif spec.fabric in facts.known and (why := _misfit(facts.known[spec.fabric], facts.system)):
        fitting = [name for name, switch in facts.known.items() if not _misfit(switch, facts.system)]
        yield Fault(place, f"a {spec.fabric} {why} of a {facts.system.name}", f"one of {', '.join(fitting)}")


_COMPUTE, _INBAND = ("nodes_per_su", "compute", "switches"), ("fabrics.inband", "switches")
"""Keys of `design` that these rules may have to tell of."""

_SLOWEST_SHARE = 4  # a port may run at a quarter of its rate (HDR in EDR's place and the like), not at a hundredth


def _misfit(switch: SwitchEntry, system: System) -> str:
    """Why the ports of a system cannot meet a switch, empty when they can; en... is the name of an Ethernet port."""
    ports = system.ports_of(PortRole.COMPUTE)
    if switch.fabric == "infiniband" and all((p.interface or "").startswith("en") for p in ports):
        return "is InfiniBand and cannot serve the Ethernet ports"
    if any((p.rate_gbps or 0) > switch.rate_gbps * _SLOWEST_SHARE for p in ports):
        return f"has ports of {switch.rate_gbps} Gb/s, too slow for those"
    return ""


@reads("platform", "scalable_units", "nodes", "fabric")
def housed(facts: Facts) -> Iterator[Fault]:
    """The leaves of a plain group fit into its one network rack; those of a reference architecture do."""
    spec, arch, switch = facts.spec, facts.architecture, facts.known.get(facts.spec.fabric)
    if not spec.plain or not arch.compute or not switch:
        return
    room = (arch.racks.rack_units - racking.FIRST_SWITCH_UNIT + 1) // (switch.rack_units or 1)
    if arch.leaves_per_su > room:
        most = room // arch.rails * arch.compute.nodes_per_leaf
        message = f"{arch.leaves_per_su} leaves of {switch.rack_units or 1} rack units do not fit into the network rack"
        yield Fault(
            ("fabric",), message, f"{room} do, for {most} nodes; or several groups, or a switch with more ports"
        )


@reads("platform", "services")
def connected(facts: Facts) -> Iterator[Fault]:
    """Every machine has its ports on the in-band leaves of the first nodes."""
    entry = facts.architecture.fabrics.get("inband")
    if entry is None:
        return
    room = facts.room_on(entry)
    for role, count in services.counts(facts.spec.services).items():
        slots, key = [access.machine_slot(role, n) for n in range(1, count + 1)], role.value
        most = sum(slot <= room for slot in slots)
        if most < count:
            kind = "machines" if role in FURTHER_ROLES else "nodes"
            message = f"{_kept(entry)} have ports for {most} {key} {kind}, not {count}"
            cause = blame(facts, *_INBAND) or ()
            yield Fault(("services", key), message, _roomier(facts, entry, max(slots)), cause)


def _kept(entry: AccessEntry) -> str:
    return f"the in-band leaves, each of which keeps ports for {entry.nodes_per_set} systems and its uplinks,"


def _roomier(facts: Facts, entry: AccessEntry, slot: int) -> str:
    """For how many systems leaves may keep ports so that a machine of this place has one too; else empty."""
    fewer = range(entry.nodes_per_set - 1, 0, -1)
    fits = (n for n in fewer if slot <= facts.room_on(entry.model_copy(update={"nodes_per_set": n})))
    return next((f"design.fabrics.inband.nodes_per_set: {n}, and more leaves where they fill" for n in fits), "")


@reads("services")
def places_apart(facts: Facts) -> Iterator[Fault]:
    """No two machines have one place of the fourteen that are kept for them; rented ones stand elsewhere."""
    owners: dict[services.Place, services.Place] = {}
    for role, count in services.counts(facts.spec.services).items() if not facts.rented else ():
        mine = {services.place_of(role, n): (role, n) for n in range(1, count + 1)}
        if shared := next((place for place in mine if place in owners), None):
            (other, theirs), (_, own) = owners[shared], mine[shared]
            message = f"{role.value} machine {own} has the place of {other.value} machine {theirs}"
            yield Fault(("services", role.value), message, _less(other, theirs - 1, role, own - 1))
        owners = mine | owners


def _less(first: HostRole, most: int, second: HostRole, fewer: int) -> str:
    """What would be right of two kinds of machines that share a place."""
    if HostRole.K8S in (first, second) and HostRole.SERVICE not in (first, second) and first in FURTHER_ROLES:
        return "k8s for one Kubernetes, or k8s_admin and k8s_user for two"
    least = f"{second.value}: {fewer}" if fewer else f"no {second.value}"
    return f"{first.value}: {most} or fewer, or {least}"


@reads("platform", "scalable_units", "nodes", "omit", "naming.node", "naming.rack")
def omitted(facts: Facts) -> Iterator[Fault]:
    """Only nodes that the cluster would have are left out, each once, and not all of them."""
    names = facts.spec.omit
    if isinstance(names, str) or not facts.positions:
        return
    for number, name in enumerate(names):
        if name not in facts.positions:
            hint = "one name an entry" if "[" in name else like(name, facts.positions)
            yield Fault(("omit", number), f"the cluster has no node {shown(name)}", hint)
        elif name in names[:number]:
            yield Fault(("omit", number), f"{name} is left out twice", "keep one of them")
    if not facts.nodes:
        yield Fault(("omit",), "leaves the cluster without a DGX system")
