"""Names and the numbers that they were made of -> the template that makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Fields = Mapping[str, int | str]
Pairs = Sequence[tuple[Fields, str]]
"""Each name with the fields that a template may use; texts are whole words of the name."""

_NUMBER = re.compile(r"(\d+)")


def template_of(pairs: Pairs, default: str = "", eager: frozenset[str] = frozenset()) -> str | None:
    """The default where it makes every name, or the one that the names allow; None where none does.

    A number that never changes stays as it is, unless it is that of a field in ``eager``.
    """
    if not pairs:
        return None
    if default and makes(default, pairs):
        return default
    words = [_worded(name, fields) for fields, name in pairs]
    split = [_NUMBER.split(word) for word in words]
    texts = split[0][::2]
    if any(parts[::2] != texts for parts in split):
        return None
    columns = list(zip(*(parts[1::2] for parts in split), strict=True))
    made = texts[0]
    for column, after in zip(columns, texts[1:], strict=True):
        token = token_of(column, [fields for fields, _ in pairs], eager)
        if token is None:
            return None
        made += token + after
    return made if makes(made, pairs) else None


def makes(template: str, pairs: Pairs) -> bool:
    try:
        return all(template.format(**fields) == name for fields, name in pairs)
    except (KeyError, ValueError, IndexError):
        return False


def token_of(column: Sequence[str], rows: Sequence[Fields], eager: frozenset[str]) -> str | None:
    """A number of the names as a field, or as it is where it never changes."""
    fits = [
        key
        for key in rows[0]
        if all(isinstance(row[key], int) and int(text) == row[key] for text, row in zip(column, rows, strict=True))
    ]
    constant = len(set(column)) == 1
    wanted = next((key for key in fits if not constant or key in eager), None)
    if wanted:
        return f"{{{wanted}{width_of(column)}}}"
    return column[0] if constant else None


def width_of(written: Sequence[str]) -> str:
    """Format of a number: zeros to the width of the shortest where zeros lead or all are equally long."""
    least = min(map(len, written))
    padded = any(w.startswith("0") for w in written) or (len(set(written)) > 1 and {len(w) for w in written} == {least})
    return f":0{least}d" if padded and least > 1 else ""


def _worded(name: str, fields: Fields) -> str:
    """The name with its words in the place of the fields that they are."""
    for key, value in fields.items():
        if isinstance(value, str) and value:
            name = re.sub(rf"(?<![A-Za-z]){re.escape(value)}(?![A-Za-z])", f"{{{key}}}", name, count=1)
    return name
