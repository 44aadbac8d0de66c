"""Which entry of a table by field, such as marks or sources, holds for one field: the nearest one above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

UNKNOWN = "unknown"

Value = TypeVar("Value")


def above(field: str) -> tuple[str, ...]:
    """The field and what it is part of, nearest first: "gpu.cores", "gpu"."""
    parts = field.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 0, -1))


def above_port(name: str, role: str, field: str) -> tuple[str, ...]:
    """The same for a field of a port: what is said of the field, of this port, its role or all, then of whole ports."""
    places = (f"ports.{name}", f"ports.{role}", "ports")
    return (*(f"{place}.{field}" for place in places), *places)


def holding(table: Mapping[str, Value], fields: Iterable[str]) -> Value | None:
    """The entry of the first of these fields that has one."""
    return next((table[field] for field in fields if field in table), None)


def mark_of(marks: Mapping[str, str], fields: tuple[str, ...], value: object) -> str | None:
    """The mark that holds for a value: "unknown" for one that is not there and for no other; None when it was read."""
    absent = value is None or value == ()
    held = {field: mark for field, mark in marks.items() if (mark == UNKNOWN) is absent}
    return holding(held, fields)
