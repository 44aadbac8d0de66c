"""The subnets in which every node has the address of its position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
_LANES = {"compute": PortRole.COMPUTE, "storage": PortRole.STORAGE}

At = Callable[[IPv4Network, OnePart], Callable[[int], IPv4Address | None]]
"""A subnet and a part -> the address that dgxops gives to a position of it; None where there is no room."""


def subnets(found: Inferred, sources: Sources) -> None:
    """All four networks, as far as sources say addresses, and the shares that groups have of them."""
    for network in ("management", "oob"):
        _network(found, network, sources.written(network), _in_pool, range(28, 15, -1))
    for network in ("compute", "storage"):
        if any(a.network == network for a in sources.addresses):
            _network(found, network, sources.written(network), _first_lane(network), range(24, 11, -1))
    _others(found)


def _in_pool(subnet: IPv4Network, _one: OnePart) -> Callable[[int], IPv4Address | None]:
    pool = host_pool(subnet, HostRole.DGX)
    return lambda position: pool.at(position) if position <= pool.capacity else None


def _first_lane(network: str) -> At:
    def at(subnet: IPv4Network, one: OnePart) -> Callable[[int], IPv4Address | None]:
        lanes = len(one.kind.system.ports_of(_LANES[network]))
        if not lanes or subnet.prefixlen + (lanes - 1).bit_length() > 30:
            return lambda _position: None
        pool = lane_pool(subnet, lanes, 0)
        return lambda position: pool.at(position) if position <= pool.capacity else None

    return at


def _network(found: Inferred, network: str, written: Mapping[str, str], at: At, prefixes: Sequence[int]) -> None:
    """The smallest subnet that fits; an address that fits none is told."""
    known = [{p: a for p, name in one.nodes.items() if (a := address_of(written.get(name, "")))} for one in found.parts]
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
    position = min(addresses)
    found.open.append(
        f"{key}: addresses follow no subnet of dgxops: {found.parts[number].nodes[position]} has "
        f"{addresses[position]}; dgxops gives position p of a subnet of N addresses number N/8 + p"
    )


def _shares(
    found: Inferred, subnet: IPv4Network, known: Sequence[Mapping[int, IPv4Address]], at: At
) -> list[int] | None:
    """Which eighth every group has; [0] for a single part that has the whole, None where one fits nowhere."""
    if len(found.parts) == 1:
        return [0] if _fits(at(subnet, found.parts[0]), known[0]) else None
    shares = []
    for number, (one, addresses) in enumerate(zip(found.parts, known, strict=True)):
        tried = [number + 1, *range(1, 8)] if addresses else [number + 1]
        share = next((s for s in tried if _fits(at(part(subnet, s), one), addresses)), None)
        if share is None:
            return None
        shares.append(share)
    return shares if len(set(shares)) == len(shares) else None


def _fits(at: Callable[[int], IPv4Address | None], known: Mapping[int, IPv4Address]) -> bool:
    return all(at(position) == address for position, address in known.items())


def _agree(found: Inferred, shares: Sequence[int]) -> bool:
    """Write the shares of groups, unless another network says otherwise."""
    if len(found.parts) == 1:
        return True
    for number, (one, share) in enumerate(zip(found.parts, shares, strict=True)):
        if one.value("share") not in (None, share):
            return False
        if share != number + 1:
            one.values["share"] = share, f"its addresses lie in eighth {share} of the subnets"
    return True


def _others(found: Inferred) -> None:
    """Subnets of ours for networks that no source tells, where the defaults are too small or meet one that is told."""
    most = max(max(one.nodes) for one in found.parts)
    wide = most > (_FEW if len(found.parts) == 1 else _FEW_OF_A_GROUP)
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
