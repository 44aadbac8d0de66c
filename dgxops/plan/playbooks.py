"""Which role runs on which hosts, in which stage: read from the playbooks themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dgxops.errors import DgxopsError
from dgxops.plan.inventory import Inventory, load_yaml, matching

SITE = "site.yml"
IMPORT_PLAYBOOK = ("ansible.builtin.import_playbook", "import_playbook")
ROLE_TASKS = tuple(p + n for p in ("ansible.builtin.", "") for n in ("import_role", "include_role"))


@dataclass(frozen=True, slots=True)
class Stage:
    """One playbook: its roles in order, each with the hosts it runs on."""

    name: str
    playbook: Path
    roles: tuple[tuple[str, tuple[str, ...]], ...]


def stages(folder: Path, inventory: Inventory) -> tuple[Stage, ...]:
    """The playbooks that ``folder``/site.yml imports, in its order."""
    site = load_yaml(folder / SITE) or []
    names = [str(play[key]) for play in site for key in IMPORT_PLAYBOOK if key in play]
    if len(names) != len(site):
        raise DgxopsError(f"{folder / SITE}: every entry must import a playbook, one a stage")
    return tuple(_stage(folder / name, inventory) for name in names)


def _stage(playbook: Path, inventory: Inventory) -> Stage:
    hosts: dict[str, dict[str, None]] = {}
    for play in load_yaml(playbook) or []:
        chosen = matching(inventory, _pattern(play, playbook))
        for role in _roles(play):
            hosts.setdefault(role, {}).update(dict.fromkeys(chosen))
    return Stage(playbook.stem, playbook, tuple((role, tuple(names)) for role, names in hosts.items()))


def _pattern(play: Mapping[str, Any], playbook: Path) -> str:
    hosts = play.get("hosts")
    if not hosts:
        raise DgxopsError(f"{playbook}: a play without hosts")
    return ",".join(hosts) if isinstance(hosts, list) else str(hosts)


def _roles(play: Mapping[str, Any]) -> Iterator[str]:
    for entry in play.get("roles") or []:
        yield _short(entry if isinstance(entry, str) else entry.get("role") or entry["name"])
    for task in play.get("tasks") or []:
        yield from (_short(task[key]["name"]) for key in ROLE_TASKS if key in task)


def _short(role: str) -> str:
    return role.rsplit(".", 1)[-1]
