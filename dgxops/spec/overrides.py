"""site.yml: group -> role variable -> value, held against the inventory's groups and the roles' argument specs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dgxops import catalogue
from dgxops.errors import Problem
from dgxops.expand import expand
from dgxops.model.system import platform_group
from dgxops.spec import document
from dgxops.spec.document import Entry, Mapping, Node
from dgxops.spec.document import Path as Place
from dgxops.spec.jinja import jinja_problems
from dgxops.spec.messages import meant, meant_or_known, shown
from dgxops.spec.option_values import Fault, faults_in, value_of
from dgxops.spec.read import read
from dgxops.spec.role_variables import role_variables
from dgxops.spec.schema import ClusterSpec

FILE = "site.yml"

Overrides = dict[str, dict[str, object]]

ROLE_GROUPS = (
    "all",
    "managed",
    "dgx",
    "head",
    "login",
    "k8s",
    "k8s_admin",
    "k8s_user",
    "service",
    "ufm",
    "absent",
    "slurm_controller",
    "slurm_database",
    "slurm_node",
    "slurm_login",
    "nvidia_driver",
    "fabric_manager",
)
"""Groups that every inventory has; those of units, racks and systems depend on the cluster."""

_DERIVED = re.compile(r"rack_|group_|su_[0-9]+_group_")
_UNIT = re.compile(r"su_([0-9]{2,})")


def load(path: Path, spec: ClusterSpec | None, faulty: bool = False) -> tuple[Overrides, list[Problem]]:
    """The overrides in ``path`` and everything wrong with them.

    ``spec`` is None when cluster.yml could not be parsed; when it is ``faulty``, any rack's name may be meant.

    Raises:
        InputError: the file cannot be opened.
    """
    root, problems = read(path)
    if root is None:
        return {}, problems
    problems += jinja_problems(str(path), root)
    problems += (_problem(str(path), root, *fault) for fault in _faults(root, spec, faulty))
    return ({}, problems) if problems else (_values(root), [])


def _problem(file: str, root: Mapping, path: Place, key: bool, message: str, hint: str) -> Problem:
    spot = document.find(root, path, key=key)
    return Problem(file, spot.line, spot.column, document.dotted(spot.path[:-1] if key else spot.path), message, hint)


def _faults(root: Mapping, spec: ClusterSpec | None, faulty: bool) -> Iterator[Fault]:
    derived = _derived_groups(root, None if faulty else spec)
    for group in root.entries:
        if group.name not in derived and not _is_group(group.name, spec):
            yield (group.name,), True, f"no group is called {shown(group.name)}", _group_hint(group.name, spec)
        yield from _group_faults(group)


def _is_group(name: str, spec: ClusterSpec | None) -> bool:
    if unit := _UNIT.fullmatch(name):
        return spec is None or (not spec.groups and not spec.plain and 1 <= int(unit[1]) <= spec.units)
    return name in _fixed_groups()


def _fixed_groups() -> tuple[str, ...]:
    return (*ROLE_GROUPS, *map(platform_group, catalogue.system_ids()))


def _derived_groups(root: Mapping, spec: ClusterSpec | None) -> frozenset[str]:
    """Inventory groups of the cluster's racks and groups, if any are named here; without a spec all that are named."""
    named = frozenset(e.name for e in root.entries if _DERIVED.match(e.name))
    if spec is None or not named:
        return named
    cluster = expand(spec, catalogue.load())
    racks = ("rack_" + rack.name.replace("-", "_") for rack in cluster.racks)
    groups = [(g, "group_" + g.name.replace("-", "_")) for g in cluster.groups if g.name]
    units = (f"su_{su:02d}_{name}" for g, name in groups for su in range(1, g.scalable_units + 1))
    return frozenset((*racks, *(name for _, name in groups), *units))


def _group_hint(name: str, spec: ClusterSpec | None) -> str:
    if name.startswith("rack_"):
        return "a rack's group is rack_ and its name with _ for -, such as rack_su01_r01"
    if spec and spec.groups and name.startswith(("group_", "su_")):
        return f"such as group_{spec.groups[0].name.replace('-', '_')}"
    if spec and _UNIT.fullmatch(name):
        last = spec.units
        return f"the units are su_01 to su_{last:02d}" if last > 1 else "the only unit is su_01"
    if name in role_variables():
        return f"{name} is a role's variable: put it under a group, such as managed"
    return meant_or_known(name, (*_fixed_groups(), "su_01"))


def _group_faults(group: Entry) -> Iterator[Fault]:
    if not isinstance(group.node, Mapping):
        value = document.plain(group.node)
        said = "has no variables" if value is None else f"wants role variables and their values, not {shown(value)}"
        yield (group.name,), False, said, "take the group out" if value is None else ""
        return
    for variable in group.node.entries:
        yield from _variable_faults((group.name, variable.name), variable.node)


def _variable_faults(path: Place, node: Node) -> Iterator[Fault]:
    name = str(path[-1])
    option = role_variables().get(name)
    if option is None:
        yield path, True, f"no role has a variable {shown(name)}", meant(name, role_variables())
    elif option.get("no_log"):
        yield path, True, f"{name} is a secret and does not belong into a file", "dgxops secrets keeps it"
    else:
        yield from faults_in(path, node, option)


def _values(root: Mapping) -> Overrides:
    return {group.name: _group_values(group.node) for group in root.entries}


def _group_values(group: Node) -> dict[str, object]:
    entries = group.entries if isinstance(group, Mapping) else ()
    return {e.name: value_of(e.node, role_variables()[e.name]) for e in entries}
