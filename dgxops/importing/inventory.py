"""Ansible inventories, as INI and as YAML -> hosts with their addresses and roles.

Roles are told by the groups of NVIDIA DeepOps (NVIDIA/deepops, config.example/inventory: slurm-master, slurm-login,
slurm-node, slurm-nfs, kube-node, ...) and by those that dgxops renders itself (head, login, dgx).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from dgxops.importing.facts import Role, SeenHost
from dgxops.importing.text import fault
from dgxops.nodeset import fold

_ROLES: Mapping[str, Role] = {
    "slurm_node": Role.NODE, "kube_node": Role.NODE, "k8s_node": Role.NODE, "dgx": Role.NODE,
    "slurm_master": Role.HEAD, "head": Role.HEAD, "slurm_controller": Role.HEAD,
    "slurm_login": Role.LOGIN, "login": Role.LOGIN,
    "slurm_nfs": Role.NFS, "nfs_server": Role.NFS,
    "ufm": Role.UFM,
}  # fmt: skip
"""Groups of one meaning, with underscores for hyphens; hosts of no other group are Role.OTHER."""
_SECTION = re.compile(r"\[([A-Za-z0-9_.-]+)(?::(children|vars))?\]")
_RANGE = re.compile(r"\[(\d+):(\d+)(?::(\d+))?\]")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_ADDRESSES = ("ansible_host", "ansible_ssh_host", "ip")
_MOST = 20_000  # hosts of one range
_DEEPEST = 30  # groups within groups


@dataclass
class _Groups:
    """Groups as they are written, before children are followed; hosts with their addresses, by name."""

    hosts: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    children: dict[str, set[str]] = field(default_factory=dict)

    def add(self, group: str, host: str, address: str) -> None:
        self.hosts[host] = address or self.hosts.get(host, "")
        self.members.setdefault(group, set()).add(host)

    def all_of(self, group: str, above: frozenset[str] = frozenset()) -> set[str]:
        """Hosts of a group and of its children; a group within itself is looked at once."""
        found = set(self.members.get(group, ()))
        for child in self.children.get(group, set()) - above:
            found |= self.all_of(child, above | {group})
        return found


def parse(name: str, text: str) -> tuple[SeenHost, ...]:
    """Every host that the inventory names, those of unknown groups too.

    Raises:
        InputError: a line that is no part of an inventory, or no host at all.
    """
    yaml_like = re.search(r"^[A-Za-z_][\w.-]*:(\s|$)", text, re.MULTILINE) and not re.search(r"^\[", text, re.M)
    groups = _yaml(name, text) if yaml_like else _ini(name, text)
    if not groups.hosts:
        raise fault(name, 1, "names no host", "every host of DeepOps' example is a comment until somebody edits it")
    roles: dict[str, set[Role]] = {host: set() for host in groups.hosts}
    for group in {*groups.members, *groups.children}:
        role = _ROLES.get(group.lower().replace("-", "_"))
        for host in groups.all_of(group) if role else ():
            roles[host].add(role or Role.OTHER)
    return tuple(SeenHost(h, address, frozenset(roles[h] or {Role.OTHER})) for h, address in groups.hosts.items())


def without_role(hosts: tuple[SeenHost, ...]) -> tuple[str, ...]:
    """What is told of hosts that no group says a role of."""
    names = [h.name for h in hosts if h.roles == {Role.OTHER}]
    return (f"{len(names)} hosts of the inventory are neither node, head nor login: {fold(names)}",) if names else ()


def _ini(name: str, text: str) -> _Groups:
    groups, group, kind = _Groups(), "ungrouped", ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = re.sub(r"(^|\s)[#;].*", "", raw).strip()
        if match := _SECTION.fullmatch(line):
            group, kind = match[1], match[2] or ""
            groups.members.setdefault(group, set())
        elif line.startswith("["):
            raise fault(name, number, f"is no section: {line[:60]}", "a section looks like [slurm-node]")
        elif line and kind == "children":
            groups.children.setdefault(group, set()).add(line)
        elif line and not kind:
            _ini_hosts(name, number, groups, group, line)
    return groups


def _ini_hosts(name: str, number: int, groups: _Groups, group: str, line: str) -> None:
    pattern, *words = line.split()
    values = dict(word.partition("=")[::2] for word in words if "=" in word)
    address = next((values[key].strip("'\"") for key in _ADDRESSES if key in values), "")
    for host in _each(name, number, pattern):
        groups.add(group, host, address)


def _each(name: str, number: int, pattern: str) -> Iterator[str]:
    """Host names of a pattern such as gpu[01:10]."""
    match = _RANGE.search(pattern)
    if not match:
        if not _HOST.fullmatch(pattern):
            raise fault(name, number, f"is no host name: {pattern[:60]}", "want gpu01 or gpu[01:10], then key=value")
        yield pattern
        return
    first, last, step = match[1], match[2], int(match[3] or 1)
    if not step or not int(first) <= int(last) < int(first) + _MOST:
        raise fault(name, number, f"is no range that counts upwards: {match[0]}", "want gpu[01:10]")
    for count in range(int(first), int(last) + 1, step):
        yield from _each(name, number, pattern[: match.start()] + str(count).zfill(len(first)) + pattern[match.end() :])


def _yaml(name: str, text: str) -> _Groups:
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise fault(name, line, f"is no YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise fault(name, 1, "is no YAML") from None
    groups = _Groups()
    for group, body in _mapping(name, data, "the file").items():
        _yaml_group(name, groups, str(group), body)
    return groups


def _yaml_group(name: str, groups: _Groups, group: str, body: object, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise fault(name, 1, f"group {group} lies {depth} groups deep", "is it an alias of a group around it?")
    parts = _mapping(name, body, f"group {group}")
    groups.members.setdefault(group, set())
    for host, values in _mapping(name, parts.get("hosts"), f"hosts of {group}").items():
        said = _mapping(name, values, f"host {host}")
        address = next((str(said[key]) for key in _ADDRESSES if key in said), "")
        for one in _each(name, 0, str(host)):
            groups.add(group, one, address)
    for child, inner in _mapping(name, parts.get("children"), f"children of {group}").items():
        groups.children.setdefault(group, set()).add(str(child))
        _yaml_group(name, groups, str(child), inner, depth + 1)


def _mapping(name: str, value: object, what: str) -> Mapping[object, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise fault(name, 1, f"{what} is no mapping", "an inventory in YAML is groups with hosts and children")
    return value
