"""What a site says of its design in place of the values of the architecture and of the switch models.

Parts are merged key by key and then held to the catalogue's own schema, so a field that is new there needs one line in
:mod:`dgxops.spec.design` and none here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from dgxops.catalogue.schema import ArchitectureEntry, SwitchEntry
from dgxops.expand.measured import SITE
from dgxops.model.marks import UNKNOWN

if TYPE_CHECKING:
    from dgxops.catalogue import Catalogue
    from dgxops.spec.design import Design
    from dgxops.spec.schema import ClusterSpec

NEEDED = ("fabric", "radix", "rate_gbps")
"""What must be said of a switch model that the catalogue does not have."""

_ELSE = ("rack_units", "cages", "managed", "part")
_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(_ELSE), "sources": [], "marks": dict.fromkeys(_ELSE, UNKNOWN),
}  # fmt: skip
"""What is known of such a model besides."""

_Marked = TypeVar("_Marked", ArchitectureEntry, SwitchEntry)


def designed(spec: ClusterSpec, catalogue: Catalogue) -> Catalogue:
    """The catalogue with the site's own values in the architecture and the switch models of a cluster of one group.

    A plain group has no architecture in the catalogue: :func:`fitted` is for what it is built to.

    Raises:
        ValidationError: the catalogue's schema refuses a value (``spec.load`` finds it first, with its place).
        DgxopsError: no architecture fits (likewise).
    """
    told = said(spec.design)
    if not told:
        return catalogue
    own = {name: switch_of(catalogue.switches.get(name), says) for name, says in told.get("switches", {}).items()}
    known = replace(catalogue, switches={**catalogue.switches, **own})
    if spec.plain:
        return known
    arch = catalogue.architecture_for(spec.platform, spec.architecture)
    return replace(known, architectures={**catalogue.architectures, arch.id: fitted(arch, spec.design)})


def fitted(arch: ArchitectureEntry, design: Design) -> ArchitectureEntry:
    """The architecture with what the site says; its fields are marked "site".

    Raises:
        ValidationError: the catalogue's schema refuses a value.
    """
    told = said(design)
    told.pop("switches", None)
    return _with(ArchitectureEntry, arch.model_dump(), told) if told else arch


def rack_kw(arch: ArchitectureEntry) -> float | None:
    """What the document says of a full rack, kW; None where the site fills its racks otherwise and does not say it."""
    refilled = arch.marks.get("racks.nodes_per_rack") == SITE
    return None if refilled and arch.marks.get("rack_kw") != SITE else arch.rack_kw


def switch_of(known: SwitchEntry | None, told: Mapping[str, Any]) -> SwitchEntry:
    """A switch model with what the site says of it; ``known`` is None where the catalogue does not have it.

    Raises:
        ValidationError: the catalogue's schema refuses a value, or lacks one.
    """
    return _with(SwitchEntry, known.model_dump() if known else _NOTHING, told)


def _with(schema: type[_Marked], entry: Mapping[str, Any], told: Mapping[str, Any]) -> _Marked:
    made = schema.model_validate(_merged(entry, told))
    fields = tuple(_fields(told))
    left = {field: mark for field, mark in made.marks.items() if not _answered(made, field, fields)}
    return made.model_copy(update={"marks": {**left, **dict.fromkeys(fields, SITE)}})


def said(design: Design) -> dict[str, Any]:
    """What the site says, as plain values; empty where it says nothing."""
    told = _pruned(design.model_dump(exclude_none=True))
    return told if isinstance(told, dict) else {}


def fields_said(design: Design) -> tuple[str, ...]:
    """Every field that the site says, such as "racks.node_units" or "switches.SN5600.managed"."""
    return tuple(_fields(said(design)))


def _pruned(value: Any) -> Any:
    """Without parts of which nothing is said; lists as the catalogue has them."""
    if isinstance(value, Mapping):
        parts = {key: _pruned(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part != {}}
    return list(value) if isinstance(value, tuple) else value


def _merged(known: Any, told: Any) -> Any:
    """Parts key by key; what stands in a list by its kind."""
    if not isinstance(told, Mapping):
        return told
    if isinstance(known, list):
        return [_merged(item, told.get(item["kind"], {})) for item in known]
    below = known if isinstance(known, Mapping) else {}
    return {**below, **{key: _merged(below.get(key), part) for key, part in told.items()}}


def _fields(told: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in told.items():
        if isinstance(value, Mapping) and key != "extra_leaves":
            yield from _fields(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


_OPTIONAL = ("ufm.elsewhere",)  # an answer of its own to what no UFM of the design manages


def _answered(made: BaseModel, field: str, told: tuple[str, ...]) -> bool:
    """Whether the site says all of a field that the catalogue marks: the field, or every part of it that must be."""
    return all(part in told for part in _parts(_at(made, field), field) if part not in _OPTIONAL)


def _at(made: BaseModel, field: str) -> Any:
    """The value of a field such as "fabrics.storage"; None where there is none."""
    value: Any = made
    for step in field.split("."):
        value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
    return value


def _parts(value: Any, field: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name), f"{field}.{name}")
    elif isinstance(value, Mapping) and not field.endswith(".extra_leaves"):
        for name, part in value.items():
            yield from _parts(part, f"{field}.{name}")
    elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
        yield from (f"{field}.{item.kind}.units" for item in value)
    else:
        yield field
