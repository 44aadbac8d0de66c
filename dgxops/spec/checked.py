"""A document against the schema: every fault in it, and the part of it that can be used.

So that one fault hides no other, what is wrong is taken out of the document and the rest is checked on, with defaults
where something is missing; ``broken`` says where, and rules that read such a place stay silent.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dgxops.errors import Problem
from dgxops.spec import document
from dgxops.spec.document import Mapping, Path
from dgxops.spec.messages import closest, keys_at, say
from dgxops.spec.schema import ClusterFile, ClusterSpec

_STAND_INS = {"name": "cluster", "platform": ""}


@dataclass(frozen=True)
class Checked:
    """What is wrong with a document, and what is left of it, as a spec with ``broken`` places at their defaults."""

    problems: tuple[Problem, ...]
    root: Mapping
    spec: ClusterSpec
    broken: frozenset[Path]  # as they were written


def check(file: str, root: Mapping) -> Checked:
    """Hold the document against the schema."""
    found = _validate(document.plain(root))
    problems = () if isinstance(found, ClusterSpec) else _problems(file, root, found)
    broken: set[Path] = set()
    while not isinstance(found, ClusterSpec):
        broken |= {harmed for error in found if (harmed := _harmed(root, error))}
        root = _cut_out(root, {_cut(root, error) for error in found})
        found = _validate({**_STAND_INS, **document.plain_mapping(root)})
    return Checked(
        problems, root, found, frozenset(p for p in broken if not any(p[:n] in broken for n in range(len(p))))
    )


def _validate(data: object) -> ClusterSpec | list[ErrorDetails]:
    try:
        return ClusterSpec(**dict(ClusterFile.model_validate(data)))
    except ValidationError as error:
        return [e for e in error.errors(include_url=False) if not _is_consequence(e)]


def _is_consequence(error: ErrorDetails) -> bool:
    """Whether an error only says that others were found: in the items of a list, or in what a default is made of."""
    return error["type"] == "default_factory_not_called" or (error["type"] == "too_short" and bool(error["input"]))


def _problems(file: str, root: Mapping, errors: list[ErrorDetails]) -> tuple[Problem, ...]:
    """One problem an error, but none for a lacking key that stands there misspelt."""
    misspelt = {_harmed(root, error) for error in errors if _is_unknown_key(error)}
    wanted = (e for e in errors if not (e["type"] == "missing" and _harmed_key(root, e) in misspelt))
    return tuple(_problem(file, root, error) for error in wanted)


def _problem(file: str, root: Mapping, error: ErrorDetails) -> Problem:
    unknown = _is_unknown_key(error)
    path = _written(root, error)
    spot = document.find(root, path, key=unknown)
    message, hint = say(error, path)
    return Problem(file, spot.line, spot.column, document.dotted(path[:-1] if unknown else path), message, hint)


def _is_unknown_key(error: ErrorDetails) -> bool:
    return error["type"] == "extra_forbidden"


def _written(root: Mapping, error: ErrorDetails) -> Path:
    """The error's place without the names of union branches, which nobody wrote."""
    path: Path = ()
    for step in error["loc"]:
        if document.find(root, (*path, step)).node is not None:
            path = (*path, step)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else path


def _cut(root: Mapping, error: ErrorDetails) -> Path:
    """What to take out because of the error: an item of a list that lacks something goes as a whole."""
    path = _written(root, error)
    return path[:-1] if error["type"] == "missing" and len(path) > 1 else path


def _harmed(root: Mapping, error: ErrorDetails) -> Path | None:
    """The place that the error leaves unknown, as it was written; for an unknown key that of the one perhaps meant."""
    if not _is_unknown_key(error):
        return document.find(root, _cut(root, error)).path
    return _harmed_key(root, error)


def _harmed_key(root: Mapping, error: ErrorDetails) -> Path | None:
    *above, key = _written(root, error)
    meant = closest(str(key), keys_at(tuple(above)))
    return (*document.find(root, tuple(above)).path, meant) if meant else None


def _cut_out(root: Mapping, paths: set[Path]) -> Mapping:
    """The document without these; later items of a list first, so that the others keep their index."""
    for path in sorted(paths, reverse=True):
        root = document.without(root, path)
    return root
