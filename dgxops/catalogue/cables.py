"""Cables of the catalogue: what they are made of, and the lengths that they are sold in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache

from pydantic import Field, ValidationError

from dgxops.catalogue.loader import read
from dgxops.catalogue.schema import Entry, Marks
from dgxops.errors import InputError, Problem
from dgxops.paths import catalogue_root


class CableEntry(Entry):
    """One kind of cable: ``lengths`` in metres, ascending; ``step`` is that of the lengths past the last, 0: none.

    ``form`` says what a cable with more than two ends joins.
    """

    lengths: list[float] = Field(min_length=1)
    step: int = Field(default=0, ge=0)
    form: str = ""
    marks: Marks = Field(default={})
    sources: list[str]

    def length(self, metres: float) -> float | None:
        """The shortest length that is sold and long enough; None where there is none."""
        if metres <= self.lengths[-1]:
            return self.lengths[bisect_left(self.lengths, metres)]
        return float(-(-metres // self.step) * self.step) if self.step else None


@cache
def cables() -> Mapping[str, CableEntry]:
    """Every kind of cable by its name.

    Raises:
        InputError: cables.yml breaks its schema (a fault of dgxops, not of a spec).
    """
    path = catalogue_root() / "cables.yml"
    made = {}
    for name, data in read(path).items():
        try:
            made[name] = CableEntry.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, (name, *first["loc"])))
            raise InputError([Problem(path.name, 0, 0, place, first["msg"])]) from None
    return made
