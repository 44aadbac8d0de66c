"""Rented machines, as the provider's file lists them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from dgxops.model.node import HostRole
from dgxops.model.placement import Placement


@dataclass(frozen=True, slots=True)
class RentedMachine:
    """One row of the file: ``rdma`` has one address a port of the compute fabric, in their order, or is empty."""

    name: str
    role: HostRole
    address: IPv4Address
    rdma: tuple[IPv4Address, ...]
    placement: Placement
