"""Rules about subnets and gateways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from dgxops.errors import DgxopsError
from dgxops.expand import addressing
from dgxops.expand.grouping import SHARES_BITS
from dgxops.expand.mission_control import Spread
from dgxops.expand.networks import PLANNED
from dgxops.expand.pools import Numbered
from dgxops.model.breakout import breakout
from dgxops.spec.document import Path
from dgxops.spec.rules.facts import LANES, Facts
from dgxops.spec.rules.fault import Fault, reads
from dgxops.spec.schema import ClusterSpec

_SPECIAL = {
    IPv4Network("0.0.0.0/8"): "this host on this network",
    IPv4Network("127.0.0.0/8"): "the loopback network",
    IPv4Network("169.254.0.0/16"): "link-local addresses",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved addresses",
}
"""Subnets that no host can be addressed in (RFC 6890)."""

_SIZED_BY = ("platform", "scalable_units", "grow_to", "nodes", "omit")


@reads()
def ordinary(facts: Facts) -> Iterator[Fault]:
    """A subnet is of ordinary unicast addresses."""
    for network in facts.networks:
        subnet = facts.subnet(network)
        if special := _special(subnet):
            yield Fault(_subnet(network), f"{subnet} holds {_SPECIAL[special]} ({special})", "such as 10.10.0.0/21")


def _special(subnet: IPv4Network) -> IPv4Network | None:
    return next((special for special in _SPECIAL if subnet.overlaps(special)), None)


@reads()
def apart(facts: Facts) -> Iterator[Fault]:
    """No two subnets share an address; those that no host can be addressed in are told already."""
    names = [name for name in facts.networks if not _special(facts.subnet(name))]
    for number, name in enumerate(names):
        subnet = facts.subnet(name)
        others = [other for other in names[:number] if facts.subnet(other).overlaps(subnet)]
        if others:
            shown = " and ".join(f"networks.{o}.subnet, {_default(facts, o)}{facts.subnet(o)}" for o in others)
            yield Fault(_subnet(name), f"{_default(facts, name)}{subnet} overlaps {shown}", cause=_subnet(others[0]))


@reads(*_SIZED_BY, "services")
def roomy_for_hosts(facts: Facts) -> Iterator[Fault]:
    """Every host, BMC and switch has an address."""
    yield from _roomy(facts, ("management", "oob"))


@reads(*_SIZED_BY)
def roomy_for_ports(facts: Facts) -> Iterator[Fault]:
    """Every port on a fabric has an address."""
    yield from _roomy(facts, LANES)


def _roomy(facts: Facts, names: Iterable[str]) -> Iterator[Fault]:
    """Of a platform that is only guessed, nobody knows how many addresses it wants."""
    for network in set(names) & set(facts.networks) if not facts.guessed else ():
        subnet = facts.subnet(network)
        if lack := _lack(facts, network, subnet):
            hint = _wide_enough(facts, network, subnet)
            yield Fault(_subnet(network), _default(facts, network) + lack, hint, cause=_size_place(facts))


def _size_place(facts: Facts) -> Path:
    """Where the size is written, for a subnet that is not."""
    if facts.spec.groups:
        return ("groups",)
    return ("grow_to",) if (facts.spec.grow_to or 0) > facts.spec.units else ("scalable_units",)


def needed_prefix(fault: Fault) -> int:
    """The prefix length that the hint of a subnet asks for that is too small; 0 where it asks for none."""
    found = re.search(r"a /([0-9]+) is wide enough", fault.hint)
    return int(found[1]) if found else 0


def causes(faults: Iterable[Fault], spec: ClusterSpec) -> Iterator[Fault]:
    """The faults without those that mend themselves: a gateway outside of a subnet that is too small for it too."""
    every = list(faults)
    wide = {f.path[1]: prefix for f in every if (prefix := needed_prefix(f)) and f.path[0] == "networks"}
    for fault in every:
        _, network, key, *_ = (*fault.path, "", "", "")
        if fault.path[0] == "networks" and key == "gateway" and network in wide:
            subnet, gateway = (getattr(getattr(spec.networks, str(network)), name) for name in ("subnet", "gateway"))
            whole = subnet.supernet(new_prefix=min(wide[network], subnet.prefixlen))
            if isinstance(gateway, IPv4Address) and gateway not in subnet and gateway in whole:
                continue
        yield fault


def _default(facts: Facts, network: str) -> str:
    """Words for a subnet that nobody wrote, or that is a group's share of one."""
    if facts.whole:
        return f"as {facts.group}'s eighth of {getattr(facts.whole, network).subnet}, "
    return "" if "subnet" in getattr(facts.spec.networks, network).model_fields_set else "the default "


def _subnet(network: str) -> Path:
    return ("networks", network, "subnet")


def _lack(facts: Facts, network: str, subnet: IPv4Network) -> str:
    """What does not fit into the subnet; empty when all does."""
    if (planned := _root(facts, network)) and subnet.prefixlen > planned:
        return f"{subnet} is too small: networks.plan takes a /{planned} for {_pods(facts)}"
    holds, needed = max(0, subnet.num_addresses - 2), _needed(facts, network)
    if needed > holds:
        return f"{subnet} holds {holds} addresses, {needed} are needed"
    try:
        short = [(pool, count) for pool, count in facts.pools(network, subnet) if count > pool.capacity]
    except DgxopsError:
        return f"{subnet} cannot be split into {facts.lanes(network)} subnets, one a port"
    for pool, count in short:
        if lanes := facts.lanes(network):
            return f"{subnet} gives each of the {lanes} ports of a system {pool.capacity} addresses, {count} are needed"
        if isinstance(pool, Spread) and pool.room < min(pool.chunk, count):
            each = f"each /{pool.subnet_at(1).prefixlen} of networks.plan keeps {pool.room}"
            return f"{each} addresses for {pool.name}, {min(pool.chunk, count)} are needed"
        keeps = f"{subnet} by networks.plan keeps" if planned else f"{subnet} keeps"
        return f"{keeps} {pool.capacity} addresses for {pool.name}, {count} are needed"
    return ""


def _needed(facts: Facts, network: str) -> int:
    if lanes := facts.lanes(network):
        return lanes * len(facts.planned)
    hosts = len(facts.planned) + sum(facts.machines.values())
    if network != "oob":
        return hosts
    counts = (facts.switches, facts.access_switches, facts.oob_switches)
    return hosts + facts.further + facts.devices + sum(sum(c.values()) for c in counts)


def _root(facts: Facts, network: str) -> int:
    """Prefix length that the plan of subnets takes; 0 where none cuts this network."""
    return breakout(network, facts.units).root if facts.planned_subnets and network in PLANNED else 0


def _pods(facts: Facts) -> str:
    return f"{facts.units} scalable unit{'s' * (facts.units > 1)}"


def _wide_enough(facts: Facts, network: str, subnet: IPv4Network) -> str:
    planned = _root(facts, network)
    if planned and subnet.prefixlen <= planned:
        return "its subnets have fixed sizes: take networks.plan out"
    shared = SHARES_BITS if facts.whole else 0
    for prefix in range(subnet.prefixlen - 1, 7 + shared, -1):
        if not _lack(facts, network, subnet.supernet(new_prefix=prefix)):
            return f"a /{prefix - shared} is wide enough"
    return ""


@reads("platform", "scalable_units")
def planned(facts: Facts) -> Iterator[Fault]:
    """A plan of subnets is for what it was published for, and every subnet of it has a router of its own or none."""
    plan = facts.spec.networks.plan
    if not plan or facts.guessed:
        return
    if facts.unplanned:
        yield Fault(("networks", "plan"), f"{plan} {facts.unplanned}", "take it out: each network is one subnet")
        return
    for name in PLANNED:
        if isinstance(getattr(facts.spec.networks, name).gateway, IPv4Address):
            message = f"{plan} cuts the network into subnets, each with a router of its own"
            yield Fault(_gateway(name), message, "auto: the first address of each, or null for none")


@reads()
def gateways_inside(facts: Facts) -> Iterator[Fault]:
    """A gateway is an address of its subnet that a host can have."""
    for network, gateway in _gateways(facts):
        subnet = facts.subnet(network)
        if gateway not in subnet:
            yield Fault(_gateway(network), f"{gateway} is outside of {subnet}", f"such as {subnet.network_address + 1}")
        elif gateway in (subnet.network_address, subnet.broadcast_address):
            yield Fault(_gateway(network), f"{gateway} is the first or last of {subnet}, which no host can have")


@reads(*_SIZED_BY, "services")
def gateways_free(facts: Facts) -> Iterator[Fault]:
    """No host has the address of a gateway."""
    for network, gateway in _gateways(facts):
        subnet = facts.subnet(network)
        if gateway in subnet and not _lack(facts, network, subnet) and (owner := _owner(facts, network, gateway)):
            hint = "null: a fabric has no router" if facts.lanes(network) else "auto: the first address, which is free"
            yield Fault(_gateway(network), f"{gateway} is the address of {owner}", hint)


def _gateways(facts: Facts) -> Iterator[tuple[str, IPv4Address]]:
    for network in facts.networks:
        gateway = getattr(facts.spec.networks, network).gateway
        cut = facts.planned_subnets and network in PLANNED
        if gateway is not None and not cut and facts.sound("networks", network, "gateway"):
            yield network, facts.subnet(network).network_address + 1 if gateway == "auto" else gateway


def _gateway(network: str) -> Path:
    return ("networks", network, "gateway")


def _owner(facts: Facts, network: str, address: IPv4Address) -> str:
    """Who would have the address; empty when nobody would."""
    subnet = facts.subnet(network)
    lanes = facts.lanes(network)
    pools = [addressing.lane_pool(subnet, lanes, lane) for lane in range(lanes)]
    if pools:
        places = {int(address) - int(p.subnet.network_address) for p in pools if address in p.subnet}
        return "a DGX system" if places & set(facts.planned) else ""
    return next((f"one of the {p.name}" for p, n in facts.pools(network, subnet) if _holds(p, n, address)), "")


def _holds(pool: Numbered, count: int, address: IPv4Address) -> bool:
    """Of a pool of one subnet."""
    return isinstance(pool, addressing.Pool) and 1 <= int(address) - int(pool.subnet[0]) - pool.first <= count
