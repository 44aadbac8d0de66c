"""Files for NetBox's bulk import, in the order of their numbers: each refers to what the ones before it made.

Columns and choices: netbox/dcim/forms/bulk_import.py and choices.py of netbox-community/netbox 4. Interfaces are those
that a cable or an out-of-band address needs, called what the device calls them; lengths of cables are classes to order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dgxops.model.absence import Away
from dgxops.model.cluster import Cluster
from dgxops.model.node import Host
from dgxops.model.rack import MACHINE_UNITS, PDU, Rack
from dgxops.render import csv_text
from dgxops.render.cabling.plant import End, Plant

_NVIDIA, _ANY = "NVIDIA", "Unspecified"
_CABLES = {"DAC": "dac-passive", "ACC": "dac-active", "AOC": "aoc", "MMF": "mmf", "SMF": "smf", "Cat6": "cat6", "": ""}
_INTERFACES = {
    "infiniband": {100: "infiniband-edr", 200: "infiniband-hdr", 400: "infiniband-ndr", 800: "infiniband-xdr"},
    "ethernet": {1: "1000base-t", 100: "100gbase-x-qsfp28", 200: "200gbase-x-qsfp56", 400: "400gbase-x-osfp",
                 800: "800gbase-x-osfp"},
}  # fmt: skip
_STATUSES = {Away.REPAIR: "failed", Away.RETIRED: "decommissioning"}
_COLOUR = "9e9e9e"

Rows = Iterable[tuple[object, ...]]


def artifacts(plant: Plant) -> dict[str, str]:
    """site/netbox/*.csv."""
    return {f"site/netbox/{name}.csv": csv_text.dump(header, rows) for name, (header, rows) in tables(plant).items()}


def tables(plant: Plant) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """Header and rows of each file, by its name; each refers to rows of those before it."""
    cluster = plant.cluster
    return {
        "1-sites": (("name", "slug", "status"), [(cluster.name, _slug(cluster.name), "planned")]),
        "2-manufacturers": (("name", "slug"), [(m, _slug(m)) for m in (_NVIDIA, _ANY)]),
        "3-device-roles": (("name", "slug", "color"), _roles(cluster)),
        "4-device-types": (("manufacturer", "model", "slug", "u_height"), _types(cluster)),
        "5-racks": (("site", "name", "status", "width", "u_height", "description"), _racks(cluster)),
        "6-devices": (
            ("name", "role", "manufacturer", "device_type", "status", "site", "rack", "position", "face"),
            _devices(cluster),
        ),
        "7-interfaces": (("device", "name", "label", "type", "mgmt_only"), _interfaces(plant)),
        "8-cables": (
            ("side_a_device", "side_a_type", "side_a_name", "side_b_device", "side_b_type", "side_b_name", "type",
             "status", "label", "length", "length_unit"),
            _cables(plant),
        ),
    }  # fmt: skip


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _host_type(host: Host) -> tuple[str, str, int]:
    """Manufacturer, model and height; machines, which no catalogue describes, are as high as they are drawn."""
    if host.system:
        return _NVIDIA, host.system.of_a_host, host.system.rack_units or 0
    return _ANY, f"{host.role.value} machine", MACHINE_UNITS


def _roles(cluster: Cluster) -> Rows:
    hosts = [h.role.value for h in cluster.hosts]
    switches = [f"{f.name} {s.tier.value}" for f in cluster.fabrics for s in f.switches]
    fixtures = [x.kind for rack in cluster.racks for x in rack.fixtures]
    fixtures += [PDU for rack in cluster.racks for _ in rack.pdu_names]
    return [(name, _slug(name), _COLOUR) for name in dict.fromkeys([*hosts, *switches, *fixtures])]


def _pdu_type(rack: Rack) -> str:
    """What those of a rack are, with their height where they take units of it."""
    return f"{PDU}, {rack.pdu_units} units" if any(unit for _, unit in rack.pdu_places) else PDU


def _types(cluster: Cluster) -> Rows:
    hosts = [_host_type(h) for h in cluster.hosts]
    switches = [(_NVIDIA, s.model, s.height) for f in cluster.fabrics for s in f.switches]
    fixtures = [(_ANY, x.kind, x.height) for rack in cluster.racks for x in rack.fixtures]
    pdus = [(_ANY, _pdu_type(r), u and r.pdu_units) for r in cluster.racks for _, u in r.pdu_places]
    kinds = dict.fromkeys([*hosts, *switches, *fixtures, *pdus])
    return [(maker, model, _slug(model), height) for maker, model, height in kinds]


def _racks(cluster: Cluster) -> Rows:
    return [
        (cluster.name, r.name, "planned", 19, r.units, f"{r.kind}, row {r.row} place {r.place}")
        for r in cluster.racks
        if not r.is_floor
    ]


def _devices(cluster: Cluster) -> Iterator[tuple[object, ...]]:
    racked = {r.name for r in cluster.racks if not r.is_floor}
    for host in cluster.hosts:
        maker, model, _ = _host_type(host)
        spot = (host.rack, host.rack_unit, "front") if host.rack in racked else ("", "", "")
        yield host.name, host.role.value, maker, model, _status(host), cluster.name, *spot
    for fabric in cluster.fabrics:
        for s in fabric.switches:
            role = f"{fabric.name} {s.tier.value}"
            yield s.name, role, _NVIDIA, s.model, "planned", cluster.name, s.rack, s.rack_unit, "front"
    for rack in cluster.racks:
        for x in rack.fixtures:
            yield x.name, x.kind, _ANY, x.kind, "planned", cluster.name, rack.name, x.unit, "front"
        for name, unit in rack.pdu_places:
            at = (unit, "front") if unit else ("", "")
            yield name, PDU, _ANY, _pdu_type(rack), "planned", cluster.name, rack.name, *at


def _status(host: Host) -> str:
    return _STATUSES[host.absence.kind] if host.absence else "planned"


def _interfaces(plant: Plant) -> Iterator[tuple[object, ...]]:
    managing = _managing(plant)
    for cable in plant.cables:
        kinds = _INTERFACES[cable.fabric.protocol]
        for end in (cable.a, cable.z):
            if (end.name, end.at.port) not in managing:
                label = end.printed if end.is_host else ""
                yield end.name, _name(plant, end), label, kinds.get(cable.rate_gbps, "other"), "false"
    yield from ((device, port, "", "1000base-t", "true") for device, port in managing)


def _managing(plant: Plant) -> dict[tuple[str, str], None]:
    """(device, port) of everything that manages and carries nothing else, cabled or not."""
    hosts = ((one.device, one.port) for h in plant.cluster.hosts for one in h.controllers)
    switches = ((one.device, one.port) for f in plant.cluster.fabrics for s in f.switches for one in s.controllers)
    devices = ((one.device, one.port) for rack in plant.cluster.racks for one in rack.devices)
    return dict.fromkeys((*hosts, *switches, *devices))


def _name(plant: Plant, end: End) -> str:
    return plant.nics.interface(end.at) if end.is_host else end.printed


def _cables(plant: Plant) -> Iterator[tuple[object, ...]]:
    kind = "dcim.interface"
    for c in plant.cables:
        a, z = _name(plant, c.a), _name(plant, c.z)
        yield c.a.name, kind, a, c.z.name, kind, z, _CABLES[c.media], "planned", c.id, c.length, "m"
