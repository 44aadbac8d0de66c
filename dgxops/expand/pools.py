"""The pools of addresses that the in-band and the out-of-band network have, whichever way these are cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

from dgxops.expand import addressing
from dgxops.expand.addressing import Pool
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole

_SYSTEMS_AND_DEVICES = "DGX systems and what else their racks hold"


class Numbered(Protocol):
    """Addresses that are handed out by number, from 1."""

    @property
    def name(self) -> str:
        """Of what."""

    @property
    def capacity(self) -> int:
        """The highest number up to which each has an address."""

    def at(self, index: int) -> IPv4Address:
        """The address of a number; DgxopsError where there is none."""

    def subnet_at(self, index: int) -> IPv4Network:
        """The subnet that it is in."""


class Pools(Protocol):
    """Those of one network; in-band only machines and systems have an address."""

    def machines(self, role: HostRole) -> Pool:
        """Management machines: in-band addresses, or those of BMCs."""

    def systems(self) -> Numbered:
        """DGX systems by position, the same."""

    def further(self) -> Numbered:
        """Further controllers of systems and of what else is managed in compute racks."""

    def devices(self) -> Numbered:
        """PDUs, power shelves and switch trays of compute racks."""

    def switches(self, tier: Tier) -> Numbered:
        """Management ports of the compute fabric's switches."""

    def access_switches(self, fabric: str, tier: Tier) -> Numbered:
        """Those of the storage and in-band fabrics' switches."""

    def oob_switches(self, shared: bool) -> Numbered:
        """The out-of-band switches themselves: those of units, or those that all units share."""

    def in_racks(self, systems: int, further: int, devices: int) -> Iterator[tuple[Numbered, int]]:
        """Out of band: the pools of what compute racks hold with the highest number of each, for so many of them."""


@dataclass(frozen=True, slots=True)
class OneSubnet:
    """A network that is one subnet; its pools are those of :mod:`dgxops.expand.addressing`."""

    subnet: IPv4Network

    def machines(self, role: HostRole) -> Pool:
        return addressing.host_pool(self.subnet, role)

    def systems(self) -> Pool:
        return addressing.host_pool(self.subnet, HostRole.DGX)

    def further(self) -> Pool:
        return addressing.further_pool(self.subnet)

    def devices(self) -> Pool:
        return addressing.device_pool(self.subnet)

    def switches(self, tier: Tier) -> Pool:
        return addressing.switch_pool(self.subnet, tier)

    def access_switches(self, fabric: str, tier: Tier) -> Pool:
        return addressing.access_switch_pool(self.subnet, fabric, tier)

    def oob_switches(self, shared: bool) -> Pool:
        return addressing.oob_switch_pool(self.subnet, shared)

    def in_racks(self, systems: int, further: int, devices: int) -> Iterator[tuple[Pool, int]]:
        own = self.systems()
        if further:
            yield replace(own, end=self.subnet.num_addresses // 4), systems
            yield self.further(), further + devices
        else:
            yield replace(own, name=_SYSTEMS_AND_DEVICES) if devices else own, systems + devices
