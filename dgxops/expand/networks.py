"""The networks as the spec cuts them: one subnet each, or by a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from dgxops.expand import racking
from dgxops.expand.mission_control import OfUnit, mission_control, subnets_of
from dgxops.expand.pools import OneSubnet, Pools
from dgxops.model.network import Network
from dgxops.model.system import NvlinkDomain, System, SystemKind

if TYPE_CHECKING:
    from dgxops.catalogue.schema import ArchitectureEntry
    from dgxops.spec.schema import ClusterSpec
    from dgxops.spec.subnets import Compute, Management, OutOfBand, StorageNetwork

    NetworkSpec = Management | OutOfBand | Compute | StorageNetwork

PLANNED = ("management", "oob")
"""Networks that a plan is of."""


@dataclass(frozen=True, slots=True)
class BothPools:
    """The pools of the in-band and of the out-of-band network."""

    inband: Pools
    oob: Pools


def both_pools(spec: ClusterSpec, each: OfUnit | None = None) -> BothPools:
    """Those of a spec; ``each`` is what a unit has in its racks, where more than machines is asked for."""
    inband, oob = (pools_in(spec, name, getattr(spec.networks, name).subnet, pods_of(spec), each) for name in PLANNED)
    return BothPools(inband, oob)


def pools_in(spec: ClusterSpec, network: str, subnet: IPv4Network, pods: int, each: OfUnit | None = None) -> Pools:
    """Those of "management" or "oob" if it had this subnet, which a plan of so many pods fits into."""
    return mission_control(network, subnet, pods, each or OfUnit()) if spec.networks.plan else OneSubnet(subnet)


def pods_of(spec: ClusterSpec) -> int:
    """Scalable units that a plan is for."""
    return max(spec.units, spec.grow_to or 0)


def unplanned(spec: ClusterSpec, system: System, *, grouped: bool) -> str:
    """Why no plan can cut the networks of a cluster of these systems, or of groups; empty where one can."""
    if grouped:
        return "is for a cluster of one platform: of several groups each has an eighth of every subnet"
    if system.kind is SystemKind.CLOUD:
        return "is for machines of your own: the provider has given these their addresses"
    if system.nvlink.domain is not NvlinkDomain.RACK:
        return f"is Mission Control's plan for racks that NVLink spans (NVL72), which {system.name} does not have"
    return "is by scalable units: a plain group has none" if spec.plain else ""


def of_unit(arch: ArchitectureEntry, ports: int) -> OfUnit:
    """What a scalable unit has in its racks; a node has so many out-of-band ports."""
    racks = -(-arch.nodes_per_su // arch.racks.nodes_per_rack)
    half = -(-racks // 2)
    devices, further = racking.devices_per_rack(arch.racks), racking.further_per_rack(arch.racks, ports)
    shared, switches = (arch.oob.racks, arch.oob.switches) if arch.oob else (1, 0)
    return OfUnit(
        systems=(arch.nodes_per_su, half * arch.racks.nodes_per_rack),
        further=(racks * further, half * further),
        devices=(racks * devices, half * devices),
        oob_switches=(-(-racks // shared) * switches, -(-half // shared) * switches),
        leaves=arch.leaves_per_su,
    )


def networks(spec: ClusterSpec, names: tuple[str, ...]) -> Iterator[Network]:
    """The networks of these names."""
    for name in names:
        own = getattr(spec.networks, name)
        if spec.networks.plan and name in PLANNED:
            parts = subnets_of(name, own.subnet, pods_of(spec), routed=own.gateway is not None)
            yield Network(name, own.subnet, None, own.mtu, spec.networks.plan, parts)
        else:
            yield Network(name, own.subnet, _gateway(own), own.mtu)


def _gateway(spec: NetworkSpec) -> IPv4Address | None:
    """``auto`` is the first address of the subnet."""
    return spec.subnet.network_address + 1 if spec.gateway == "auto" else spec.gateway
