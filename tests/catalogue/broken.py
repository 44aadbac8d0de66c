"""A catalogue with one fault in it."""

from __future__ import annotations

from pathlib import Path


def break_in(copy: Path, file: str, right: str, wrong: str) -> Path:
    """A copy of the catalogue in which a text of one file, there already, is replaced where it first stands."""
    text = (copy / file).read_text()
    assert right in text
    (copy / file).write_text(text.replace(right, wrong, 1))
    return copy
