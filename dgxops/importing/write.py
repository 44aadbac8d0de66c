"""What was inferred as a commented cluster.yml."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dgxops.importing.infer import Inferred

_ALWAYS_OPEN = (
    "networks.oob, networks.compute, networks.storage: the sources say no addresses of them",
    "naming of other machines, switches and racks: the defaults stand; see what differs",
    "storage, site, secrets: what is mounted, who may log in",
)


def not_inferred(found: Inferred) -> tuple[str, ...]:
    return (*found.open, *_ALWAYS_OPEN)


def text_of(name: str, found: Inferred, sources: str) -> str:
    """The file: every value with its evidence, then what could not be inferred."""
    lines = [f"# Inferred by dgxops import from {sources}. Read every line before it is used.", f"name: {name}"]
    for key, (value, evidence) in found.values.items():
        lines += [f"# {evidence}", *_entry(key, value)]
    lines += ["# A shared home, which two heads need for Slurm's state; could not be inferred", "storage:"]
    lines += ["  - {name: home, kind: nfs, mount: /home, server: managed}"]
    lines += [f"# could not be inferred: {what}" for what in not_inferred(found)]
    return "\n".join(lines) + "\n"


def _entry(key: str, value: object) -> list[str]:
    *parents, last = key.split(".")
    lines = [f"{'  ' * depth}{parent}:" for depth, parent in enumerate(parents)]
    indent = "  " * len(parents)
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        rows = [", ".join(f"{k}: {json.dumps(v)}" for k, v in row.items()) for row in value]
        return [*lines, f"{indent}{last}:", *(f"{indent}  - {{{row}}}" for row in rows)]
    return [*lines, f"{indent}{last}: {json.dumps(value)}"]
