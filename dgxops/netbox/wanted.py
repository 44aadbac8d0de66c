"""Cluster → the objects that NetBox should have, in the order in which they can be made. Pure.

The rows are those of the files for NetBox's import (:mod:`dgxops.render.exports.netbox`), so both say the same;
prefixes and addresses are beside them in :mod:`dgxops.netbox.addresses`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgxops.model.cluster import Cluster
from dgxops.netbox.addresses import addresses
from dgxops.netbox.objects import TAG, Kind, Ref, Value, Wanted, cluster_tag
from dgxops.render.cabling.plant import plant_of
from dgxops.render.exports import netbox

Row = Mapping[str, str]


def wanted(cluster: Cluster, site: str = "") -> tuple[Wanted, ...]:
    """Everything that NetBox should have of a cluster.

    ``site`` is the slug of a site that is there already; without it the cluster has a site of its name.
    """
    plant = plant_of(cluster)
    tables = {
        name: [{k: str(v) for k, v in zip(header, row, strict=True)} for row in rows]
        for name, (header, rows) in netbox.tables(plant).items()
    }
    makers = {r["name"]: r["slug"] for r in tables["2-manufacturers"]}
    roles = {r["name"]: r["slug"] for r in tables["3-device-roles"]}
    types = {(r["manufacturer"], r["model"]): r["slug"] for r in tables["4-device-types"]}
    here = Ref(Kind.SITE, (site or tables["1-sites"][0]["slug"],))
    things = [
        *_tags(cluster.name),
        _site(here, tables["1-sites"][0], given=bool(site)),
        *(_named(Kind.MANUFACTURER, r) for r in tables["2-manufacturers"]),
        *(_named(Kind.ROLE, r, color=r["color"]) for r in tables["3-device-roles"]),
        *(_type(r, makers[r["manufacturer"]]) for r in tables["4-device-types"]),
        *(_rack(r, here) for r in tables["5-racks"]),
        *(_device(r, here, roles[r["role"]], _type_ref(makers, types, r)) for r in tables["6-devices"]),
        *(_interface(r) for r in tables["7-interfaces"]),
    ]
    ports = {t.ref for t in things if t.kind is Kind.INTERFACE}
    beside = addresses(cluster, plant, here, ports)
    more = sorted(beside, key=lambda t: list(Kind).index(t.kind))
    cables = [_cable(r) for r in tables["8-cables"]]
    return (*things, *(t for t in more if t.kind is Kind.INTERFACE), *cables,
            *(t for t in more if t.kind is not Kind.INTERFACE))  # fmt: skip


def device_ref(name: str) -> Ref:
    """NetBox holds names of devices to be unique without regard to case."""
    return Ref(Kind.DEVICE, (name.lower(),))


def interface_ref(device: str, name: str) -> Ref:
    """An interface by its device and name."""
    return Ref(Kind.INTERFACE, (device.lower(), name))


def cable_ref(one: Ref, other: Ref) -> Ref:
    """A cable by both its ends, whichever way round."""
    return Ref(Kind.CABLE, tuple(sorted(":".join(end.key) for end in (one, other))))


def _tags(cluster: str) -> Iterator[Wanted]:
    for slug, what in ((TAG, "made by dgxops"), (cluster_tag(cluster), f"made by dgxops for the cluster {cluster}")):
        yield Wanted(Ref(Kind.TAG, (slug,)), {"name": slug, "slug": slug}, {"description": what}, alias=slug)


def _site(here: Ref, row: Row, *, given: bool) -> Wanted:
    if given:
        return Wanted(here, given=True)
    fields: dict[str, Value] = {"name": row["name"], "slug": row["slug"]}
    return Wanted(here, fields, {"status": row["status"]}, alias=row["name"])


def _named(kind: Kind, row: Row, **initial: Value) -> Wanted:
    return Wanted(Ref(kind, (row["slug"],)), {"name": row["name"], "slug": row["slug"]}, initial, alias=row["name"])


def _type_ref(makers: Mapping[str, str], types: Mapping[tuple[str, str], str], row: Row) -> Ref:
    maker, model = row["manufacturer"], row["device_type"]
    return Ref(Kind.TYPE, (makers[maker], types[maker, model]))


def _type(row: Row, maker: str) -> Wanted:
    fields: dict[str, Value] = {
        "manufacturer": Ref(Kind.MANUFACTURER, (maker,)),
        "model": row["model"],
        "slug": row["slug"],
        "u_height": float(row["u_height"]),
    }
    return Wanted(Ref(Kind.TYPE, (maker, row["slug"])), fields, alias=f"{row['manufacturer']} {row['model']}")


def _rack(row: Row, site: Ref) -> Wanted:
    fields: dict[str, Value] = {
        "site": site,
        "name": row["name"],
        "width": int(row["width"]),
        "u_height": int(row["u_height"]),
    }
    return Wanted(Ref(Kind.RACK, (row["name"],)), fields, {"status": row["status"], "description": row["description"]})


def _device(row: Row, site: Ref, role: str, type_: Ref) -> Wanted:
    fields: dict[str, Value] = {
        "name": row["name"],
        "role": Ref(Kind.ROLE, (role,)),
        "device_type": type_,
        "site": site,
        "rack": Ref(Kind.RACK, (row["rack"],)) if row["rack"] else None,
        "position": float(row["position"]) if row["position"] else None,
        "face": row["face"],
    }
    if row["status"] == "planned":
        return Wanted(device_ref(row["name"]), fields, {"status": row["status"]})
    return Wanted(device_ref(row["name"]), fields | {"status": row["status"]})


def _interface(row: Row) -> Wanted:
    fields: dict[str, Value] = {
        "device": device_ref(row["device"]),
        "name": row["name"],
        "label": row["label"],
        "type": row["type"],
        "mgmt_only": row["mgmt_only"] == "true",
    }
    return Wanted(interface_ref(row["device"], row["name"]), fields)


def _cable(row: Row) -> Wanted:
    a, b = (interface_ref(row[f"side_{side}_device"], row[f"side_{side}_name"]) for side in "ab")
    fields: dict[str, Value] = {
        "type": row["type"],
        "label": row["label"],
        "length": float(row["length"]),
        "length_unit": row["length_unit"],
    }
    initial: dict[str, Value] = {"status": row["status"], "a_terminations": (a,), "b_terminations": (b,)}
    return Wanted(cable_ref(a, b), fields, initial)
