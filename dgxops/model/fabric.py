"""Fabrics: switches in tiers, and the links between ports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from dgxops.model.controller import Controller


class Tier(StrEnum):
    LEAF = "leaf"
    SPINE = "spine"
    CORE = "core"


OUT_OF_BAND = "oob"
"""Name of the fabric that carries management alone: one gigabit, no tree of its own."""
MANAGEMENT_PORT = "mgmt0"
"""A switch's port for its management, as the switch calls it."""


class LinkKind(StrEnum):
    """Between which layers a link runs; UFM's links meet leaves as nodes do and count as node_leaf.

    The lower end of a device_leaf is a management port of what is no host: a switch of another fabric, a PDU, a power
    shelf. That keeps "the lower end of a node_leaf is a host" true for all who count or draw those.
    """

    NODE_NODE = "node_node"  # two nodes joined without a switch
    NODE_LEAF = "node_leaf"
    LEAF_LEAF = "leaf_leaf"  # between the two leaves of a pair, for MLAG
    LEAF_SPINE = "leaf_spine"
    SPINE_CORE = "spine_core"
    DEVICE_LEAF = "device_leaf"
    UFM = "ufm"  # from an UFM appliance to a port that no node could have been given
    OOB_INBAND = "oob_inband"  # from an out-of-band switch to a leaf of the in-band fabric


_EVERYWHERE = (LinkKind.NODE_LEAF, LinkKind.LEAF_SPINE, LinkKind.SPINE_CORE)


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch. ``su`` counts from 1 for leaves, else 0; ``rail`` counts from 0, None above the rail groups.

    ``radix`` counts ports at the rate of the fabric's links, ``cages`` the sockets they sit in. ``plane`` counts from 1
    where a fabric has several, else it is 0. ``management`` is empty where it has no operating system to manage.
    ``uplinks`` counts faster ports beside the radix, whose numbers follow it; behind them comes ``ufm_port``, by the
    name that the switch gives to a port for UFM alone, where it has one. ``group`` is that of its fabric.
    """

    name: str
    fabric: str
    tier: Tier
    model: str
    radix: int
    su: int
    rail: int | None
    number: int  # within tier and group, from 1
    rack: str
    rack_unit: int
    oob_ip: IPv4Address
    plane: int = 0
    cages: int = 0
    height: int = 1  # rack units
    management: str = MANAGEMENT_PORT
    uplinks: int = 0
    group: str = ""
    ufm_port: str = ""

    @property
    def ports(self) -> int:
        """The highest port number."""
        return self.radix + self.uplinks + bool(self.ufm_port)

    @property
    def ufm_number(self) -> str:
        """Number of the port for UFM alone, as ends of links have it; empty where there is none."""
        return str(self.ports) if self.ufm_port else ""

    @property
    def kind(self) -> str:
        """Of its fabric: compute, storage, inband or oob."""
        return kind_of(self.fabric, self.group)

    @property
    def controllers(self) -> tuple[Controller, ...]:
        """Its management port; none where it is managed through its fabric alone, and then its address is not given."""
        return (Controller(self.name, self.management, self.name, self.oob_ip),) if self.management else ()


def kind_of(fabric: str, group: str) -> str:
    """What a fabric is for: its name without that of the group that it belongs to."""
    return fabric.removeprefix(f"{group}-") if group else fabric


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port of a device: an HCA's printed name on a host ("OSFP4P2"; "OSFP1/2" is its second lane, of plane 2), a
    number from 1 on a switch."""

    device: str
    port: str

    @property
    def cage(self) -> str:
        """The printed name of a host's port without the lane."""
        return self.port.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Link:
    """One cable. ``a`` is the lower end (host or lower tier), ``z`` the upper."""

    kind: LinkKind
    a: Endpoint
    z: Endpoint

    @property
    def id(self) -> str:
        return f"{self.a.device}:{self.a.port}--{self.z.device}:{self.z.port}"


@dataclass(frozen=True, slots=True)
class Fabric:
    """One switched network with every switch and every link.

    ``rate_gbps`` is the rate of one link; ``links_per_cable`` says how many of them its document counts as one cable,
    ``lanes`` how many links of hosts share one port of a leaf. ``uplinks`` counts those of a leaf that is meant to be
    oversubscribed, 0 where nothing blocks. ``pieces`` are joined by no switch: planes, or rails of a core that keeps
    them apart. ``roles`` are those of the host ports that meet it, where they are not called as the fabric is.
    ``uplink_gbps`` is the rate of links to another fabric, ``ufm_gbps`` that of links to ports for UFM alone (0: not
    known). ``multihoming`` is mlag or evpn where nodes bond their ports over two leaves, as far as it was decided.
    ``group`` names the group whose fabric it is, where there are several.
    """

    name: str  # compute, storage, inband; in a cluster of several groups behind the group's name, as in old-compute
    switches: tuple[Switch, ...]
    links: tuple[Link, ...]
    protocol: str = "infiniband"  # or ethernet
    rate_gbps: int = 0
    planes: int = 1
    links_per_cable: int = 1
    lanes: int = 1
    uplinks: int = 0
    pieces: int = 1
    roles: tuple[str, ...] = ()
    uplink_gbps: int = 0
    ufm_gbps: int = 0
    group: str = ""
    multihoming: str = ""

    @property
    def kind(self) -> str:
        """What it is for: compute, storage, inband or oob."""
        return kind_of(self.name, self.group)

    @property
    def out_of_band(self) -> bool:
        """Whether it carries management alone: then it is no tree, and capacities are no matter."""
        return self.kind == OUT_OF_BAND

    @property
    def serves(self) -> tuple[str, ...]:
        """Roles of the host ports that meet this fabric."""
        return self.roles or (self.kind,)

    def switch_counts(self) -> dict[Tier, int]:
        have = Counter(s.tier for s in self.switches)
        return {tier: have[tier] for tier in Tier}

    def link_counts(self) -> dict[LinkKind, int]:
        """Links of each kind; those that few fabrics have only where there are any."""
        have = Counter(link.kind for link in self.links)
        return {kind: have[kind] for kind in LinkKind if have[kind] or kind in _EVERYWHERE}

    def cable_counts(self) -> dict[LinkKind, int]:
        """Cables as the fabric's document counts them."""
        return {kind: count // self.links_per_cable for kind, count in self.link_counts().items()}
