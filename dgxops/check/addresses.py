"""Addresses: used once, where they belong, and how full each network is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise

from dgxops.check.findings import many, wrong
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.network import Network
from dgxops.model.proof import Proof

OUT_OF_BAND = "oob"


@dataclass(frozen=True, slots=True)
class Held:
    """One address with its holder; ``prefix`` is what the holder's interface is configured with."""

    holder: str
    network: str
    ip: IPv4Address
    prefix: int

    def __str__(self) -> str:
        return f"{self.holder} {self.network} {self.ip}/{self.prefix}"


def held(cluster: Cluster) -> tuple[Held, ...]:
    """Every address: hosts first, then the management ports of switches and of what else is managed in racks."""
    oob = next((n.prefix_at for n in cluster.networks if n.name == OUT_OF_BAND), lambda ip: 0)
    hosts = (Held(h.name, a.network, a.ip, a.prefix) for h in cluster.hosts for a in h.addresses)
    own = (one for f in cluster.fabrics for s in f.switches for one in s.controllers)
    switches = (Held(one.name, OUT_OF_BAND, one.ip, oob(one.ip)) for one in own)
    devices = (Held(one.name, OUT_OF_BAND, one.ip, oob(one.ip)) for rack in cluster.racks for one in rack.devices)
    return (*hosts, *switches, *devices)


def prove_addresses(cluster: Cluster) -> tuple[Proof, ...]:
    """Single use, place and room."""
    everything = held(cluster)
    return single_use(everything), inside(everything, cluster.networks), room(everything, cluster.networks)


def single_use(everything: Iterable[Held]) -> Proof:
    """No two interfaces have one address, not even on two networks."""
    at: dict[IPv4Address, list[Held]] = {}
    for one in everything:
        at.setdefault(one.ip, []).append(one)
    findings = tuple(_shared(ip, holders) for ip, holders in at.items() if len(holders) > 1)
    total = sum(map(len, at.values()))
    twice = "none used twice" if not findings else f"{len(findings):,} used twice"
    return Proof("addresses", f"{total:,} addresses, {twice}", {"addresses": total, "twice": len(findings)}, findings)


def _shared(ip: IPv4Address, holders: list[Held]) -> Finding:
    return wrong("addresses", "an address is used more than once", *dict.fromkeys(h.holder for h in holders),
                 evidence=f"{ip}: {', '.join(f'{h.holder} ({h.network})' for h in holders)}",
                 repair="give all but one of them another address")  # fmt: skip


def inside(everything: Iterable[Held], networks: Iterable[Network]) -> Proof:
    """Every address is a usable one of its network, and the networks have nothing in common."""
    known = {n.name: _Place(n, frozenset(s.gateway for s in n.subnets), n.used) for n in networks}
    everything = tuple(everything)
    strays = tuple(
        wrong("subnets", fault, one.holder, evidence=str(one), repair="give it a free address of its network")
        for one in everything
        if (fault := _stray(one, known.get(one.network)))
    )
    findings = (*strays, *_overlaps(place.network for place in known.values()))
    total = len(everything)
    return Proof(
        "subnets",
        f"{total - len(strays):,} of {total:,} usable in their network; {many(len(known), 'network')} apart",
        {"addresses": total, "inside": total - len(strays), "networks": len(known)},
        findings,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A network with its routers and, where a plan cuts it, the subnets for addresses."""

    network: Network
    gateways: frozenset[IPv4Address | None]
    used: frozenset[IPv4Network]


def _stray(one: Held, place: _Place | None) -> str:
    if place is None:
        return "an address is on a network that the cluster does not have"
    if one.ip not in place.network.subnet:
        return "an address lies outside its network"
    if one.ip in place.gateways:
        return "an address is the gateway's"
    if place.used and _around(one) not in place.used:
        return "an address lies in no subnet of the plan that is for addresses"
    if any(one.ip in (n.network_address, n.broadcast_address) for n in (place.network.subnet, _around(one))):
        return "an address is the network's own or its broadcast address"
    return ""


def _around(one: Held) -> IPv4Network:
    """The subnet as the interface sees it: a rail has a share of the compute network."""
    return _subnet(int(one.ip) >> (32 - one.prefix), one.prefix)


@cache
def _subnet(number: int, prefix: int) -> IPv4Network:
    return IPv4Network((number << (32 - prefix), prefix))


def _overlaps(networks: Iterable[Network]) -> Iterator[Finding]:
    """Sorted by first address, subnets that overlap follow one another."""
    for a, z in pairwise(sorted(networks, key=lambda n: (n.subnet.network_address, n.subnet.prefixlen))):
        if a.subnet.overlaps(z.subnet):
            text = f"{a.name} {a.subnet} and {z.name} {z.subnet}"
            yield wrong("subnets", "two networks overlap", evidence=text, repair="give one of them another subnet")


def room(everything: Iterable[Held], networks: Iterable[Network]) -> Proof:
    """How many of the usable addresses of each network are taken."""
    used = Counter(one.network for one in everything)
    figures: dict[str, int | float | str] = {}
    shares: dict[str, float] = {}
    findings = []
    for n in networks:
        size = max(1, n.subnet.num_addresses - 2) - (n.gateway is not None)
        shares[n.name] = used[n.name] / size
        figures |= {f"{n.name} used": used[n.name], f"{n.name} size": size}
        if used[n.name] > size:
            findings.append(wrong("pools", "a network is too small", evidence=f"{n.name} {n.subnet}: {used[n.name]:,} "
                                  f"addresses of {size:,}", repair="choose a larger subnet"))  # fmt: skip
    fullest = max(shares, key=lambda name: shares[name])
    text = f"fullest network: {fullest}, {used[fullest]:,} of {figures[f'{fullest} size']:,} addresses"
    return Proof("pools", text, figures, tuple(findings))
