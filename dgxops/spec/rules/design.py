"""Rules about what a site says of its design before it stands in the architecture's place: does it fit there at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from dgxops.expand.designed import NEEDED, fields_said, fitted, said, switch_of
from dgxops.model.rack import MOST_UNITS
from dgxops.spec.design import Design
from dgxops.spec.document import Path
from dgxops.spec.messages import meant, meant_or_known, shown
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault

_OF_PLAIN_GROUPS = ("racks", "switches")
AnyPart = TypeVar("AnyPart", bound=BaseModel)


def blame(facts: Facts, *keys: str) -> Path | None:
    """The place of the first of these keys of `design`, or of a part of one, that the site wrote.

    None without any, and where one of them is broken: nothing follows from what is not known.
    """
    if any(_broken(facts, *key.split(".")) for key in keys):
        return None
    fields = fields_said(facts.spec.design)
    found = next((f for key in keys for f in fields if f == key or f.startswith(f"{key}.")), None)
    return ("design", *found.split(".")) if found else None


def _broken(facts: Facts, *key: str) -> bool:
    """Whether a key of `design`, or something above or below it, is broken."""
    place = ("design", *key)
    return not facts.sound(*place) or any(path[: len(place)] == place for path in facts.broken)


def without_torn_models(facts: Facts) -> tuple[Design, frozenset[Path]]:
    """The design without new switch models of which something is broken, and the places that named them."""
    told = facts.spec.design
    torn = {n for n in told.switches if n not in facts.known and _broken(facts, "switches", n)}
    kept = {name: says for name, says in told.switches.items() if name not in torn}
    lost: set[Path] = set()

    def mended(part: AnyPart, *place: str) -> AnyPart:
        if getattr(part, "switch", None) not in torn:
            return part
        lost.add(("design", *place, "switch"))
        return part.model_copy(update={"switch": None})

    of = told.fabrics
    own = {name: mended(getattr(of, name), "fabrics", name) for name in ("storage", "inband")}
    parts = {"compute": mended(told.compute, "compute"), "oob": mended(told.oob, "oob")}
    made = told.model_copy(update={**parts, "switches": kept, "fabrics": of.model_copy(update=own)})
    return made, frozenset(lost)


def misplaced(facts: Facts) -> Iterator[Fault]:
    """What has no place in this cluster: ``facts`` are those without the site's design, but for the spec."""
    found = [*_of_a_plain_group(facts), *_on_a_floor(facts), *_models(facts), *_strange_fixtures(facts)]
    yield from found or _refused(facts)


def _of_a_plain_group(facts: Facts) -> Iterator[Fault]:
    for part in said(facts.spec.design) if facts.spec.plain else ():
        if part not in _OF_PLAIN_GROUPS:
            message = "a plain group has none: scalable_units is none"
            yield Fault(("design", part), message, f"it has {' and '.join(_OF_PLAIN_GROUPS)}")


def _on_a_floor(facts: Facts) -> Iterator[Fault]:
    if facts.architecture.racks.rack_units > MOST_UNITS and "racks" in said(facts.spec.design):
        yield Fault(("design", "racks"), f"a {facts.system.name} stands in no rack", "take it out")


def _models(facts: Facts) -> Iterator[Fault]:
    """Every model is one of the catalogue's, or all that is needed is said of it."""
    design, known = facts.spec.design, facts.known
    complete = [name for name, told in design.switches.items() if all(getattr(told, key) for key in NEEDED)]
    for name in design.switches:
        if name not in (*known, *complete) and not _broken(facts, "switches", name):
            hint = meant(name, known) or f"a model that the catalogue does not have wants {', '.join(NEEDED)}"
            yield Fault(("design", "switches", name), f"no switch is called {shown(name)}", hint)
    named: dict[Path, str | None] = {
        ("compute",): design.compute.switch,
        ("fabrics", "storage"): design.fabrics.storage.switch,
        ("fabrics", "inband"): design.fabrics.inband.switch,
        ("oob",): design.oob.switch,
    }
    for place, model in named.items():
        if model is not None and model not in (*known, *design.switches) and not _broken(facts, "switches", model):
            hint = meant_or_known(model, (*known, *complete))
            yield Fault(("design", *place, "switch"), f"no switch is called {shown(model)}", hint)


def _strange_fixtures(facts: Facts) -> Iterator[Fault]:
    known = {fixture.kind: len(fixture.units) for fixture in facts.architecture.racks.fixtures}
    for kind, told in facts.spec.design.racks.fixtures.items():
        place: Path = ("design", "racks", "fixtures", kind)
        if kind not in known:
            message = f"racks of {facts.architecture.name} hold no {shown(kind)}"
            yield Fault(place, message, meant_or_known(kind, known) if known else "take it out")
        elif told.units is not None and len(told.units) != known[kind]:
            message = f"{len(told.units)} rack units, but a rack holds {known[kind]} of them"
            yield Fault((*place, "units"), message, "the lowest unit of each, bottom up")


def _refused(facts: Facts) -> Iterator[Fault]:
    """What the catalogue's own schema says of the merged entries."""
    design = facts.spec.design
    for name, told in said(design).get("switches", {}).items():
        try:
            switch_of(facts.known.get(name), told)
        except ValidationError as error:
            yield from _told(facts, error, "switches", name)
    try:
        fitted(facts.architecture, design)
    except ValidationError as error:
        yield from _told(facts, error)


def _told(facts: Facts, error: ValidationError, *above: str) -> Iterator[Fault]:
    """Its parts with their places, ``above`` which they are; what is broken is not said to be lacking."""
    lacking: dict[Path, list[str]] = {}
    for one in error.errors(include_url=False):
        place: Path = ("design", *above, *one["loc"])
        if one["type"] == "missing" and _broken(facts, *map(str, place[1:])):
            continue
        if one["type"] == "missing":
            lacking.setdefault(place[:-1], []).append(str(place[-1]))
        else:
            yield Fault(place, one["msg"].removeprefix("Value error, "))
    for place, keys in lacking.items():
        message = f"{facts.architecture.name} has no such part in the catalogue, so all of it must be said"
        yield Fault(place, message, f"lacking: {', '.join(keys)}")
