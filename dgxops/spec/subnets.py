"""Networks in cluster.yml: subnets, routers, packet sizes."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from dgxops.spec.forms import Gateway, Mtu, Subnet
from dgxops.spec.names import Part


class Routed(Part):
    """A network with a router; every host has one address in it."""

    gateway: Gateway | None = "auto"
    """Router of this network: an address, auto for the first address of the subnet, or null for none."""
    mtu: Mtu | None = None
    """Largest packet in bytes; null leaves what the operating system chooses."""


class Unrouted(Part):
    """A network of a fabric, with no router unless one is named."""

    gateway: Gateway | None = None
    """Router of this network: an address, auto for the first address of the subnet, or null for none."""
    mtu: Mtu | None = None
    """Largest packet in bytes; null leaves what the operating system chooses."""


class Management(Routed):
    """The in-band network: SSH, Slurm, provisioning."""

    subnet: Subnet = IPv4Network("10.10.0.0/21")
    """Subnet, as network/prefix length."""


class OutOfBand(Routed):
    """The out-of-band network: BMCs, switches, PDUs."""

    subnet: Subnet = IPv4Network("10.20.0.0/16")
    """Subnet, as network/prefix length."""


class Compute(Unrouted):
    """The compute fabric: one IPoIB address a rail."""

    subnet: Subnet = IPv4Network("100.126.0.0/16")
    """Subnet, as network/prefix length, split evenly among the rails."""


class StorageNetwork(Unrouted):
    """The storage fabric."""

    subnet: Subnet = IPv4Network("100.127.0.0/16")
    """Subnet, as network/prefix length."""


class Networks(Part):
    """The four networks of a SuperPOD."""

    management: Management = Management()
    """In-band: SSH, Slurm, provisioning."""
    oob: OutOfBand = OutOfBand()
    """Out of band: BMCs, switches, PDUs."""
    compute: Compute = Compute()
    """Compute fabric: one IPoIB address a rail."""
    storage: StorageNetwork = StorageNetwork()
    """Storage fabric."""
    plan: Literal["mission-control"] | None = None
    """How the in-band and out-of-band networks are cut into subnets: mission-control, for NVL72 racks; null: not."""
