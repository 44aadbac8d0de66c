"""Values of role variables against the types of Ansible's argument specs."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.spec import document
from dgxops.spec.document import Mapping, Node, Path, Sequence
from dgxops.spec.messages import meant, meant_or_known, shown
from dgxops.spec.role_variables import Option

Fault = tuple[Path, bool, str, str]
"""Place, whether its key is at fault rather than its value, message, hint."""

_WANTED = {
    "str": "text",
    "path": "a path",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "keys and values",
}
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str, int, float),  # a number is the text that was written
    "path": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}


def faults_in(path: Path, node: Node, option: Option) -> Iterator[Fault]:
    """What does not fit the option, in the value at ``path`` and in what it holds."""
    value, kind = document.plain(node), option.get("type", "str")
    if value is None and _may_be_null(option):
        return
    if not _is(value, kind):
        yield path, False, f"wants {_WANTED[kind]}, not {shown(value)}", _switch_hint(value) if kind == "bool" else ""
    elif "choices" in option and value not in option["choices"]:
        choices = [str(choice) for choice in option["choices"]]
        yield path, False, f"wants {' or '.join(choices)}, not {shown(value)}", meant(str(value), choices)
    yield from _inner_faults(path, node, option)


def _may_be_null(option: Option) -> bool:
    return not option.get("required") and option.get("default") is None


def _is(value: object, kind: str) -> bool:
    if kind not in _KINDS:  # raw, and what only modules use
        return True
    return isinstance(value, _KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))


def _switch_hint(value: object) -> str:
    words = {"yes": "true", "on": "true", "no": "false", "off": "false"}
    word = words.get(str(value).lower())
    return f"write {word}" if word else ""


def _inner_faults(path: Path, node: Node, option: Option) -> Iterator[Fault]:
    if isinstance(node, Sequence) and "elements" in option:
        inner = {**option, "type": option["elements"], "required": True}
        inner.pop("elements")
        for index, item in node.items:
            yield from faults_in((*path, index), item, inner)
    elif isinstance(node, Mapping) and option.get("options") and option.get("type") == "dict":
        yield from _key_faults(path, node, option["options"])


def _key_faults(path: Path, node: Mapping, options: dict[str, Option]) -> Iterator[Fault]:
    for entry in node.entries:
        if entry.name in options:
            yield from faults_in((*path, entry.name), entry.node, options[entry.name])
        else:
            yield (*path, entry.name), True, f"unknown key {shown(entry.name)}", meant_or_known(entry.name, options)
    for name, option in options.items():
        if option.get("required") and node.get(name) is None:
            yield (*path, name), False, "is required", ""


def value_of(node: Node, option: Option) -> object:
    """The value as plain Python: numbers as numbers, or as they were written where the option wants text."""
    if isinstance(node, Sequence):
        inner = {**option, "type": option.get("elements", "raw")}
        return [value_of(item, inner) for _, item in node.items]
    if isinstance(node, Mapping):
        options = option.get("options") or {}
        return {e.name: value_of(e.node, options.get(e.name, {"type": "raw"})) for e in node.entries}
    return _scalar(node.value, option.get("type", "str"))


def _scalar(value: object, kind: str) -> object:
    if kind == "str":
        return getattr(value, "text", value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if isinstance(value, int) else float(value)
    return value
