"""Several groups in one cluster: each is seen as a cluster of its own, built as one, and put in its place.

A group owns its nodes, racks and fabrics. Management machines, Slurm, networks and the management rack are shared. Of
every subnet a group has an eighth, and the first eighth is the machines'. So a group that
is added at the end or grows moves no other, and one whose share is written keeps it whoever goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from dgxops.expand import floor, naming
from dgxops.expand.plain import PLAIN_RACK
from dgxops.model.fabric import Fabric
from dgxops.model.node import Host
from dgxops.model.rack import Rack

if TYPE_CHECKING:
    from dgxops.spec.names import GroupNaming, Naming
    from dgxops.spec.schema import ClusterSpec, Group
    from dgxops.spec.subnets import Networks

SHARES_BITS = 3
NETWORKS = ("management", "oob", "compute", "storage")
_SHARED = NETWORKS[:2]
_OWN_TEMPLATES: Mapping[str, str] = {
    "node": "{index:03d}",
    "ufm": "ufm-{index:02d}",
    "leaf": "leaf-{su:02d}-{number}",
    "spine": "spine-{index:02d}",
    "core": "core-{index:02d}",
    "switch": "{fabric}-{tier}-{index:02d}",
    "rack": "su{su:02d}-r{index:02d}",
}
"""What follows the name of a group in the names of what it owns, unless its ``naming`` says otherwise."""


def views(spec: ClusterSpec) -> tuple[ClusterSpec, ...]:
    """A cluster of one group each, without management machines; the spec itself where it has no groups."""
    return tuple(_view(spec, number, group) for number, group in enumerate(spec.groups)) or (spec,)


def _view(spec: ClusterSpec, number: int, group: Group) -> ClusterSpec:
    own = ("platform", "architecture", "scalable_units", "nodes", "fabric", "omit", "grow_to", "hardware", "design")
    changed = {key: getattr(group, key) for key in own} | {
        "groups": (),
        "naming": _naming(spec.naming, group.naming, group),
        "services": spec.services.model_copy(update=dict.fromkeys(type(spec.services).model_fields, 0)),
        "networks": _networks(spec.networks, share_of(number, group)),
    }
    return spec.model_copy(update=changed)


def share_of(number: int, group: Group) -> int:
    """Which eighth of the subnets belongs to the group at ``number`` (from 0) of the list."""
    return number + 1 if group.share is None else group.share


def _naming(names: Naming, own: GroupNaming, group: Group) -> Naming:
    plain = {"rack": PLAIN_RACK} if group.scalable_units == "none" else {}
    templates = {key: f"{group.name}-{text}" for key, text in {**_OWN_TEMPLATES, **plain}.items()}
    given = {key: text for key in templates if (text := getattr(own, key)) is not None}
    return names.model_copy(update=templates | given)


def _networks(networks: Networks, share: int) -> Networks:
    """The group's part of each network; the router of a network is the same in all of its parts."""
    changed = {}
    for name in NETWORKS:
        network = getattr(networks, name)
        router = network.subnet.network_address + 1 if network.gateway == "auto" else network.gateway
        changed[name] = network.model_copy(update={"subnet": part(network.subnet, share), "gateway": router})
    return networks.model_copy(update=changed)


def part(subnet: IPv4Network, share: int) -> IPv4Network:
    """The ``share``-th eighth of a subnet (from 0); one that is too small for eighths has no room for anything."""
    bits = min(SHARES_BITS, 32 - subnet.prefixlen)
    size = subnet.num_addresses >> bits
    offset = min(share, (1 << bits) - 1) * size
    return IPv4Network((int(subnet.network_address) + offset, subnet.prefixlen + bits))


def hosts_in_place(spec: ClusterSpec, group: str, hosts: Sequence[Host]) -> tuple[Host, ...]:
    """Hosts of a group with the shared networks' own prefix lengths and the names of its racks."""
    prefix = {name: getattr(spec.networks, name).subnet.prefixlen for name in _SHARED}
    return tuple(
        replace(
            host,
            group=group,
            rack=rack_in_place(group, host.rack),
            addresses=tuple(replace(a, prefix=prefix[a.network]) if a.network in prefix else a for a in host.addresses),
        )
        for host in hosts
    )


def fabric_in_place(group: str, fabric: Fabric) -> Fabric:
    """A fabric of a group under its name there."""
    name = f"{group}-{fabric.name}"
    switches = tuple(replace(s, fabric=name, group=group, rack=rack_in_place(group, s.rack)) for s in fabric.switches)
    return replace(fabric, name=name, group=group, switches=switches)


def rack_in_place(group: str, rack: str) -> str:
    """Name of a rack; those that are called alike in every group are told apart by its name."""
    return f"{group}-{rack}" if naming.is_fixed_rack(rack) else rack


def racks_in_place(groups: Sequence[Group], number: int, racks: Sequence[Rack]) -> tuple[Rack, ...]:
    """Racks of the group at ``number`` of the list, in rows of its own behind those of the groups above."""
    group = groups[number].name
    above = [g.scalable_units == "none" for g in groups[:number]]
    return tuple(
        replace(rack, group=group, name=rack_in_place(group, rack.name), row=floor.group_row(above, rack.row))
        for rack in racks
    )
