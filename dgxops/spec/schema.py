"""What may be written in cluster.yml: pydantic models, also printed as JSON Schema for editors.

Models hold plain values (str, int, bool, ipaddress types, tuples); what follows from them is ``expand``'s business.
Single values are in :mod:`dgxops.spec.forms`, rules that need more than one field in :mod:`dgxops.spec.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from dgxops.model.absence import Away
from dgxops.model.hardware import HardwareRecord
from dgxops.model.rented import RentedMachine
from dgxops.spec.design import Design
from dgxops.spec.forms import (
    MAX_SCALABLE_UNITS,
    Address,
    ClusterName,
    Count,
    Day,
    Domain,
    Email,
    Folder,
    GroupName,
    Label,
    MaxTime,
    Mirror,
    Names,
    NodeNames,
    Omit,
    Reason,
    Serial,
    Server,
    Text,
    Uid,
    Units,
    User,
    Word,
)
from dgxops.spec.hardware import Hardware
from dgxops.spec.names import GroupNaming, Naming, Part
from dgxops.spec.software import Software
from dgxops.spec.subnets import Networks


class Services(Part):
    """How many machines there are besides the DGX systems: at most fourteen, in one rack."""

    head: Annotated[Count, Field(ge=1, le=4)] = 2
    """Head nodes, which carry Slurm's controllers and its database; two are a highly available pair."""
    login: Annotated[Count, Field(ge=0, le=10)] = 2
    """Login nodes."""
    k8s: Annotated[Count, Field(ge=0, le=6)] = 0
    """Machines of one Kubernetes, for administration and users alike; the site installs it. Three is usual."""
    k8s_admin: Annotated[Count, Field(ge=0, le=3)] = 0
    """Machines of a Kubernetes for administration alone, as in Mission Control; instead of k8s."""
    k8s_user: Annotated[Count, Field(ge=0, le=3)] = 0
    """Machines of a Kubernetes for users' workloads alone, as in Mission Control; instead of k8s."""
    service: Annotated[Count, Field(ge=0, le=4)] = 0
    """Other machines of the site's own: for monitoring, logs, provisioning."""


class Filesystem(Part):
    """One file system that every host mounts."""

    name: Label
    """Name, unique within the cluster."""
    kind: Literal["nfs"] = "nfs"
    """Kind of file system."""
    mount: Folder
    """Where it is mounted: an absolute path."""
    server: Server = "managed"
    """managed (a head node serves it), or the name or address of a server of the site."""


class Partition(Part):
    """One partition of Slurm."""

    name: Word
    """Name, unique within the cluster."""
    nodes: NodeNames = "all"
    """all, a node set such as dgx-[001-008], or a list of node names."""
    group: GroupName | None = None
    """Only the nodes of this group, in a cluster of several."""
    default: StrictBool = False
    """Jobs that name no partition come here; exactly one partition is it."""
    max_time: MaxTime = "UNLIMITED"
    """Longest run time, as Slurm writes it: 60 (minutes), 24:00:00, 7-00, UNLIMITED."""


class Slurm(Part):
    """The batch system."""

    partitions: Annotated[tuple[Partition, ...], Field(min_length=1)] = (Partition(name="batch", default=True),)
    """Partitions, one of them the default."""
    state_save_location: Folder = "/srv/slurm/state"
    """Folder for the controllers' state; with several heads a mount that all of them share."""


class Absent(Part):
    """Systems that are away. Their positions stay theirs; no run acts on them, and Slurm starts nothing there."""

    node: Text
    """A node, or a node set such as dgx-[017-018] (which may be a whole scalable unit)."""
    reason: Reason
    """Why, in a few words, such as the number of the repair; Slurm shows it too."""
    since: Day
    """Since when: a date, YYYY-MM-DD."""
    kind: Literal["repair", "retired"] = Away.REPAIR.value
    """repair (it comes back; Slurm shows it as down), or retired (Slurm does not show it)."""


class Admin(Part):
    """A person who may log in everywhere and use sudo."""

    name: User
    """User name."""
    uid: Uid | None = None
    """Number of the account on every host; null: one from 20000 to 29999 that follows from the name."""
    keys: Annotated[Names, Field(min_length=1)]
    """OpenSSH public keys, one line each."""


class Zones(Part):
    """The DNS zones that are rendered: who serves them, and their number."""

    servers: Annotated[tuple[Server, ...], Field(min_length=1)] | None = None
    """Name servers that serve the zones, by full name or by the name of a host; null: the heads."""
    contact: Email | None = None
    """Address of whoever answers for the zones; null: hostmaster at the domain."""
    serial: Serial = 1
    """Serial number of the zones, such as 2026112501: raise it with every change, or secondary servers keep the old."""


class Site(Part):
    """Where the cluster stands."""

    mirror: Mirror | None = None
    """Package mirror of the site, http(s)://...; null for the public archives."""
    timezone: Text = "UTC"
    """Time zone of every host, such as Europe/Berlin."""
    admins: tuple[Admin, ...] = ()
    """People who may log in everywhere and use sudo."""
    ssh_user: User = "ansible"
    """User that Ansible logs in as; it needs sudo without a password."""
    ntp: tuple[Server, ...] = ()
    """Time servers of the site, which the heads follow; none: the public pool of the heads' distribution."""
    dns: tuple[Address, ...] = ()
    """Name servers of the site, as addresses; none: what the hosts have."""
    dns_search: tuple[Domain, ...] = ()
    """Domains to search, after the cluster's own."""
    zones: Zones = Zones()
    """The DNS zones that are rendered: who serves them, and their serial number."""


class Secrets(Part):
    """Where the secrets come from; they are never in this file."""

    source: Literal["vault", "command"] = "vault"
    """vault: an ansible-vault file beside this one; command: printed by a program of the site."""
    command: Annotated[Names, Field(min_length=1)] | None = None
    """Program and arguments that print all secrets as one YAML or JSON mapping, with source: command."""


class Group(Part):
    """Systems of one platform with fabrics of their own, in a cluster of several such groups."""

    name: GroupName
    """Name, unique within the cluster; what the group owns is called after it."""
    platform: Text
    """Kind of DGX system, as the catalogue calls it, such as dgx-a100."""
    architecture: Text | None = None
    """Reference architecture, where the catalogue has several for the platform."""
    scalable_units: Units = 1
    """Scalable units that are built, or none: a plain group of so many nodes."""
    nodes: Annotated[Count, Field(ge=1)] | None = None
    """Populate only the first so many positions; null: all of them. How many there are where scalable_units is none."""
    fabric: Text = "none"
    """Fabric of a plain group: none, direct (two nodes joined port by port), or the model of its switches."""
    omit: Omit = "auto"
    """Positions without a node, as for a cluster of one group."""
    grow_to: Annotated[Count, Field(ge=1, le=MAX_SCALABLE_UNITS)] | None = None
    """Size upper switch layers and subnets for this many units now, so that growth recables nothing."""
    naming: GroupNaming = GroupNaming()
    """Templates of the names of its nodes, switches and racks; without one they begin with the group's name."""
    share: Annotated[Count, Field(ge=1, le=7)] | None = None
    """Which eighth of the cluster's subnets is the group's, 1 to 7; null: the one of its place in the list."""
    hardware: Hardware = Hardware()
    """Measured values that take the place of the catalogue's inferred ones."""
    design: Design = Design()
    """What is built otherwise than the reference architecture says, or this leaves open: racks, switches, fabrics."""


def _own_domain(data: dict[str, Any]) -> str:
    return f"{data.get('name', 'cluster')}.internal"


class ClusterFile(Part):
    """One DGX SuperPOD: everything a person decides about it."""

    name: ClusterName
    """Name of the cluster; Slurm's ClusterName."""
    domain: Domain = Field(default_factory=_own_domain)
    """DNS domain of every host; <name>.internal unless given."""
    platform: Text = ""
    """Kind of DGX system, as the catalogue calls it, such as dgx-h100; required unless there are groups."""
    groups: tuple[Group, ...] = ()
    """Instead of platform: several platforms in one cluster, each with its units and fabrics."""
    architecture: Text | None = None
    """Reference architecture, where the catalogue has several for the platform, such as b300-xdr."""
    shape: Text | None = None
    """Shape of rented capacity, as the provider calls it, such as BM.GPU.H100.8; null: the platform's usual one."""
    provider: Text | None = None
    """File of the provider beside this one, with a row a rented machine: a table (.csv) or the provider's own .json."""
    scalable_units: Units = 1
    """Scalable units that are built, or none: a plain group of so many nodes. Rented capacity has none."""
    nodes: Annotated[Count, Field(ge=1)] | None = None
    """Populate only the first so many positions; null: all of them. How many there are where scalable_units is none."""
    fabric: Text = "none"
    """Fabric of a plain group: none, direct (two nodes joined port by port), or the model of its switches."""
    omit: Omit = "auto"
    """Positions without a node: auto (those whose ports the reference architecture gives to UFM), none, or a list."""
    absent: tuple[Absent, ...] = ()
    """Systems that are away for repair, or retired; nothing else of the cluster changes with them."""
    grow_to: Annotated[Count, Field(ge=1, le=MAX_SCALABLE_UNITS)] | None = None
    """Size upper switch layers and subnets for this many units now, so that growth recables nothing."""
    naming: Naming = Naming()
    """Templates of the names of hosts, switches and racks."""
    networks: Networks = Networks()
    """Subnets."""
    services: Services = Services()
    """How many head nodes, login nodes and other management machines."""
    storage: tuple[Filesystem, ...] = ()
    """File systems that every host mounts."""
    slurm: Slurm = Slurm()
    """Slurm's partitions, and where its controllers keep their state."""
    hardware: Hardware = Hardware()
    """What the site knows of its systems, in place of what the catalogue inferred, read elsewhere or does not know."""
    design: Design = Design()
    """What is built otherwise than the reference architecture says, or this leaves open: racks, switches, fabrics."""
    software: Software = Software()
    """Which versions are installed."""
    site: Site = Site()
    """Where the cluster stands: mirror, time, names, people."""
    secrets: Secrets = Secrets()
    """Where the secrets come from."""


class ClusterSpec(ClusterFile):
    """cluster.yml with what stands in files beside it: ``overrides`` of site.yml (group -> role variable -> value),
    ``records`` of hardware.csv, and the ``rented`` machines of the provider's file, by role and name."""

    overrides: Mapping[str, Mapping[str, object]] = Field(default_factory=dict)
    records: tuple[HardwareRecord, ...] = ()
    rented: tuple[RentedMachine, ...] = ()

    @property
    def plain(self) -> bool:
        """A group of nodes without scalable units."""
        return self.scalable_units == "none"

    @property
    def units(self) -> int:
        """Scalable units that are built; a plain group counts as one."""
        return 1 if isinstance(self.scalable_units, str) else self.scalable_units
