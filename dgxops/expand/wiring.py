"""The compute fabric: how many switches, and which port meets which.

Principle (it reproduces every published row): each leaf has the same whole number of links to every spine above it,
uplinks equal downlinks, nothing is used twice, a unit always has its whole fabric, and of all fabrics like that the
one with the fewest switches is built. HCA k of every node of a unit meets leaf k of that unit. Two tiers while the
spines' radix allows it, else three: then leaf k of every unit belongs to rail group k with spines of its own.

Port numbers depend on position in such a way that a link which a larger fabric still needs keeps both its ports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dgxops.errors import DgxopsError


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a rail-optimised fat tree. ``groups`` is 1 in two tiers and the number of rails in three.

    ``spines`` counts the spines of one group, ``core_groups`` x ``cores`` the core switches (0 x 0 in two tiers),
    ``core_links`` the links between a spine and each core above it.
    """

    units: int
    rails: int
    radix: int
    groups: int
    spines: int
    core_groups: int
    cores: int
    core_links: int

    @property
    def up(self) -> int:
        """Uplinks of a leaf, which is half its ports."""
        return self.radix // 2

    @property
    def leaf_links(self) -> int:
        """Links between a leaf and each spine above it."""
        return self.up // self.spines

    @property
    def spine_up(self) -> int:
        """Uplinks of a spine: as many as it has downlinks, 0 in two tiers."""
        return self.cores * self.core_links

    @property
    def tiers(self) -> int:
        return 3 if self.core_groups else 2


@dataclass(frozen=True, slots=True)
class Uplink:
    """One link between switches; devices are numbered from 0 within their tier and the whole fabric, ports from 1."""

    lower: int
    lower_port: int
    upper: int
    upper_port: int


def shape_for(units: int, rails: int, radix: int) -> Shape:
    """The smallest non-blocking fabric for ``units`` scalable units of ``radix // 2`` nodes with ``rails`` HCAs each.

    Raises:
        DgxopsError: more units than three tiers of this radix carry with one block a rail group.
    """
    up, leaves = radix // 2, units * rails
    if leaves <= radix:
        return Shape(units, rails, radix, 1, _spines(up, leaves, radix), 0, 0, 0)
    if units > up:
        raise DgxopsError(
            f"{units} scalable units do not fit three tiers of {radix}-port switches with one block a rail group",
            hint=f"at most {up} units",
        )
    spines = _spines(up, units, radix // 2)
    return _with_cores(units, rails, radix, spines)


def _spines(up: int, leaves: int, down_ports: int) -> int:
    """Fewest spines so that each leaf reaches each with up/spines links and no spine needs more than ``down_ports``."""
    return next(s for s in range(1, up + 1) if up % s == 0 and leaves * (up // s) <= down_ports)


def _with_cores(units: int, rails: int, radix: int, spines: int) -> Shape:
    spine_up = units * (radix // 2 // spines)
    choices = (
        (groups * (spine_up // links), links, groups)
        for links in _divisors(spine_up)
        for groups in _divisors(spines)
        if spines // groups * rails * links <= radix
    )
    _, links, groups = min(choices)
    return Shape(units, rails, radix, rails, spines, groups, spine_up // links, links)


def _divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def leaf_spine_links(shape: Shape, units: int) -> Iterator[Uplink]:
    """Links of the leaves of the first ``units`` units. Leaf = unit x rails + rail; spine = group x spines + number."""
    room = shape.radix // (1 if shape.tiers == 2 else 2) // shape.leaf_links
    for leaf in range(units * shape.rails):
        unit, rail = divmod(leaf, shape.rails)
        group, member = (0, leaf) if shape.groups == 1 else (rail, unit)
        for uplink in range(shape.up):
            round_, spine = divmod(uplink, shape.spines)
            yield Uplink(leaf, shape.up + uplink + 1, group * shape.spines + spine, round_ * room + member + 1)


def spine_core_links(shape: Shape) -> Iterator[Uplink]:
    """Links of every spine to the cores of its group: spine s meets core group s mod ``core_groups``."""
    if shape.tiers == 2:
        return
    spread = shape.spines // shape.core_groups
    for spine in range(shape.groups * shape.spines):
        group, number = divmod(spine, shape.spines)
        core_group, member = number % shape.core_groups, group * spread + number // shape.core_groups
        for uplink in range(shape.spine_up):
            round_, core = divmod(uplink, shape.cores)
            port = round_ * shape.groups * spread + member + 1
            yield Uplink(spine, shape.up + uplink + 1, core_group * shape.cores + core, port)
