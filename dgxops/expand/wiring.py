"""The compute fabric: how many switches, and which port meets which.

Principle (it reproduces every published row): each leaf has the same whole number of links to every spine above it,
uplinks equal downlinks, nothing is used twice, a unit always has its whole fabric, and of all fabrics like that the
one with the fewest switches is built. HCA k of every node of a unit meets leaf k of that unit. Two tiers while the
spines' radix allows it, else three: then leaf k of every unit belongs to rail group k with spines of its own, cut
into sections of as many units as such spines carry. The core joins all rail groups while its radix allows that
(256 units of 32 nodes with eight rails and 64 ports), and beyond it joins the sections of each rail.

Port numbers depend on position in such a way that a link which a larger fabric still needs keeps both its ports.
A unit here is a set of nodes that share their leaves: a scalable unit, or a part of one with several leaves a rail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dgxops.errors import DgxopsError


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
        """Leaves that the spines of one group can carry."""
        return self.radix // (1 if self.tiers == 2 else 2) // self.leaf_links

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


def shape_for(units: int, rails: int, radix: int, up: int | None = None, least: int = 1, spare: int = 0) -> Shape:
    """The smallest fabric for ``units`` units with a leaf a rail, non-blocking above the leaves.

    ``up`` counts the uplinks of a leaf: half its ports unless given, so that nothing blocks at all. ``least`` is the
    fewest spines that a layer may have, ``spare`` the ports that a spine keeps free while its section is not full.

    Raises:
        DgxopsError: more units than three tiers of this radix carry.
    """
    up, leaves = up or radix // 2, units * rails
    if leaves <= radix - spare:
        return Shape(units, rails, radix, up, 1, _spines(up, leaves, radix - spare, least), 0, 0, 0, 0)
    if units > most_units(radix):
        raise DgxopsError(
            f"{units} units do not fit three tiers of {radix}-port switches", hint=f"at most {most_units(radix)}"
        )
    sections = -(-units // (radix // 2))
    down = radix // 2 - (spare if units <= radix // 2 - spare else 0)
    spines = _spines(up, min(units, radix // 2), down, least)
    return _with_cores(units, rails, radix, up, sections, spines)


def most_units(radix: int) -> int:
    """Units that three tiers carry: as many sections as a core has ports, of as many units as a spine carries."""
    return radix * (radix // 2)


def _spines(up: int, leaves: int, down_ports: int, least: int) -> int:
    """Fewest spines so that each leaf reaches each with up/spines links and no spine needs more than ``down_ports``."""
    return next(s for s in range(least, up + 1) if up % s == 0 and leaves * (up // s) <= down_ports)


def _with_cores(units: int, rails: int, radix: int, up: int, sections: int, spines: int) -> Shape:
    """The fewest cores above rail groups of ``sections`` sections, which join all rails where that is possible."""
    spine_up = min(units, radix // 2) * (up // spines)
    sets = 1 if rails * sections <= radix else rails
    below = rails * sections // sets
    choices = (
        (groups * (spine_up // links), links, groups)
        for links in _divisors(spine_up)
        for groups in _divisors(spines)
        if spines // groups * below * links <= radix
    )
    _, links, groups = min(choices)
    return Shape(units, rails, radix, up, rails * sections, spines, sets, groups, spine_up // links, links)


def _divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def leaf_spine_links(shape: Shape, units: int) -> Iterator[Uplink]:
    """Links of the leaves of the first ``units`` units. Leaf = unit x rails + rail; spine = group x spines + number."""
    room, first = shape.room, shape.radix - shape.up + 1
    for leaf in range(units * shape.rails):
        unit, rail = divmod(leaf, shape.rails)
        section, place = divmod(unit, room)
        group, member = (0, leaf) if shape.groups == 1 else (section * shape.rails + rail, place)
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
