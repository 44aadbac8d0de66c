"""What was inferred as a commented cluster.yml."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dgxops.importing.inferred import Inferred

_ALWAYS_OPEN = ("storage, site, secrets: what is mounted, who may log in",)
_NETWORKS = ("compute", "storage")

Values = Mapping[str, tuple[object, str]]
Tree = dict[str, "tuple[object, str] | Tree"]


def not_inferred(found: Inferred) -> tuple[str, ...]:
    silent = [f"networks.{n}" for n in _NETWORKS if f"networks.{n}.subnet" not in found.values]
    networks = [f"{', '.join(silent)}: no source says an address of them"] if silent else []
    return tuple(dict.fromkeys((*found.open, *networks, *_ALWAYS_OPEN)))


def text_of(name: str, found: Inferred, sources: str) -> str:
    """The file: every value with its evidence, then what could not be inferred."""
    lines = [f"# Inferred by dgxops import from {sources}. Read every line before it is used.", f"name: {name}"]
    lines += _lines(_tree(found.values), "")
    if len(found.parts) > 1:
        lines += ["groups:", *(line for part in found.parts for line in _item(part.values))]
    lines += [f"# could not be inferred: {what}" for what in not_inferred(found)]
    return "\n".join(lines) + "\n"


def _tree(values: Values) -> Tree:
    made: Tree = {}
    for key, value in values.items():
        *parents, last = key.split(".")
        _under(made, parents)[last] = value
    return made


def _under(tree: Tree, parents: Sequence[str]) -> Tree:
    """The mapping below some keys; a key holds a value or keys, never both."""
    for parent in parents:
        inner = tree.setdefault(parent, {})
        tree = inner if isinstance(inner, dict) else {}
    return tree


def _lines(tree: Tree, indent: str) -> list[str]:
    lines = []
    for key, value in tree.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, f"{indent}  ")]
        elif value[0] is None:
            lines.append(f"{indent}# {key}: {value[1]}")
        else:
            lines += [f"{indent}# {value[1]}", *_entry(key, value[0], indent)]
    return lines


def _item(values: Values) -> list[str]:
    """One of a list: the hyphen stands before the first key."""
    comment, first, *rest = _lines(_tree(values), "    ")
    return [comment, f"  - {first.strip()}", *rest]


def _entry(key: str, value: object, indent: str) -> list[str]:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        rows = [", ".join(f"{k}: {json.dumps(v)}" for k, v in row.items()) for row in value]
        return [f"{indent}{key}:", *(f"{indent}  - {{{row}}}" for row in rows)]
    return [f"{indent}{key}: {json.dumps(value)}"]
