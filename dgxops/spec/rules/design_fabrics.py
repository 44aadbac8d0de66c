"""Rules about the fabrics of a site's own design; the facts are those with the design in the architecture's place.

A fault is told at a key that the site wrote; where it wrote none that has to do with it, there is nothing to tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.catalogue.schema import SwitchEntry
from dgxops.expand import access
from dgxops.model.node import HostRole, PortRole
from dgxops.spec.document import Path
from dgxops.spec.rules.design import blame
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads

_KINDS = {"infiniband": "InfiniBand", "ethernet": "Ethernet"}

MOST_APPLIANCES = 4
"""UFM appliances that there are names, addresses and places for."""

Fabrics = Iterator[tuple[str, str, str, str]]


def _fabrics(facts: Facts) -> Fabrics:
    """Key, name, switch model and protocol of every fabric."""
    arch = facts.architecture
    if arch.compute:
        yield "compute", "compute", arch.compute.switch, arch.compute.protocol
    for name, entry in arch.fabrics.items():
        yield f"fabrics.{name}", name, entry.switch, entry.protocol
    if arch.oob:
        yield "oob", "out-of-band", arch.oob.switch, "ethernet"


@reads("platform")
def protocols(facts: Facts) -> Iterator[Fault]:
    """The switches of a fabric speak its protocol."""
    for key, name, model, protocol in _fabrics(facts):
        kind = facts.known[model].fabric
        place = blame(facts, f"{key}.switch", f"{key}.protocol", f"switches.{model}.fabric")
        if kind != protocol and place:
            fitting = ", ".join(n for n, switch in facts.known.items() if switch.fabric == protocol)
            other = f"{key}.protocol: {kind}, or " if key != "oob" else ""
            message = f"a {model} is an {_KINDS[kind]} switch, and the {name} fabric is {_KINDS[protocol]}"
            yield Fault(place, message, f"{other}one of {fitting}")


@reads("platform")
def rates(facts: Facts) -> Iterator[Fault]:
    """Links are no faster than the ports that they meet."""
    arch = facts.architecture
    if arch.compute:
        switch, rate = facts.known[arch.compute.switch], arch.compute.rate_gbps
        places = ("compute.rate_gbps", "compute.radix", *_switch_keys("compute", arch.compute.switch))
        place = blame(facts, *places)
        if place and rate > switch.rate_gbps:
            yield Fault(place, f"links of {rate} Gb/s {_too_fast(arch.compute.switch, switch)}")
        elif place and facts.radix * rate > switch.radix * switch.rate_gbps:
            message = f"{facts.radix} ports of {rate} Gb/s are more than the {switch.radix} of {switch.rate_gbps} Gb/s"
            yield Fault(place, f"{message} that a {arch.compute.switch} has", "say compute.radix and compute.rate_gbps")
    for name, entry in arch.fabrics.items():
        key, switch, rate = f"fabrics.{name}", facts.known[entry.switch], entry.rate_gbps * entry.lanes
        place = blame(facts, f"{key}.rate_gbps", f"{key}.lanes", *_switch_keys(key, entry.switch))
        if place and rate > switch.rate_gbps:
            lanes = (
                f"{entry.lanes} links of {entry.rate_gbps} Gb/s a port" if entry.lanes > 1 else f"links of {rate} Gb/s"
            )
            yield Fault(place, f"{lanes} {_too_fast(entry.switch, switch)}")


def _too_fast(model: str, switch: SwitchEntry) -> str:
    return f"are too fast for a {model}, whose ports have {switch.rate_gbps} Gb/s"


def _switch_keys(key: str, model: str) -> tuple[str, ...]:
    return f"{key}.switch", f"switches.{model}.radix", f"switches.{model}.rate_gbps"


@reads("platform")
def leaf_ports(facts: Facts) -> Iterator[Fault]:
    """A leaf of the compute fabric has a port for each node and each uplink, and an uplink for each node."""
    compute = facts.architecture.compute
    if compute is None:
        return
    uplinks = compute.uplinks or facts.radix // 2
    keys = ("compute.nodes_per_leaf", "compute.uplinks", "compute.radix")
    place = blame(facts, *keys, *_switch_keys("compute", compute.switch))
    if place and uplinks < compute.nodes_per_leaf:
        message = f"a leaf has {compute.nodes_per_leaf} nodes and {uplinks} uplinks, and the fabric would block"
        yield Fault(place, message, "at least as many compute.uplinks as compute.nodes_per_leaf")
    elif place and compute.nodes_per_leaf + uplinks > facts.radix:
        message = (
            f"{compute.nodes_per_leaf} nodes and {uplinks} uplinks are more than the {facts.radix} ports of a leaf"
        )
        yield Fault(place, message, f"compute.nodes_per_leaf: {facts.radix - uplinks} at most")


@reads("platform")
def rails(facts: Facts) -> Iterator[Fault]:
    """There are as many rails as the system has ports for."""
    there = len({port.rail for port in facts.system.ports_of(PortRole.COMPUTE)})
    place = blame(facts, "rails")
    if place and facts.architecture.rails != there:
        yield Fault(place, f"a {facts.system.name} has ports on {there} rails", f"rails: {there}, or take it out")


@reads("platform")
def sections(facts: Facts) -> Iterator[Fault]:
    """A spine in three tiers has half its ports for the leaves of its section, one a unit."""
    compute, place = facts.architecture.compute, blame(facts, "compute.section", "compute.radix", "compute.switch")
    most = facts.radix // 2
    if place and compute and (compute.section or 0) > most:
        message = f"a spine of {facts.radix} ports joins the leaves of {most} units at most, {compute.section} are said"
        yield Fault(place, message, f"{most} or fewer")


@reads("platform")
def access_ports(facts: Facts) -> Iterator[Fault]:
    """A leaf of the storage and in-band fabrics has a port for each of its nodes, its uplinks, and UFM's appliances."""
    for name, entry in facts.architecture.fabrics.items():
        keys = ("nodes_per_set", "uplinks", "lanes", "leaves_per_set", "roles")
        places = (*(f"fabrics.{name}.{key}" for key in keys), *_switch_keys(f"fabrics.{name}", entry.switch))
        place = blame(facts, *places)
        radix, nodes = facts.known[entry.switch].radix, access.node_ports(entry, access.ports_on(entry, facts.system))
        if place and nodes + entry.uplinks > radix:
            message = f"{nodes} ports for nodes and {entry.uplinks} uplinks are more than the {radix} ports of a leaf"
            yield Fault(place, message, "fewer nodes_per_set or uplinks, or more lanes")
        elif "inband" in entry.roles:
            yield from _appliances_connected(facts, radix - nodes - entry.uplinks, *places)
        if entry.uplinks < entry.least_spines and (place := blame(facts, places[1], f"fabrics.{name}.least_spines")):
            yield Fault(place, f"a leaf with {entry.uplinks} uplinks cannot meet {entry.least_spines} spines")


@reads("platform")
def appliances(facts: Facts) -> Iterator[Fault]:
    """UFM's appliances have addresses and rack units for four."""
    count = facts.architecture.ufm.every
    if count > MOST_APPLIANCES and (place := blame(facts, "ufm.appliances", "ufm.storage")):
        message = f"{count} UFM appliances, those of the storage fabric among them, are more than {MOST_APPLIANCES}"
        yield Fault(place, message, "fewer, or `storage: 0`")
    ufm = facts.architecture.ufm
    leaves = min((entry.leaves_per_set for entry in facts.architecture.fabrics.values()), default=MOST_APPLIANCES)
    if ufm.storage > leaves and (place := blame(facts, "ufm.storage")):
        message = f"{ufm.storage} appliances for the storage fabric: they take one omitted node's port on each leaf"
        yield Fault(place, message, f"{leaves} leaves are in a set: {leaves} appliances or fewer")


def _appliances_connected(facts: Facts, room: int, *places: str) -> Iterator[Fault]:
    count = min(facts.machines[HostRole.UFM], facts.architecture.ufm.appliances)  # those of storage are elsewhere
    last = access.machine_slot(HostRole.UFM, count) if count else 0
    place = blame(facts, "ufm.appliances", *places)
    if place and last > room:
        most = sum(access.machine_slot(HostRole.UFM, n) <= room for n in range(1, count))
        message = f"the in-band leaves have ports for {most} UFM appliances, not {count}"
        yield Fault(place, message, f"{room} ports are left of nodes and uplinks, and heads and logins have their own")


@reads("platform")
def roles(facts: Facts) -> Iterator[Fault]:
    """Ports of one role meet one fabric, and the system has such ports."""
    owners: dict[str, str] = {}
    fabrics = sorted(facts.architecture.fabrics.items(), key=lambda item: bool(_said_roles(facts, item[0])))
    for name, entry in fabrics:
        place = _said_roles(facts, name)
        for role in entry.roles:
            if place and not facts.system.ports_of(PortRole(role)):
                yield Fault(place, f"a {facts.system.name} has no {role} ports")
            elif place and role in owners:
                yield Fault(place, f"the {role} ports meet the {owners[role]} fabric already")
            owners[role] = name


def _said_roles(facts: Facts, fabric: str) -> Path | None:
    return blame(facts, f"fabrics.{fabric}.roles")


@reads("platform")
def oob_ports(facts: Facts) -> Iterator[Fault]:
    """Out-of-band switches have ports for what their racks hold."""
    oob = facts.oob
    if oob is None:
        return
    places = ("oob.racks", "oob.switches", "racks.nodes_per_rack", "racks.pdus", "oob.switch")
    place = blame(facts, *places, f"switches.{oob.entry.switch}.radix")
    if place and oob.most > oob.switch.radix:
        racks, have = min(oob.entry.racks, oob.racks), oob.entry.switches * oob.switch.radix
        message = f"{racks} racks of {oob.block} ports are more than the {have} of their switches"
        yield Fault(place, message, "fewer racks, or more switches")
    entry, place = oob.entry, blame(facts, "oob.rack_units", "oob.switches", "oob.racks")
    if place and entry.rack_units and (entry.racks, len(entry.rack_units)) != (1, entry.switches):
        shared = f"{entry.racks} racks share {entry.switches}" if entry.racks > 1 else f"a rack has {entry.switches}"
        message = f"switches in compute racks are those of one rack each: here {shared}"
        units = ", ".join(map(str, entry.rack_units))
        yield Fault(place, f"{message}, at unit {units}", "racks: 1, and a rack unit a switch")


@reads("platform", "omit")
def ufm(facts: Facts) -> Iterator[Fault]:
    """Appliances share their links evenly, each link on a rail of its own, on ports that were given up."""
    arch = facts.architecture
    told, place = arch.ufm, blame(facts, "ufm.links", "ufm.appliances", "ufm.omitted_nodes")
    if place and told.links and not told.appliances:
        yield Fault(place, f"{told.links} links of no appliance", "links: 0, or some appliances")
    elif place and told.links and told.links % told.appliances:
        yield Fault(place, f"{told.appliances} appliances cannot share {told.links} links evenly")
    elif place and told.links > arch.rails:
        yield Fault(place, f"{told.links} links are more than the {arch.rails} rails that a position gives up")
    elif place and told.links and told.at == "freed" and not told.omitted_nodes and facts.spec.omit == "auto":
        yield Fault(place, f"{told.links} links have no leaf ports: no position gives up its own", "omitted_nodes: 1")
    yield from _own_ports(facts)
    place = blame(facts, "ufm.omitted_nodes", "nodes_per_su")
    if place and told.omitted_nodes >= arch.nodes_per_su:
        yield Fault(place, f"{told.omitted_nodes} positions are all that a scalable unit has")


def _own_ports(facts: Facts) -> Iterator[Fault]:
    """UFM is on ports of its own only where the switches have such."""
    compute = facts.architecture.compute
    if compute and facts.architecture.ufm.at == "own" and not facts.known[compute.switch].ufm_port:
        key = f"switches.{compute.switch}.ufm_port"
        if place := blame(facts, "ufm.at", "compute.switch", key):
            yield Fault(place, f"a {compute.switch} has no port for UFM alone", f"say {key}, or another ufm.at")


@reads("platform")
def scheduling(facts: Facts) -> Iterator[Fault]:
    """Blocks are NVLink domains, and have a size."""
    arch, place = facts.architecture, blame(facts, "slurm.topology", "slurm.block_size", "racks.nodes_per_rack")
    if not place or arch.slurm.topology != "block":
        return
    size, most = arch.slurm.block_size, arch.racks.nodes_per_rack
    if arch.nvlink_domain != "rack":
        yield Fault(place, f"a rack of {arch.name} is no NVLink domain", "topology: tree")
    elif size is None or size > most:
        yield Fault(place, f"a block of {size or 'no'} nodes: a rack has {most}", f"block_size: {most}")


@reads("platform")
def models_sound(facts: Facts) -> Iterator[Fault]:
    """Every cage of a switch has as many ports as the others, and faster ports have a rate."""
    for name in facts.spec.design.switches:
        switch, place = facts.known[name], blame(facts, f"switches.{name}.cages", f"switches.{name}.radix")
        if place and switch.cages and switch.radix % switch.cages:
            yield Fault(place, f"{switch.radix} ports do not sit in {switch.cages} cages evenly")
        place = blame(facts, f"switches.{name}.uplinks", f"switches.{name}.uplink_gbps")
        if place and switch.uplinks and not switch.uplink_gbps:
            yield Fault(place, f"{switch.uplinks} uplinks have no rate", "say uplink_gbps too")


RULES = (
    protocols,
    rates,
    leaf_ports,
    sections,
    rails,
    access_ports,
    appliances,
    roles,
    oob_ports,
    ufm,
    scheduling,
    models_sound,
)
