"""The subnets in which every node has the address of its position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv4Network

from dgxops.expand.addressing import host_pool, lane_pool
from dgxops.expand.grouping import part
from dgxops.importing.facts import Sources
from dgxops.importing.inferred import Inferred, OnePart
from dgxops.model.node import HostRole
from dgxops.model.system import PortRole

_FEW, _FEW_OF_A_GROUP = 400, 90  # nodes that the default subnets surely hold, with their switches
_WIDE = {
    "management": ("10.10.0.0", "10.110.0.0", "172.24.0.0"),
    "oob": ("10.20.0.0", "10.120.0.0", "172.26.0.0"),
}
"""Subnets of ours where no source says one: the first is the schema's default, the others do not overlap with it."""
_NARROWEST = 30  # prefix length of the subnet of one port
_LANES = {"compute": PortRole.COMPUTE, "storage": PortRole.STORAGE}

Place = tuple[int, int]
"""Position of a node, and which of its addresses in a network, from 0."""
Known = Mapping[Place, IPv4Address]
At = Callable[[IPv4Network, OnePart], Callable[[Place], IPv4Address | None]]
"""A subnet and a part -> the address that dgxops gives to a place; None where there is no room."""


def subnets(found: Inferred, sources: Sources) -> None:
    """All four networks, as far as sources say addresses, and the shares that groups have of them."""
    for network in ("management", "oob"):
        known = _known(found, sources, network)
        if network == "oob" and not any(known) and (subnet := _of_machines(sources)):
            found.values["networks.oob.subnet"] = str(subnet), "addresses of machines' BMCs; the nodes have none"
            continue
        _network(found, network, known, _in_pool, range(28, 15, -1))
    for network, role in _LANES.items():
        known = _known(found, sources, network)
        if _all_lanes(found, network, known, role):
            _network(found, network, known, partial(_in_lane, role), range(24, 11, -1))
    _others(found)


def _known(found: Inferred, sources: Sources, network: str) -> list[Known]:
    """Addresses of the nodes; off the fabrics only the first, which out of band is that of the BMC."""
    written = sources.written(network)
    return [
        {
            (position, lane): address
            for position, name in one.nodes.items()
            for lane, text in enumerate(written.get(name, ())[: None if network in _LANES else 1])
            if (address := address_of(text))
        }
        for one in found.parts
    ]


def _of_machines(sources: Sources) -> IPv4Network | None:
    """The smallest out-of-band subnet in which every BMC that is told has an address of management machines."""
    every = [ip for texts in sources.written("oob").values() for text in texts if (ip := address_of(text))]
    tried = (IPv4Network((every[0], prefix), strict=False) for prefix in range(28, 15, -1)) if every else ()
    return next((subnet for subnet in tried if all(_of_a_machine(subnet, ip) for ip in every)), None)


def _of_a_machine(subnet: IPv4Network, ip: IPv4Address) -> bool:
    pools = [host_pool(subnet, role) for role in (HostRole.UFM, HostRole.HEAD, HostRole.LOGIN)]  # others are among them
    return any(pool.first < int(ip) - int(subnet.network_address) < pool.end for pool in pools)


def _all_lanes(found: Inferred, network: str, known: Sequence[Known], role: PortRole) -> bool:
    """Whether every port of the network has its address; one alone does not tell the subnet."""
    wanted = [len(one.kind.system.interfaces_of(role)) for one in found.parts]
    have = [1 + max((lane for _, lane in addresses), default=-1) for addresses in known]
    if any(have) and have != wanted:
        found.open.append(f"networks.{network}.subnet: {max(have)} addresses a node are told, {max(wanted)} are needed")
    return any(have) and have == wanted


def _in_pool(subnet: IPv4Network, _one: OnePart) -> Callable[[Place], IPv4Address | None]:
    pool = host_pool(subnet, HostRole.DGX)
    return lambda place: pool.at(place[0]) if place[0] <= pool.capacity else None


def _in_lane(role: PortRole, subnet: IPv4Network, one: OnePart) -> Callable[[Place], IPv4Address | None]:
    lanes = len(one.kind.system.interfaces_of(role))
    if subnet.prefixlen + (lanes - 1).bit_length() > _NARROWEST:
        return lambda _place: None
    pools = [lane_pool(subnet, lanes, lane) for lane in range(lanes)]
    return lambda place: pools[place[1]].at(place[0]) if place[0] <= pools[place[1]].capacity else None


def _network(found: Inferred, network: str, known: Sequence[Known], at: At, prefixes: Sequence[int]) -> None:
    """The smallest subnet that fits; an address that fits none is told."""
    key = f"networks.{network}.subnet"
    if not any(known):
        found.open.append(f"{key}: no source says the nodes' addresses")
        return
    first = next(a for addresses in known for a in addresses.values())
    for prefix in prefixes:
        subnet = IPv4Network((first, prefix), strict=False)
        shares = _shares(found, subnet, known, at)
        if shares is not None and _agree(found, shares):
            found.values[key] = str(subnet), f"{sum(map(len, known))} addresses are as dgxops gives them"
            return
    number, addresses = next((i, a) for i, a in enumerate(known) if a)
    place = min(addresses)
    rule = "; dgxops gives position p of a subnet of N addresses number N/8 + p" if network not in _LANES else ""
    name = found.parts[number].nodes[place[0]]
    found.open.append(f"{key}: addresses follow no subnet of dgxops: {name} has {addresses[place]}{rule}")


def _shares(found: Inferred, subnet: IPv4Network, known: Sequence[Known], at: At) -> list[int] | None:
    """Which eighth every group has; [0] for a single part that has the whole, None where one fits nowhere."""
    if len(found.parts) == 1:
        return [0] if _fits(at(subnet, found.parts[0]), known[0]) else None
    shares: list[int] = []
    for number, (one, addresses) in enumerate(zip(found.parts, known, strict=True)):
        told = one.value("share")
        usual = told if isinstance(told, int) else number + 1
        tried = [usual, *range(1, 8)] if addresses else [usual]
        share = next((s for s in tried if _fits(at(part(subnet, s), one), addresses)), None)
        if share is None:
            return None
        shares.append(share)
    return shares if len(set(shares)) == len(shares) else None


def _fits(at: Callable[[Place], IPv4Address | None], known: Known) -> bool:
    return all(at(place) == address for place, address in known.items())


def _agree(found: Inferred, shares: Sequence[int]) -> bool:
    """Write the shares of groups, unless another network says otherwise."""
    if len(found.parts) == 1:
        return True
    told = [one.value("share") for one in found.parts]
    if any(value not in (None, share) for value, share in zip(told, shares, strict=True)):
        return False
    for number, (one, share) in enumerate(zip(found.parts, shares, strict=True)):
        if share != number + 1:
            one.values["share"] = share, f"its addresses lie in eighth {share} of the subnets"
    return True


def _others(found: Inferred) -> None:
    """Subnets of ours for networks that no source tells, where the defaults are too small or meet one that is told."""
    most = max(max(one.nodes) for one in found.parts)
    several = len(found.parts) > 1
    wide = most > (_FEW_OF_A_GROUP if several else _FEW) or (several and any(p.kind.architecture for p in found.parts))
    told = [IPv4Network(str(value)) for key, (value, _) in found.values.items() if key.startswith("networks.")]
    for network, starts in _WIDE.items():
        if f"networks.{network}.subnet" not in found.values:
            nets = [IPv4Network(f"{start}/{16 if wide else 21}") for start in starts]
            free = next(net for net in nets if not any(net.overlaps(other) for other in told))
            if wide or free != nets[0]:
                why = "not inferred: one that is wide enough and free"
                found.values[f"networks.{network}.subnet"] = str(free), why


def address_of(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text.partition("/")[0])
    except ValueError:
        return None
