"""Machines: the hosts of one cluster. What kinds of DGX systems they are is in :mod:`dgxops.model.system`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from dgxops.model.absence import Absence
from dgxops.model.controller import BMC, Controller, controller_name
from dgxops.model.placement import Placement
from dgxops.model.system import CpuLayout, Gpu, HostPort, KernelSettings, PortRole, System

__all__ = [
    "FURTHER_ROLES",
    "Address",
    "CpuLayout",
    "Gpu",
    "Host",
    "HostPort",
    "HostRole",
    "KernelSettings",
    "PortRole",
    "System",
]


class HostRole(StrEnum):
    """What a host is there for; also the name of its group in the inventory."""

    DGX = "dgx"
    HEAD = "head"
    LOGIN = "login"
    UFM = "ufm"
    K8S = "k8s"
    K8S_ADMIN = "k8s_admin"
    K8S_USER = "k8s_user"
    SERVICE = "service"


FURTHER_ROLES = (HostRole.K8S, HostRole.K8S_ADMIN, HostRole.K8S_USER, HostRole.SERVICE)
"""Management machines that have no part in Slurm: what runs there is the site's."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of one host. ``interface`` is the name the host gives the port; None for a BMC.

    ``port`` is the printed name of an out-of-band port that is not that of the host's own BMC, else empty.
    """

    network: str
    ip: IPv4Address
    prefix: int
    interface: str | None
    rail: int | None = None
    port: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """One machine of the cluster. ``su`` and ``index_in_su`` count from 1 and are 0 for management machines.

    ``index`` is the position that name and addresses are functions of: for a DGX (su - 1) x nodes per unit +
    index_in_su, for a management machine its number within its role. In a cluster of several groups positions count
    within ``group``, which is empty for the machines that all of them share. A rented machine has a ``placement`` in
    place of a rack, and its number among those of its role.
    """

    name: str
    role: HostRole
    index: int
    su: int
    index_in_su: int
    rack: str
    rack_unit: int
    system: System | None
    addresses: tuple[Address, ...]
    group: str = ""
    absence: Absence | None = None  # None: it is there
    placement: Placement | None = None

    @property
    def management_ip(self) -> IPv4Address:
        return next(a.ip for a in self.addresses if a.network == "management")

    @property
    def controllers(self) -> tuple[Controller, ...]:
        """Its BMC and those of its BlueField cards; none where it has none."""
        at = ((a.port or BMC, a.ip) for a in self.addresses_on("oob"))
        return tuple(Controller(self.name, port, controller_name(self.name, port), ip) for port, ip in at)

    def addresses_on(self, network: str) -> tuple[Address, ...]:
        return tuple(a for a in self.addresses if a.network == network)
