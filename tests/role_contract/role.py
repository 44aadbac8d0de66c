"""A role's files, read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

PHASES = ("validate", "install", "configure", "service", "verify")
BLOCKS = ("block", "rescue", "always")

# Keys of a task that are not its module
KEYWORDS = {
    *("name", "vars", "args", "when", "loop", "loop_control", "until", "retries", "delay", "register", "notify"),
    *("listen", "become", "become_user", "environment", "tags", "throttle", "no_log", "diff", "check_mode"),
    *("changed_when", "failed_when", "any_errors_fatal", "ignore_errors", "ignore_unreachable", "run_once"),
    *BLOCKS,
}

Task = dict[str, Any]


@dataclass(frozen=True)
class Role:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def yaml(self, relative: str) -> Any:
        file = self.path / relative
        return yaml.safe_load(file.read_text()) if file.exists() else None

    def text(self, relative: str) -> str:
        file = self.path / relative
        return file.read_text() if file.exists() else ""

    @cached_property
    def defaults(self) -> dict[str, Any]:
        return self.yaml("defaults/main.yml") or {}

    @cached_property
    def options(self) -> dict[str, Any]:
        specs = self.yaml("meta/argument_specs.yml") or {}
        return specs.get("argument_specs", {}).get("main", {}).get("options", {})

    @cached_property
    def tasks(self) -> dict[str, list[Task]]:
        """Tasks by file ("tasks/verify.yml"), blocks resolved; handlers too."""
        files = sorted([*self.path.glob("tasks/**/*.yml"), *self.path.glob("handlers/*.yml")])
        return {str(f.relative_to(self.path)): list(_flat(yaml.safe_load(f.read_text()) or [])) for f in files}

    def every_task(self) -> Iterator[tuple[str, Task]]:
        for file, tasks in self.tasks.items():
            for task in tasks:
                yield f"{file}: {task.get('name', 'no name')}", task

    def files(self, *folders: str) -> Iterator[Path]:
        for folder in folders:
            yield from sorted(p for p in (self.path / folder).rglob("*") if p.is_file())


def _flat(tasks: list[Task]) -> Iterator[Task]:
    """Tasks of a file; a block stands before its tasks (for its own `vars` and `when`)."""
    for task in tasks:
        yield task
        for part in BLOCKS:
            yield from _flat(task.get(part, []))


def module_of(task: Task) -> str | None:
    """The module a task calls; None for a block."""
    called = [key for key in task if key not in KEYWORDS]
    return called[0] if called else None


def arguments_of(task: Task) -> dict[str, Any]:
    given = task.get(module_of(task) or "")
    return given if isinstance(given, dict) else {}
