"""The words of this room: kinds of objects, what is wanted, what was found. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

TAG = "dgxops"
"""Slug of the tag of everything that dgxops makes; a second one, with the cluster's name behind it, says for which."""


class Kind(Enum):
    """Kinds of objects in the order in which they are made: each refers to those before it.

    The value is what a person calls one. MANAGEMENT is no object of its own but the addresses by which a device is
    managed: they can be set only once the addresses are there.
    """

    TAG = "tag"
    SITE = "site"
    MANUFACTURER = "manufacturer"
    ROLE = "device role"
    TYPE = "device type"
    RACK = "rack"
    DEVICE = "device"
    INTERFACE = "interface"
    CABLE = "cable"
    PREFIX = "prefix"
    ADDRESS = "IP address"
    MANAGEMENT = "management addresses of device"

    def count(self, number: int) -> str:
        """ "1 rack", "3 racks"."""
        plural = {Kind.PREFIX: "prefixes", Kind.ADDRESS: "IP addresses"}.get(self, f"{self.value}s")
        return f"{number} {self.value if number == 1 else plural}"


SHARED = (Kind.TAG, Kind.MANUFACTURER, Kind.ROLE, Kind.TYPE, Kind.INTERFACE, Kind.PREFIX)
"""Where it is no clash that others made it: it is used as it is. Interfaces are those of devices that are ours."""


@dataclass(frozen=True, slots=True)
class Ref:
    """An object by what makes it unique: slug, or name, or (device, interface), or both ends of a cable."""

    kind: Kind
    key: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.key)


Value = str | int | float | bool | None | Ref | tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object of the design. ``fields`` are held to the design, ``initial`` ones are set once and then people's.

    ``alias`` is the name where NetBox wants that unique beside the slug. ``given`` says that the object must be there
    already, and is not ours to touch.
    """

    ref: Ref
    fields: Mapping[str, Value] = field(default_factory=dict)
    initial: Mapping[str, Value] = field(default_factory=dict)
    alias: str = ""
    given: bool = False

    @property
    def kind(self) -> Kind:
        return self.ref.kind

    @property
    def name(self) -> str:
        """What a person calls it."""
        name = self.fields.get("label") if self.kind is Kind.CABLE else self.alias
        return str(name or self.ref)

    def refs(self) -> Iterator[Ref]:
        """What must be there first."""
        if self.kind is Kind.MANAGEMENT:
            yield Ref(Kind.DEVICE, self.ref.key)
        for value in (*self.fields.values(), *self.initial.values()):
            if isinstance(value, Ref):
                yield value
            elif isinstance(value, tuple):
                yield from value


@dataclass(frozen=True, slots=True)
class Found:
    """One object of NetBox. ``fields`` have plain values: a choice its value, a relation the number of the other."""

    ref: Ref
    id: int
    name: str
    fields: Mapping[str, object]
    tags: Mapping[str, int] = field(default_factory=dict)  # slug -> number
    alias: str = ""

    @property
    def kind(self) -> Kind:
        return self.ref.kind

    def belongs_to(self, cluster: str) -> bool:
        """Whether dgxops made it for this cluster, or a person handed it over by tagging it so."""
        return cluster_tag(cluster) in self.tags


def cluster_tag(cluster: str) -> str:
    """Slug of the tag of what belongs to a cluster."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in f"{TAG}-{cluster}".lower())


@dataclass(frozen=True)
class Present:
    """What NetBox has that matters: all that carries the cluster's tag, and all that stands in the way of the rest."""

    found: Mapping[Ref, Found]
    aliases: Mapping[tuple[Kind, str], Found]

    def of(self, wanted: Wanted) -> Found | None:
        """The object that is, or stands in the place of, what is wanted."""
        found = self.found.get(wanted.ref)
        return found or (self.aliases.get((wanted.kind, wanted.alias.lower())) if wanted.alias else None)


def present_of(objects: Mapping[Kind, list[Found]], cluster: str) -> Present:
    """Index what was read; of two with one key, the one that belongs to the cluster counts."""
    found: dict[Ref, Found] = {}
    aliases: dict[tuple[Kind, str], Found] = {}
    for kind in objects:
        for thing in sorted(objects[kind], key=lambda f: (not f.belongs_to(cluster), f.id)):
            found.setdefault(thing.ref, thing)
            if thing.alias:
                aliases.setdefault((kind, thing.alias.lower()), thing)
    return Present(found, aliases)
