"""No string that a person writes is ever evaluated: inventory values with Jinja in them would run on the controller."""

from __future__ import annotations

from dgxops.errors import Problem
from dgxops.spec import document
from dgxops.spec.document import Mapping

_DELIMITERS = ("{{", "{%", "{#")


def jinja_problems(file: str, root: Mapping) -> list[Problem]:
    """Every string with the beginning of a Jinja expression, statement or comment in it."""
    hint = "write the value itself: nothing in this file is evaluated"
    return [
        Problem(file, node.line, node.column, document.dotted(path), f"holds Jinja ({found})", hint)
        for path, node in document.scalars(root)
        if isinstance(node.value, str) and (found := _delimiter(node.value))
    ]


def _delimiter(text: str) -> str:
    return next((d for d in _DELIMITERS if d in text), "")
