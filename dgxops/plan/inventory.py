"""The rendered tree as Ansible would read it, without Ansible: groups, hosts, and the variables of each host.

Ansible's precedence, from weakest: ``all``'s variables in hosts.yml, group_vars/all, other groups' in hosts.yml, their
group_vars (parents before children, then by name), host variables in hosts.yml, host_vars. A later value replaces an
earlier one whole. A folder's files are read in order of name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from dgxops.errors import DgxopsError

Variables = dict[str, Any]
SUFFIXES = ("", ".yml", ".yaml", ".json")
INVENTORY = "hosts.yml"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as Ansible writes it: ``!unsafe`` marks a plain string."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def load_yaml(path: Path) -> Any:
    """The data of a YAML file of ours; raises DgxopsError where it is not YAML."""
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 - a safe loader with one more tag
    except (OSError, yaml.YAMLError) as error:
        raise DgxopsError(f"{path}: cannot be read: {error}") from error


@dataclass(slots=True)
class Group:
    """One group while it is read: its own members, and the variables that hosts.yml gives it."""

    hosts: dict[str, Variables] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class Inventory:
    """A tree that was read. ``groups`` maps a group to its hosts, those of its children included."""

    tree: Path
    groups: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, Variables]  # host -> everything it is given

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        return tuple(self.variables)


def read(tree: Path) -> Inventory:
    """The inventory in ``tree``; raises DgxopsError where there is none."""
    groups = _groups(load_yaml(tree / INVENTORY) or {})
    members = {name: tuple(dict.fromkeys(_members(groups, name))) for name in groups}
    by_depth = _order(groups)
    shared = {name: _group_variables(tree, name, groups[name]) for name in by_depth}
    own = {host: [n for n in by_depth if n in names] for host, names in _sets(members)}
    variables = {h: _merged([*(shared[n] for n in own[h]), _host_variables(tree, h, groups)]) for h in members["all"]}
    return Inventory(tree, members, variables)


def _sets(members: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, dict[str, None]]]:
    """Each host with the groups it is in."""
    found: dict[str, dict[str, None]] = {host: {} for host in members["all"]}
    for name, hosts in members.items():
        for host in hosts:
            found[host][name] = None
    yield from found.items()


def _groups(document: Mapping[str, Any]) -> dict[str, Group]:
    """Every group of hosts.yml; one that no other names is a child of ``all``."""
    groups: dict[str, Group] = {"all": Group()}
    for name, body in document.items():
        _take(groups, name, body or {})
    children = {child for group in groups.values() for child in group.children}
    groups["all"].children += [n for n in groups if n != "all" and n not in children]
    return groups


def _take(groups: dict[str, Group], name: str, body: Mapping[str, Any]) -> None:
    group = groups.setdefault(name, Group())
    group.variables |= body.get("vars") or {}
    for host, variables in (body.get("hosts") or {}).items():
        group.hosts[host] = {**group.hosts.get(host, {}), **(variables or {})}
    for child, inner in (body.get("children") or {}).items():
        if child not in group.children:
            group.children.append(child)
        _take(groups, child, inner or {})


def _members(groups: Mapping[str, Group], name: str) -> Iterator[str]:
    yield from groups[name].hosts
    for child in groups[name].children:
        yield from _members(groups, child)


def _order(groups: Mapping[str, Group]) -> list[str]:
    """Groups from weakest to strongest: ``all``, then by depth, then by name."""
    depth = dict.fromkeys(groups, 0)
    _deepen(groups, "all", 0, depth)
    return sorted(groups, key=lambda name: (depth[name], name))


def _deepen(groups: Mapping[str, Group], name: str, level: int, depth: dict[str, int]) -> None:
    depth[name] = max(depth[name], level)
    for child in groups[name].children:
        _deepen(groups, child, level + 1, depth)


def _group_variables(tree: Path, name: str, group: Group) -> Variables:
    return _merged([group.variables, *_files(tree / "group_vars", name)])


def _host_variables(tree: Path, host: str, groups: Mapping[str, Group]) -> Variables:
    given = (group.hosts[host] for group in groups.values() if host in group.hosts)
    return _merged([*given, *_files(tree / "host_vars", host)])


def _files(folder: Path, name: str) -> Iterator[Variables]:
    """What the files of one group or host hold: ``name``.yml, or all of the folder ``name``/."""
    for path in (folder / f"{name}{suffix}" for suffix in SUFFIXES):
        if path.is_dir():
            yield from (load_yaml(p) or {} for p in sorted(path.rglob("*")) if _counts(p))
        elif path.is_file():
            yield load_yaml(path) or {}


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix in SUFFIXES and not path.name.startswith(".")


def _merged(parts: Iterable[Mapping[str, Any]]) -> Variables:
    whole: Variables = {}
    for part in parts:
        whole |= part
    return whole


def matching(inventory: Inventory, pattern: str) -> tuple[str, ...]:
    """Hosts of a play's ``hosts:``: groups and hosts joined by ``,`` or ``:``, ``!`` to leave out, ``&`` to keep only.

    Raises DgxopsError for a name that is neither group nor host.
    """
    chosen: dict[str, None] = {}
    for part in sorted(filter(None, pattern.replace(":", ",").split(",")), key=lambda p: "&!".find(p[0])):
        hosts = dict.fromkeys(_named(inventory, part.lstrip("!&")))
        if part.startswith("!"):
            chosen = {h: None for h in chosen if h not in hosts}
        elif part.startswith("&"):
            chosen = {h: None for h in chosen if h in hosts}
        else:
            chosen |= hosts
    return tuple(chosen)


def _named(inventory: Inventory, name: str) -> tuple[str, ...]:
    base, bracket, index = name.strip().partition("[")
    if base not in inventory.groups and base not in inventory.variables:
        raise DgxopsError(f"a playbook names {base}, which the inventory does not have")
    hosts = inventory.groups.get(base, (base,))
    return hosts[int(index.rstrip("]")) :][:1] if bracket else hosts
