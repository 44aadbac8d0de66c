"""What a role is, from its folder alone: its digest, its options, and the secret files that it writes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dgxops.errors import DgxopsError
from dgxops.plan.inventory import load_yaml

WRITERS = ("copy", "template", "lineinfile", "blockinfile", "assemble")
SIMPLE = re.compile(r"{{\s*(\w+)\s*}}")


@dataclass(frozen=True, slots=True)
class RoleSource:
    """One role. ``options`` are the names of its argument specification, ``hidden`` those marked no_log.

    ``hidden_paths`` are written by tasks whose results Ansible hides; they may name variables as ``{{ name }}``,
    and ``known`` are the role's own defaults and vars.
    """

    name: str
    digest: str
    options: frozenset[str]
    hidden: frozenset[str]
    hidden_paths: tuple[str, ...] = ()
    known: Mapping[str, Any] = field(default_factory=dict)

    def takes(self, variable: str) -> bool:
        """Whether a variable is an input of this role: its prefix, or named in its argument specification."""
        return variable.startswith(f"{self.name}_") or variable in self.options

    def secret_files(self, variables: Mapping[str, Any]) -> tuple[str, ...]:
        """Files with secrets on a host with these variables; a path that needs more than them is left out."""
        known = {**self.known, **variables}
        paths = (SIMPLE.sub(lambda found: str(known.get(found[1], found[0])), path) for path in self.hidden_paths)
        return tuple(path for path in paths if path.startswith("/") and "{{" not in path)


def read_role(roles: Path, name: str) -> RoleSource:
    """One role below ``roles``; raises DgxopsError where there is none."""
    folder = roles / name
    if not folder.is_dir():
        raise DgxopsError(f"there is no role {name} in {roles}")
    options = _options(folder)
    hidden = frozenset(option for option, said in options.items() if (said or {}).get("no_log"))
    return RoleSource(name, _digest(folder), frozenset(options), hidden, tuple(_hidden_paths(folder)), _known(folder))


def _digest(folder: Path) -> str:
    """Over every file of the role but its documentation."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and _acts(p.relative_to(folder))):
        whole.update(f"{path.relative_to(folder)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _acts(path: Path) -> bool:
    return path.suffix not in (".md", ".pyc") and path.parts[0] not in ("tests", "molecule")


def _options(folder: Path) -> Mapping[str, Any]:
    file = folder / "meta" / "argument_specs.yml"
    specs = (load_yaml(file) or {}).get("argument_specs", {}) if file.is_file() else {}
    return {k: v for spec in specs.values() for k, v in ((spec or {}).get("options") or {}).items()}


def _hidden_paths(folder: Path) -> Iterator[str]:
    for file in sorted((folder / "tasks").glob("*.yml")):
        hidden = (task for task in _tasks(load_yaml(file) or []) if task.get("no_log") is True)
        yield from filter(None, map(_written_path, hidden))


def _known(folder: Path) -> dict[str, Any]:
    """The role's defaults and vars: what a simple ``{{ name }}`` in a path stands for."""
    files = (folder / part / "main.yml" for part in ("defaults", "vars"))
    return {k: v for file in files if file.is_file() for k, v in (load_yaml(file) or {}).items()}


def _tasks(items: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Every task, those of blocks included; a block's no_log is its tasks'."""
    for item in items:
        yield item
        for part in ("block", "rescue", "always"):
            inherited = {"no_log": item.get("no_log")} if item.get("no_log") is not None else {}
            yield from _tasks([{**inherited, **task} for task in item.get(part) or []])


def _written_path(task: Mapping[str, Any]) -> str | None:
    for module in WRITERS:
        arguments = task.get(f"ansible.builtin.{module}") or task.get(module)
        if isinstance(arguments, Mapping):
            path = str(arguments.get("dest") or arguments.get("path") or "")
            return path + Path(str(arguments.get("src", ""))).name if path.endswith("/") else path
    return None
