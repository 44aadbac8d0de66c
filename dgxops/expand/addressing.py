"""Addresses as functions of position within each network.

A subnet of N addresses is cut into pools that depend on N alone: management machines below N/8, DGX systems from
N/8 (position p at N/8 + p), and on the out-of-band network PDUs and what else is managed in compute racks down from
N/2, further controllers of systems and trays (those of BlueField cards) from N/4 up, leaf switches of the compute
fabric from N/2 up, switches of that network itself from 11N/16, spines from 3N/4, cores from 7N/8, and the switches
of other fabrics between the management machines and N/8.
The compute and storage networks are split into equal subnets, one a rail or storage port, each with position p at
offset p. So no address moves when units are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from dgxops.errors import DgxopsError
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole

MACHINE_OFFSETS = {HostRole.UFM: (6, 9), HostRole.HEAD: (11, 15), HostRole.LOGIN: (21, 30)}
"""First and last offset of the management machines of a role within a subnet."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Offsets ``first`` (exclusive, for index 0) to ``end`` (exclusive) of a subnet, handed out by index from 1."""

    subnet: IPv4Network
    name: str
    first: int
    end: int
    down: bool = False  # handed out from the end

    @property
    def capacity(self) -> int:
        return max(0, self.end - self.first - 1)

    def at(self, index: int) -> IPv4Address:
        """Address of the ``index``-th member (from 1).

        Raises:
            DgxopsError: the pool has no such place.
        """
        if not 1 <= index <= self.capacity:
            raise DgxopsError(
                f"{self.subnet}: the pool for {self.name} holds {self.capacity} addresses, number {index} is needed",
                hint="choose a larger subnet",
            )
        return self.subnet.network_address + (self.end - index if self.down else self.first + index)

    def subnet_at(self, index: int) -> IPv4Network:
        """The subnet of any member."""
        return self.subnet


def host_pool(subnet: IPv4Network, role: HostRole) -> Pool:
    """Where the machines of a role have their in-band address, and their BMC its out-of-band one."""
    size = subnet.num_addresses
    if role is HostRole.DGX:
        return Pool(subnet, "DGX systems", size // 8, size // 2)
    first, last = MACHINE_OFFSETS[role]
    return Pool(subnet, f"{role.value} machines", first - 1, min(last + 1, size // 8 + 1))


def switch_pool(subnet: IPv4Network, tier: Tier) -> Pool:
    """Where the management ports of the compute fabric's switches live on the out-of-band network."""
    size = subnet.num_addresses
    bounds = {
        Tier.LEAF: (size // 2, size * 11 // 16),
        Tier.SPINE: (size * 3 // 4, size * 7 // 8),
        Tier.CORE: (size * 7 // 8, size - 1),
    }
    first, end = bounds[tier]
    return Pool(subnet, f"{tier.value} switches", first - 1, end)


def device_pool(subnet: IPv4Network) -> Pool:
    """Where PDUs, power shelves and switch trays of compute racks live on the out-of-band network.

    They come down from the end of the systems' pool, so that the two share its room.
    """
    pool = host_pool(subnet, HostRole.DGX)
    return Pool(subnet, "PDUs and what else is managed in compute racks", pool.first, pool.end, down=True)


def further_pool(subnet: IPv4Network) -> Pool:
    """Where further controllers live on the out-of-band network: BlueField cards', and second ones of trays.

    They go up from the middle of the systems' pool, which then ends there, towards what is managed in compute racks.
    """
    size = subnet.num_addresses
    return Pool(subnet, "further controllers and what else is managed in compute racks", size // 4 - 1, size // 2)


def oob_switch_pool(subnet: IPv4Network, shared: bool) -> Pool:
    """Where the out-of-band switches live themselves: those of scalable units, or those that all units share.

    Both follow the leaves of the compute fabric, which need no more room than that while the systems have theirs.
    """
    size = subnet.num_addresses
    first, end = (size * 47 // 64, size * 3 // 4) if shared else (size * 11 // 16, size * 47 // 64)
    return Pool(subnet, "shared out-of-band switches" if shared else "out-of-band switches", first - 1, end)


_ACCESS_SIXTEENTHS = {
    ("storage", Tier.LEAF): (0, 4), ("storage", Tier.SPINE): (4, 7), ("storage", Tier.CORE): (7, 8),
    ("inband", Tier.LEAF): (8, 12), ("inband", Tier.SPINE): (12, 15), ("inband", Tier.CORE): (15, 16),
}  # fmt: skip
"""Sixteenths of the addresses between the management machines and the DGX systems, for switches of access fabrics."""


def access_switch_pool(subnet: IPv4Network, fabric: str, tier: Tier) -> Pool:
    """Where the management ports of the storage and in-band fabrics' switches live on the out-of-band network."""
    size = subnet.num_addresses
    start = MACHINE_OFFSETS[HostRole.LOGIN][1] + 1
    step = max(0, size // 8 - start) // 16
    first, end = (start + step * bound for bound in _ACCESS_SIXTEENTHS[fabric, tier])
    return Pool(subnet, f"{fabric} {tier.value} switches", first - 1, end)


def lane_pool(subnet: IPv4Network, lanes: int, lane: int) -> Pool:
    """The share of a fabric network that belongs to one rail or storage port (from 0) out of ``lanes``."""
    bits = (lanes - 1).bit_length()
    if subnet.prefixlen + bits > 30:
        raise DgxopsError(f"{subnet}: too small to give each of {lanes} rails a subnet", hint="choose a larger subnet")
    share = list(subnet.subnets(prefixlen_diff=bits))[lane]
    return Pool(share, f"port {lane}", 0, share.num_addresses - 1)
