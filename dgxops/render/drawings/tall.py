"""A fabric of three tiers, or one plane of it: a column a group of leaves and spines, the core over all columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dgxops.model.fabric import LinkKind
from dgxops.render.drawings import cells, svg
from dgxops.render.drawings.cells import Place
from dgxops.render.drawings.groups import Box, Bundle, Folded, one_noun
from dgxops.render.drawings.words import each, host_words, plural

_COLUMN = 138.0
_STACK = 66.0
_CORE_GAP, _WIDE_CORE_GAP, _SPINE_GAP, _HOST_GAP = 210.0, 340.0, 116.0, 110.0
_MANY = 48  # bundles to the core, which need the wide gap
_LEAST_WIDTH = 1100.0
_TILE, _TILE_HIGH, _TILE_GAP = 148.0, 42.0, 8.0
_MOST_TILES = 96
_AHEAD = "for units to come"  # of a column without leaves: spines that grow_to has built already


@dataclass(frozen=True, slots=True)
class Tall:
    """Where everything stands."""

    folded: Folded
    width: float
    cores: tuple[Place, ...]
    spines: tuple[Place, ...]
    leaves: tuple[Place, ...]
    hosts: tuple[Place, ...]

    @property
    def bands(self) -> tuple[tuple[str, float, float], ...]:
        """(tier, y, height) from the top."""
        low = self.leaves[0].bottom + _HOST_GAP
        bottom = max([p.bottom for p in self.hosts], default=low + _TILE_HIGH)
        core = (("core", self.cores[0].y, self.cores[0].height),) if self.cores else ()
        return (
            *core,
            ("spine", self.spines[0].y, _STACK),
            ("leaf", self.leaves[0].y, _STACK),
            ("hosts", low, bottom - low),
        )


def layout(folded: Folded) -> Tall:
    """Everything in its place, from (0, 0) on."""
    columns = max(folded.columns, len(folded.spines), 1)
    width = max(_LEAST_WIDTH, columns * _COLUMN)
    wide = min(width / columns - 22, 190)
    gap = _CORE_GAP if len(folded.bundles[LinkKind.SPINE_CORE]) <= _MANY else _WIDE_CORE_GAP
    spine_y = 52.0 + gap if folded.cores else 0.0
    leaf_y = spine_y + _STACK + _SPINE_GAP
    return Tall(
        folded,
        width,
        tuple(cells.spread(folded.cores, 0, 0, width, 52, min(190, width / max(len(folded.cores), 1) - 22))),
        _stacks(folded.spines, columns, width, wide, spine_y),
        _stacks(folded.leaves, columns, width, wide, leaf_y),
        tuple(_tiles(folded, width, leaf_y + _STACK + _HOST_GAP)),
    )


def _stacks(boxes: Sequence[Box], columns: int, width: float, wide: float, y: float) -> tuple[Place, ...]:
    pitch = width / columns
    return tuple(Place(b, (b.column + 0.5) * pitch - wide / 2, y, wide, _STACK) for b in boxes)


def _tiles(folded: Folded, width: float, y: float) -> Iterator[Place]:
    """Systems by the leaves that they meet, and machines after them; one box where these are too many for a sheet."""
    boxes: Sequence[Box] = (*folded.hosts, *folded.machines)
    if len(boxes) > _MOST_TILES:
        names = tuple(name for box in folded.hosts for name in box.members)
        boxes = (Box(f"{names[0]} to {names[-1]}", names), *folded.machines)
    across = int((width + _TILE_GAP) // (_TILE + _TILE_GAP))
    across = -(-len(boxes) // -(-len(boxes) // across))
    pitch = (width + _TILE_GAP) / across
    for i, box in enumerate(boxes):
        row, column = divmod(i, across)
        yield Place(box, column * pitch, y + row * (_TILE_HIGH + _TILE_GAP), pitch - _TILE_GAP, _TILE_HIGH)


def draw(tall: Tall) -> Iterator[str]:
    """Wires first, boxes over them."""
    yield from _core_links(tall)
    yield from _spine_links(tall)
    yield from _host_links(tall)
    sections = _sections(tall.folded)
    for place in tall.cores:
        yield cells.draw(place, cells.kind_of(place.box), [plural(len(place.box.switches), "switch")])
    for place, noun in (*((p, "spine") for p in tall.spines), *((p, "leaf") for p in tall.leaves)):
        words = [w for w in (sections.get(place.box.column, _AHEAD),) if w]
        yield cells.draw(place, cells.kind_of(place.box), [plural(len(place.box.switches), noun), *words])
    for place in tall.hosts:
        system = place.box not in tall.folded.machines
        line = ", ".join(host_words(place.box)) if system else plural(len(place.box.members), "machine")
        yield cells.draw(place, "system" if system else "machine", [line])


def _sections(folded: Folded) -> dict[int, str]:
    """What a column is: its rail, and which of several sections of that rail."""
    rails: dict[int | None, list[int]] = {}
    for box in folded.leaves:
        rails.setdefault(box.rail, []).append(box.column)
    words: dict[int, str] = {}
    for rail, columns in rails.items():
        for number, column in enumerate(columns, 1):
            parts = [] if rail is None else [f"rail {rail}"]
            parts += [f"section {number}"] if len(columns) > 1 else []
            words[column] = ", ".join(parts)
    return words


def _core_links(tall: Tall) -> Iterator[str]:
    kind = LinkKind.SPINE_CORE
    at = {p.box: p for p in (*tall.cores, *tall.spines)}
    above: dict[Box, list[Bundle]] = {}
    for b in tall.folded.bundles[kind]:
        above.setdefault(b.lower, []).append(b)
    for spine, bundles in above.items():
        low = at[spine]
        for i, b in enumerate(bundles):
            x = low.x + (i + 0.5) * low.width / len(bundles)
            core = at[b.upper]
            end = core.x + (spine.column + 0.5) * core.width / tall.folded.columns
            wire = f"{cells.kind_of(spine)}-w up"
            yield svg.rise(x, low.y - 34, end, core.bottom, wire, data_links=b.links, data_kind=kind.value)
            yield svg.line(x, low.y - 34, x, low.y, wire)
        yield cells.pill(low.middle, low.y - 34, _shares(bundles))


def _shares(bundles: Sequence[Bundle]) -> str:
    """ "4 × 144 links", or their sum where they are not alike."""
    counts = {b.links for b in bundles}
    if len(counts) > 1:
        return f"{sum(b.links for b in bundles):,} links"
    return f"{len(bundles)} × {counts.pop():,} links" if len(bundles) > 1 else f"{counts.pop():,} links"


def _spine_links(tall: Tall) -> Iterator[str]:
    kind = LinkKind.LEAF_SPINE
    at = {p.box: p for p in (*tall.spines, *tall.leaves)}
    for b in tall.folded.bundles[kind]:
        low, high = at[b.lower], at[b.upper]
        wire = f"{cells.kind_of(b.lower)}-w thick"
        yield svg.line(low.middle, low.y, high.middle, high.bottom, wire, data_links=b.links, data_kind=kind.value)
        yield cells.pill((low.middle + high.middle) / 2, (low.y + high.bottom) / 2 - 4, f"{b.links:,} links")


def _host_links(tall: Tall) -> Iterator[str]:
    """From each column down to a bar over all systems: everyone meets the leaf of its own unit in every column."""
    kind = LinkKind.NODE_LEAF
    totals: dict[Box, int] = {}
    for b in tall.folded.bundles[kind]:
        totals[b.upper] = totals.get(b.upper, 0) + b.links
    bar = tall.leaves[0].bottom + _HOST_GAP - 46
    for p in tall.leaves:
        wire = f"{cells.kind_of(p.box)}-w thick"
        total = totals.get(p.box, 0)
        yield svg.line(p.middle, p.bottom, p.middle, bar + 4, wire, data_links=total, data_kind=kind.value)
        yield cells.pill(p.middle, (p.bottom + bar) / 2, f"{total:,} links")
    yield svg.rect(0, bar, tall.width, 24, "bar", rx=12)
    yield svg.text(tall.width / 2, bar + 16.5, _reach(tall), "m l b")


def _reach(tall: Tall) -> str:
    systems = [b for b in tall.folded.bundles[LinkKind.NODE_LEAF] if b.lower in tall.folded.hosts]
    rails = len({p.box.rail for p in tall.leaves})
    noun = one_noun(b.lower.noun for b in systems)
    if not systems:
        return "nothing is connected"
    if rails > 1:
        return f"every {noun}: {each(systems)} to each rail, all {noun}s of one box to the same leaves"
    return f"{each(systems)} between a {noun} and each of its leaves; all {noun}s of one box meet the same leaves"
