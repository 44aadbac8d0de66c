"""What NetBox 4.6.8 documents of the objects that dgxops makes, in words of our own.

Read in netbox-community/netbox, version 4.6.8: serializers (dcim, ipam, extras: api/serializers_), models (fields,
constraints, clean), choices.py and filtersets.py. Only choices that dgxops or a person's hand may set are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SLUG = r"[-a-zA-Z0-9_]+"
DNS = r"([0-9A-Za-z_-]+|\*)(\.[0-9A-Za-z_-]+)*\.?"


@dataclass(frozen=True)
class Field:
    """One field of a serializer. ``kind``: text, choice, number, flag, ref, terminations, network, address, type."""

    kind: str = "text"
    required: bool = False
    longest: int = 0
    pattern: str = ""
    choices: tuple[str | int, ...] = ()
    target: str = ""
    blank: bool = True
    default: object = None


@dataclass(frozen=True)
class Model:
    """One endpoint. ``unique``: tuples of fields whose values occur once ("~name": without regard to case)."""

    fields: Mapping[str, Field]
    unique: tuple[tuple[str, ...], ...] = ()
    brief: tuple[str, ...] = ("name", "description")
    tagged: bool = True
    sequential: bool = False  # bulk POST validates and saves one by one, and names no index
    filters: tuple[str, ...] = ()
    protects: tuple[tuple[str, str], ...] = ()  # endpoint and field that forbid deletion while they refer here


def text(longest: int, *, required: bool = False, pattern: str = "") -> Field:
    return Field("text", required, longest, pattern, blank=not required, default="")


def choice(*values: str | int, required: bool = False, blank: bool = False, default: object = "") -> Field:
    return Field("choice", required, choices=values, blank=blank, default=default)


def ref(target: str, *, required: bool = False) -> Field:
    return Field("ref", required, target=target)


NAME, SLUGGED = text(100, required=True), text(100, required=True, pattern=SLUG)
DESCRIPTION = text(200)
INTERFACE_TYPES = (
    "virtual", "lag", "other", "1000base-t", "100gbase-x-qsfp28", "200gbase-x-qsfp56", "400gbase-x-osfp",
    "800gbase-x-osfp", "infiniband-edr", "infiniband-hdr", "infiniband-ndr", "infiniband-xdr",
)  # fmt: skip
CABLE_TYPES = ("cat6", "dac-active", "dac-passive", "mmf", "smf", "aoc")
DEVICE_STATES = ("offline", "active", "planned", "staged", "failed", "inventory", "decommissioning")
RACK_STATES = ("reserved", "available", "planned", "active", "deprecated")

MODELS: dict[str, Model] = {
    "extras/tags": Model(
        {"name": NAME, "slug": SLUGGED, "color": text(6), "description": DESCRIPTION},
        unique=(("name",), ("slug",)),
        brief=("name", "slug", "color"),
        tagged=False,
        filters=("slug",),
    ),
    "dcim/sites": Model(
        {
            "name": NAME,
            "slug": SLUGGED,
            "status": choice("planned", "staging", "active", "decommissioning", "retired", default="active"),
            "description": DESCRIPTION,
        },
        unique=(("name",), ("slug",)),
        brief=("name", "slug", "description"),
        filters=("slug", "name__ie"),
        protects=(("dcim/racks", "site"), ("dcim/devices", "site")),
    ),
    "dcim/manufacturers": Model(
        {"name": NAME, "slug": SLUGGED, "description": DESCRIPTION},
        unique=(("name",), ("slug",)),
        brief=("name", "slug", "description"),
        filters=("slug", "name__ie"),
        protects=(("dcim/device-types", "manufacturer"),),
    ),
    "dcim/device-roles": Model(
        {"name": NAME, "slug": SLUGGED, "color": text(6, pattern="[0-9a-f]{6}"), "description": DESCRIPTION},
        unique=(("name",), ("slug",)),
        brief=("name", "slug", "description"),
        filters=("slug", "name__ie"),
        protects=(("dcim/devices", "role"),),
    ),
    "dcim/device-types": Model(
        {
            "manufacturer": ref("dcim/manufacturers", required=True),
            "model": NAME,
            "slug": SLUGGED,
            "u_height": Field("number", default=1.0),
            "description": DESCRIPTION,
        },
        unique=(("manufacturer", "model"), ("manufacturer", "slug")),
        brief=("manufacturer", "model", "slug", "description"),
        filters=("manufacturer_id",),
        protects=(("dcim/devices", "device_type"),),
    ),
    "dcim/racks": Model(
        {
            "site": ref("dcim/sites", required=True),
            "name": NAME,
            "status": choice(*RACK_STATES, default="active"),
            "width": choice(10, 19, 21, 23, default=19),
            "u_height": Field("number", default=42),
            "description": DESCRIPTION,
        },
        filters=("site_id",),
        protects=(("dcim/devices", "rack"),),
    ),
    "dcim/devices": Model(
        {
            "name": text(64),
            "device_type": ref("dcim/device-types", required=True),
            "role": ref("dcim/device-roles", required=True),
            "site": ref("dcim/sites", required=True),
            "rack": ref("dcim/racks"),
            "position": Field("number"),
            "face": choice("front", "rear", blank=True),
            "status": choice(*DEVICE_STATES, default="active"),
            "primary_ip4": ref("ipam/ip-addresses"),
            "oob_ip": ref("ipam/ip-addresses"),
            "description": DESCRIPTION,
        },
        unique=(("site", "~name"), ("rack", "position", "face"), ("primary_ip4",), ("oob_ip",)),
        sequential=True,
        filters=("site_id",),
    ),
    "dcim/interfaces": Model(
        {
            "device": ref("dcim/devices", required=True),
            "name": text(64, required=True),
            "label": text(64),
            "type": choice(*INTERFACE_TYPES, required=True),
            "mgmt_only": Field("flag", default=False),
            "mark_connected": Field("flag", default=False),
            "description": DESCRIPTION,
        },
        unique=(("device", "name"),),
        brief=("device", "name", "description", "cable"),
        filters=("device_id",),
    ),
    "dcim/cables": Model(
        {
            "type": choice(*CABLE_TYPES, blank=True),
            "a_terminations": Field("terminations"),
            "b_terminations": Field("terminations"),
            "status": choice("connected", "planned", "decommissioning", default="connected"),
            "label": text(100),
            "length": Field("number"),
            "length_unit": choice("km", "m", "cm", "mi", "ft", "in", blank=True),
            "description": DESCRIPTION,
        },
        brief=("label", "description"),
    ),
    "ipam/prefixes": Model(
        {
            "prefix": Field("network", required=True),
            "status": choice("container", "active", "reserved", "deprecated", default="active"),
            "scope_type": Field("type", choices=("dcim.region", "dcim.sitegroup", "dcim.site", "dcim.location")),
            "scope_id": Field("number"),
            "description": DESCRIPTION,
        },
        unique=(("prefix",),),
        brief=("prefix", "description"),
        filters=("prefix", "vrf_id"),
    ),
    "ipam/ip-addresses": Model(
        {
            "address": Field("address", required=True),
            "status": choice("active", "reserved", "deprecated", "dhcp", "slaac", default="active"),
            "assigned_object_type": Field("type", choices=("dcim.interface", "virtualization.vminterface")),
            "assigned_object_id": Field("number"),
            "dns_name": text(255, pattern=DNS),
            "description": DESCRIPTION,
        },
        brief=("address", "description"),
        filters=("parent", "vrf_id"),
    ),
}


@dataclass
class Limits:
    """Settings of a NetBox that its users meet."""

    page: int = 1000  # MAX_PAGE_SIZE; PAGINATE_COUNT is 50
    default_page: int = 50
    tokens: dict[str, bool] = field(default_factory=lambda: {"secret": True, "reader": False})  # may it write
