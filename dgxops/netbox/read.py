"""What NetBox has that matters for a cluster: few requests, each for many objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import ip_interface
from typing import Any, Protocol

from dgxops.netbox.objects import Found, Kind, Present, Ref, Wanted, cluster_tag, present_of

BATCH = 100
"""Values of one filter in one request: what keeps its URL below 2,000 characters."""

Row = Mapping[str, Any]


class Reader(Protocol):
    """The part of :class:`dgxops.netbox.client.Client` that reads."""

    def read(self, kind: Kind, **filters: object) -> list[dict[str, Any]]:
        """All objects of a kind that pass the filters."""


def read(reader: Reader, wanted: Sequence[Wanted], cluster: str) -> Present:
    """Everything with the cluster's tag, and everything that is called as what is wanted, or stands in its place.

    Raises:
        DgxopsError: NetBox cannot be asked.
    """
    return _Reading(reader, wanted, cluster).present()


class _Reading:
    """One look at NetBox. Filters for a tag or a number that does not exist are errors there, so none is sent."""

    def __init__(self, reader: Reader, wanted: Sequence[Wanted], cluster: str) -> None:
        self._reader, self._cluster = reader, cluster
        self._wanted: dict[Kind, list[Wanted]] = defaultdict(list)
        for want in wanted:
            self._wanted[want.kind].append(want)
        self._found: dict[Kind, list[Found]] = {}
        self._keys: dict[tuple[Kind, int], tuple[str, ...]] = {}  # what was found -> key
        self._tagged: dict[str, object] = {}

    def present(self) -> Present:
        self._take(Kind.TAG, self._rows(Kind.TAG, slug=self._slugs(Kind.TAG)))
        if any(f.ref.key == (cluster_tag(self._cluster),) for f in self._found[Kind.TAG]):
            self._tagged = {"tag": cluster_tag(self._cluster)}
        for kind in (Kind.SITE, Kind.MANUFACTURER, Kind.ROLE):
            self._take(kind, self._named(kind))
        self._take(Kind.TYPE, self._within(Kind.TYPE, "manufacturer_id", self._matches(Kind.MANUFACTURER)))
        for kind in (Kind.RACK, Kind.DEVICE):
            self._take(kind, self._within(kind, "site_id", self._matches(Kind.SITE)))
        devices = [f.id for f in self._found[Kind.DEVICE] if f.belongs_to(self._cluster)]
        self._take(Kind.INTERFACE, self._each(Kind.INTERFACE, "device_id", devices))
        self._take(Kind.CABLE, self._ours(Kind.CABLE))
        subnets = [w.ref.key[0] for w in self._wanted[Kind.PREFIX]]
        self._take(Kind.PREFIX, [*self._each(Kind.PREFIX, "prefix", subnets, vrf_id=None), *self._ours(Kind.PREFIX)])
        inside = self._each(Kind.ADDRESS, "parent", subnets, vrf_id=None)
        self._take(Kind.ADDRESS, [*inside, *self._ours(Kind.ADDRESS)])
        return present_of(self._found, self._cluster)

    def _rows(self, kind: Kind, **filters: object) -> list[dict[str, Any]]:
        return self._reader.read(kind, fields=_FIELDS[kind], **filters)

    def _ours(self, kind: Kind) -> list[dict[str, Any]]:
        return self._rows(kind, **self._tagged) if self._tagged else []

    def _each(self, kind: Kind, name: str, values: Sequence[object], **more: object) -> list[dict[str, Any]]:
        """Objects for which a filter has one of many values."""
        parts = (values[at : at + BATCH] for at in range(0, len(values), BATCH))
        return [row for part in parts for row in self._rows(kind, **{name: list(part)}, **more)]

    def _slugs(self, kind: Kind) -> list[str]:
        return [w.ref.key[-1] for w in self._wanted[kind]]

    def _named(self, kind: Kind) -> list[dict[str, Any]]:
        """By slug, by name without regard to case (both are unique in NetBox), and by tag."""
        names = [w.alias for w in self._wanted[kind] if w.alias]
        by_name = self._each(kind, "name__ie", names) if names else []
        return [*self._each(kind, "slug", self._slugs(kind)), *by_name, *self._ours(kind)]

    def _matches(self, kind: Kind) -> dict[int, tuple[str, ...]]:
        """Number -> key of what stands for the wanted objects of a kind, whatever its slug is."""
        present = present_of({kind: self._found[kind]}, self._cluster)
        pairs = ((present.of(w), w.ref.key) for w in self._wanted[kind])
        return {found.id: key for found, key in pairs if found}

    def _within(self, kind: Kind, name: str, above: Mapping[int, tuple[str, ...]]) -> list[dict[str, Any]]:
        self._keys |= {(_ABOVE[kind], number): key for number, key in above.items()}
        return [*(self._each(kind, name, list(above)) if above else []), *self._ours(kind)]

    def _take(self, kind: Kind, rows: Iterable[Row]) -> None:
        """Each object once, with the key by which it is compared."""
        made: dict[int, Found] = {}
        for row in rows:
            if row["id"] not in made:
                ref = Ref(kind, _KEYS[kind](row, self._keys))
                fields = {name: plain(value) for name, value in row.items()}
                tags = {tag["slug"]: tag["id"] for tag in row.get("tags") or ()}
                made[row["id"]] = Found(ref, row["id"], _name(row, ref), fields, tags, _alias(kind, row))
                self._keys.setdefault((kind, row["id"]), ref.key)
        self._found[kind] = list(made.values())


_FIELDS = {
    Kind.TAG: "id,name,slug",
    Kind.SITE: "id,name,slug,status,tags",
    Kind.MANUFACTURER: "id,name,slug,tags",
    Kind.ROLE: "id,name,slug,color,tags",
    Kind.TYPE: "id,manufacturer,model,slug,u_height,tags",
    Kind.RACK: "id,site,name,status,width,u_height,tags",
    Kind.DEVICE: "id,name,role,device_type,site,rack,position,face,status,primary_ip4,oob_ip,tags",
    Kind.INTERFACE: "id,device,name,label,type,mgmt_only,cable,mark_connected,description,tags",
    Kind.CABLE: "id,type,label,length,length_unit,status,a_terminations,b_terminations,tags",
    Kind.PREFIX: "id,prefix,description,status,tags",
    Kind.ADDRESS: "id,address,assigned_object_type,assigned_object_id,dns_name,status,tags",
}
"""What is compared: NetBox leaves out the rest, and the counts and relations that it would look up for it."""
_ABOVE = {Kind.TYPE: Kind.MANUFACTURER, Kind.RACK: Kind.SITE, Kind.DEVICE: Kind.SITE}
Keys = Mapping[tuple[Kind, int], tuple[str, ...]]


def plain(value: Any) -> object:
    """A choice as its value, a relation as the number of the other object."""
    if isinstance(value, Mapping):
        return value["value"] if "value" in value else value.get("id")
    return value


def _type_key(row: Row, keys: Keys) -> tuple[str, ...]:
    maker = row["manufacturer"]
    return (keys.get((Kind.MANUFACTURER, maker["id"]), (str(maker.get("slug")),))[0], row["slug"])


def _interface_key(row: Row, keys: Keys) -> tuple[str, ...]:
    device = row["device"]
    return (keys.get((Kind.DEVICE, device["id"]), (f"#{device['id']}",))[0], row["name"])


def _cable_key(row: Row, keys: Keys) -> tuple[str, ...]:
    ends = [end for side in "ab" for end in row[f"{side}_terminations"]]
    return tuple(sorted(_end(end, keys) for end in ends))


def _end(end: Row, keys: Keys) -> str:
    key = keys.get((Kind.INTERFACE, end["object_id"])) if end["object_type"] == "dcim.interface" else None
    return ":".join(key) if key else f"#{end['object_type']}:{end['object_id']}"


_KEYS: Mapping[Kind, Callable[[Row, Keys], tuple[str, ...]]] = {
    Kind.TAG: lambda row, _: (row["slug"],),
    Kind.SITE: lambda row, _: (row["slug"],),
    Kind.MANUFACTURER: lambda row, _: (row["slug"],),
    Kind.ROLE: lambda row, _: (row["slug"],),
    Kind.TYPE: _type_key,
    Kind.RACK: lambda row, _: (row["name"],),
    Kind.DEVICE: lambda row, _: ((row["name"] or f"#{row['id']}").lower(),),
    Kind.INTERFACE: _interface_key,
    Kind.CABLE: _cable_key,
    Kind.PREFIX: lambda row, _: (row["prefix"],),
    Kind.ADDRESS: lambda row, _: (str(ip_interface(row["address"]).ip),),
}


def _alias(kind: Kind, row: Row) -> str:
    if kind is Kind.TYPE:
        return f"{row['manufacturer']['name']} {row['model']}"
    return str(row["name"]) if kind in (Kind.SITE, Kind.MANUFACTURER, Kind.ROLE) else ""


def _name(row: Row, ref: Ref) -> str:
    """What a person calls it."""
    if ref.kind in (Kind.CABLE, Kind.INTERFACE, Kind.TYPE):
        return str(row.get("label") or ref) if ref.kind is Kind.CABLE else str(row.get("model") or ref)
    return str(row.get("name") or row.get("address") or row.get("prefix") or ref)
