"""The compute fabric: how many switches, and which port meets which.

Principle (it reproduces every published row): each leaf has the same whole number of links to every spine above it,
uplinks equal downlinks, nothing is used twice, a unit always has its whole fabric, and of all fabrics like that the
one with the fewest switches is built, its sections (below) being alike. HCA k of every node of a unit meets leaf k of
that unit. Two tiers while the spines' radix allows it, else three: then leaf k of every unit belongs to rail group k
with spines of its own, cut into sections of so many units that the fewest switches are needed, or of as many as an
architecture says (a scalable unit of DGX GB200). The core joins all rail groups while its radix allows that (256 units
of 32 nodes with eight rails and 64 ports), and beyond it joins the sections of each rail. A fabric that is to grow is
cut for the size that it is to have (``grow_to``), so that growth moves no cable.

Port numbers depend on position in such a way that a link which a larger fabric still needs keeps both its ports.
A unit here is a set of nodes that share their leaves: a scalable unit, or a part of one with several leaves a rail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from dgxops.errors import DgxopsError

LEAST_SPINES = 2
"""Spines that a leaf has below cores at least, where it has as many uplinks: the loss of one cuts nothing off."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a rail-optimised fat tree.

    ``groups`` counts the sets of leaves that share their spines: 1 in two tiers, rails x sections in three, where group
    g serves rail g mod rails. ``spines`` counts the spines of one group. The core is ``core_sets`` (1 when it joins all
    rails, else one a rail) x ``core_groups`` x ``cores`` switches, none in two tiers; ``core_links`` counts the links
    between a spine and each core above it.
    """

    units: int
    rails: int
    radix: int
    up: int  # uplinks of a leaf, its last ports
    groups: int
    spines: int
    core_sets: int
    core_groups: int
    cores: int
    core_links: int
    section: int = 0  # units of a section where there are several; 0: as many as its spines carry

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

    @property
    def room(self) -> int:
        """Leaves that the spines of one group carry."""
        return self.section or self.radix // (1 if self.tiers == 2 else 2) // self.leaf_links

    @property
    def all_spines(self) -> int:
        return self.groups * self.spines

    @property
    def all_cores(self) -> int:
        return self.core_sets * self.core_groups * self.cores

    def rail_of(self, spine: int) -> int | None:
        """The rail that a spine (from 0) serves; None where it serves all."""
        return spine // self.spines % self.rails if self.groups > 1 else None


@dataclass(frozen=True, slots=True)
class Uplink:
    """One link between switches; devices are numbered from 0 within their tier and the whole fabric, ports from 1."""

    lower: int
    lower_port: int
    upper: int
    upper_port: int


@cache
def shape_for(
    units: int,
    rails: int,
    radix: int,
    up: int | None = None,
    least: int = 1,
    section: int | None = None,
    spare: int = 0,
    shifts: bool = True,
) -> Shape:
    """The smallest fabric for ``units`` units with a leaf a rail, non-blocking above the leaves.

    ``up`` counts the uplinks of a leaf: half its ports unless given, so that nothing blocks at all. ``least`` is the
    fewest spines that a layer may have, ``spare`` the ports that a spine keeps free while its section is not full.
    ``section`` counts the units that share the spines of a rail; more than one section has three tiers, whether two
    would do or not. ``shifts``: OpenSM's ftree is to put one flow on a link when all nodes send to the one so many
    places on, which takes more switches between sections.

    Raises:
        DgxopsError: more units than three tiers of this radix carry.
    """
    up, leaves = up or radix // 2, units * rails
    if leaves <= radix - spare and units <= (section or units):
        return Shape(units, rails, radix, up, 1, _spines(up, leaves, radix - spare, least), 0, 0, 0, 0)
    if units > most_units(radix, section):
        raise DgxopsError(
            f"{units} units do not fit three tiers of {radix}-port switches",
            hint=f"at most {most_units(radix, section)}",
        )
    several = units > radix // 2 and not section
    sizes = range(1, radix // 2 + 1) if several else [section or units]
    made = (_with_cores(units, rails, radix, up, size, least, spare, shifts and several) for size in sizes)
    best = min(
        (shape for shape in made if shape),
        key=lambda shape: (shape.core_sets, shape.all_spines + shape.all_cores, shape.groups),
    )
    return replace(best, section=section or (best.section if best.groups > rails else 0))


def most_units(radix: int, section: int | None = None) -> int:
    """Units that three tiers carry: as many sections as a core has ports, of as many units as a spine carries."""
    return radix * (section or radix // 2)


def _spines(up: int, leaves: int, down_ports: int, least: int) -> int:
    """Fewest spines so that each leaf reaches each with up/spines links and no spine needs more than ``down_ports``."""
    return next(s for s in _divisors(up) if s >= least and leaves * (up // s) <= down_ports)


def _with_cores(
    units: int, rails: int, radix: int, up: int, size: int, least: int, spare: int, shifts: bool
) -> Shape | None:
    """The fewest cores above rail groups cut into sections of one size, which join all rails where that is possible.

    Of fabrics with as few, one section has the most cores a group: growth then keeps most cables. Between sections each
    spine of a rail has cores of its own where that costs none, and always for ``shifts``: there is one way down from a
    core then. For them a leaf has parallel links to a spine only where sections are even and cores have as many. (At 33
    to 64 units OpenSM's ftree put one flow on a link there, and two at most shifts of any other fabric that was tried.)
    None where a core has not the ports, or where sections of this size are not even.
    """
    sections = -(-units // size)
    down = radix // 2 - (spare if size <= radix // 2 - spare else 0)
    spines = _spines(up, size, down, max(least, min(up, LEAST_SPINES)))
    leaf_links = up // spines
    spine_up = size * leaf_links
    sets = 1 if rails * sections <= radix else rails
    below = rails * sections // sets
    choices = (
        (groups * (spine_up // links), links, groups)
        for links in _divisors(spine_up)
        for groups in ((spines,) if shifts else _divisors(spines))
        if spines // groups * below * links <= radix
        and not (shifts and leaf_links > 1 and (units % size or links % leaf_links))
    )
    fewest = min(choices, default=None, key=lambda choice: choice if sections == 1 else (choice[0], -choice[2]))
    if fewest is None:
        return None
    _, links, groups = fewest
    return Shape(units, rails, radix, up, rails * sections, spines, sets, groups, spine_up // links, links, size)


@cache
def _divisors(number: int) -> tuple[int, ...]:
    small = [d for d in range(1, math.isqrt(number) + 1) if number % d == 0]
    return tuple(sorted({*small, *(number // d for d in small)}))


def place_of(shape: Shape, leaf: int) -> tuple[int, int]:
    """The group of spines of a leaf, and which of its leaves it is (both from 0)."""
    if shape.groups == 1:
        return 0, leaf
    unit, rail = divmod(leaf, shape.rails)
    section, member = divmod(unit, shape.room)
    return section * shape.rails + rail, member


def leaf_spine_links(shape: Shape, units: int) -> Iterator[Uplink]:
    """Links of the leaves of the first ``units`` units. Leaf = unit x rails + rail; spine = group x spines + number."""
    room, first = shape.room, shape.radix - shape.up + 1
    for leaf in range(units * shape.rails):
        group, member = place_of(shape, leaf)
        for uplink in range(shape.up):
            round_, spine = divmod(uplink, shape.spines)
            yield Uplink(leaf, first + uplink, group * shape.spines + spine, round_ * room + member + 1)


def spine_core_links(shape: Shape) -> Iterator[Uplink]:
    """Links of every spine to the cores of its set and group: spine s meets core group s mod ``core_groups``."""
    if shape.tiers == 2:
        return
    spread, below = shape.spines // shape.core_groups, shape.groups // shape.core_sets
    for spine in range(shape.all_spines):
        group, number = divmod(spine, shape.spines)
        set_, block = divmod(group, below) if shape.core_sets == 1 else (group % shape.rails, group // shape.rails)
        core_group, member = number % shape.core_groups, block * spread + number // shape.core_groups
        first = (set_ * shape.core_groups + core_group) * shape.cores
        for uplink in range(shape.spine_up):
            round_, core = divmod(uplink, shape.cores)
            yield Uplink(spine, shape.radix // 2 + uplink + 1, first + core, round_ * below * spread + member + 1)
