"""Rules about names: templates that can be filled, names that a host can have, no name twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dgxops.expand.naming import is_fixed_rack
from dgxops.model.node import HostRole
from dgxops.spec.document import Path
from dgxops.spec.messages import shown
from dgxops.spec.names import TEMPLATE_FIELDS
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads
from dgxops.spec.templates import fault_in

HOST = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
HOST_FORM = "lower-case letters, digits and hyphens, at most 63, a letter first and no hyphen last"
_RACK = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
RESERVED = frozenset({"localhost", "all", "ungrouped", "managed", "absent", *(role.value for role in HostRole)})
"""Names that mean something to the resolver or are groups of the inventory, which hosts must not be called."""


@reads()
def templates(facts: Facts) -> Iterator[Fault]:
    """Every template can be filled."""
    for key in TEMPLATE_FIELDS:
        if said := fault_in(key, getattr(facts.spec.naming, key)):
            yield Fault(_template(key), *said)


def _template(key: str) -> Path:
    return ("naming", key)


@reads("platform", "scalable_units", "grow_to", "naming")
def host_names(facts: Facts) -> Iterator[Fault]:
    """The resolver takes the name of every host and switch; the first bad one of a template is shown."""
    wrong: dict[str, str] = {}
    for key, name in facts.names():
        if not HOST.fullmatch(name) or name in RESERVED:
            wrong.setdefault(key, name)
    for key, name in wrong.items():
        if name in RESERVED:
            yield Fault(_template(key), f"makes '{name}', which is reserved", "add a number, as in head-{index:02d}")
        else:
            yield Fault(_template(key), f"makes {shown(name)}, which is not a host name", HOST_FORM)


@reads("platform", "scalable_units", "grow_to", "services", "naming")
def host_names_differ(facts: Facts) -> Iterator[Fault]:
    """No two hosts or switches share a name; the first shared one of a template is shown, if it is a host name."""
    owners: dict[str, str] = {}
    shared: dict[str, str] = {}
    for key, name in facts.names():
        if name in owners and HOST.fullmatch(name) and name not in RESERVED:
            shared.setdefault(key, name)
        owners.setdefault(name, key)
    for key, name in shared.items():
        if owners[name] == key:
            yield Fault(_template(key), f"makes '{name}' more than once", f"use {_telling(key)} in it")
        else:
            yield Fault(_template(key), f"makes '{name}', as naming.{owners[name]} does", "change one of them")


def _telling(key: str) -> str:
    """The fields that tell the names of one template apart."""
    by_key = {
        "leaf": "{su} and {number}",
        "rack": "{su} and {index}",
        "node": "{index}, or {su} and {index_in_su}, or {rack} and {index_in_rack}",
    }
    return by_key.get(key, "{index}")


@reads("platform", "scalable_units", "grow_to", "naming.rack")
def rack_names(facts: Facts) -> Iterator[Fault]:
    """Every rack has a name of its own."""
    racks = list(facts.racks())
    if wrong := next((name for name in racks if not _RACK.fullmatch(name)), None):
        yield Fault(_template("rack"), f"makes {shown(wrong)}", "wants letters, digits and hyphens, at most 32")
    elif twice := _repeated(racks):
        yield Fault(_template("rack"), f"makes '{twice}' more than once", f"use {_telling('rack')} in it")
    elif clash := next((rack for rack in racks if is_fixed_rack(rack.lower())), None):
        yield Fault(_template("rack"), f"makes '{clash}', a rack of switches or management machines")


def _repeated(names: Iterable[str]) -> str:
    """The first that is there again, in whatever case: DNS and many file systems see none."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            return name
        seen.add(name.lower())
    return ""
