"""What a provider's file says of each machine, as text with its place, whichever form the file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dgxops.errors import Problem

COLUMNS = (
    "name",
    "address",
    "role",
    "rdma",
    "instance",
    "availability_domain",
    "fault_domain",
    "island",
    "block",
    "subblock",
    "host",
)
"""Columns of a table: name and address of every machine, the others where they are known."""

REQUIRED = ("name", "address")
LEVELS = ("island", "block", "subblock")

MEANS = {
    "hpc_island": "island",
    "network_block": "block",
    "local_block": "subblock",
    "cluster": "island",
    "sub_block": "subblock",
    "zone": "availability_domain",
}
"""Names that providers give some of them: OCI's HPC island, network and local block, Google's cluster and zone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a machine, without spaces around it; lines and columns count from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """One machine. What is not written has the place of the row itself, and no text."""

    line: int
    column: int
    cells: Mapping[str, Cell]

    def cell(self, column: str) -> Cell:
        return self.cells.get(column) or Cell("", self.line, self.column)

    def text(self, column: str) -> str:
        return self.cell(column).text


@dataclass(frozen=True, slots=True)
class Listing:
    """All machines of a file that could be read, and what is wrong with its form."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
