"""A fabric of two tiers, or one plane of it: every leaf above the systems that it serves, the spines over all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dgxops.model.fabric import LinkKind
from dgxops.render.drawings import cells, svg
from dgxops.render.drawings.cells import Place
from dgxops.render.drawings.groups import Box, Bundle, Folded
from dgxops.render.drawings.words import each, host_words, plural

_GAP = 5.0  # between leaves
_BETWEEN = 26.0  # between blocks
_GUTTER = 26.0  # left of a block, for the wire of machines
_LEVEL_ROOM = 1300.0  # leaves are written level as long as they fit
_HOST_WIDTH, _NARROW_HOST_WIDTH = 150.0, 106.0  # the second where there are more than _FEW blocks
_FEW = 8
_HOST_HEIGHT = 58.0
_LEAST_WIDTH = 640.0
_MESH = 64  # pairs of leaf and spine that are drawn one by one
SPINE_GAP, HOST_GAP = 170.0, 74.0
_PEER = 9.0  # height of the wire between the leaves of a pair


@dataclass(frozen=True, slots=True)
class Block:
    """Leaves with the hosts below them, at x."""

    leaves: tuple[Box, ...]
    hosts: tuple[Box, ...]
    x: float
    width: float
    machines: bool


@dataclass(frozen=True, slots=True)
class Flat:
    """Where everything stands; y of a band's upper edge and its height are the same for every plane."""

    folded: Folded
    width: float
    spines: tuple[Place, ...]
    leaves: tuple[Place, ...]
    hosts: tuple[Place, ...]
    machines: Place | None

    @property
    def bands(self) -> tuple[tuple[str, float, float], ...]:
        """(tier, y, height) from the top."""
        leaves = self.leaves[0]
        bottom = max([p.bottom for p in self.hosts] + [self.machines.bottom if self.machines else 0])
        low = leaves.bottom + HOST_GAP
        spine = [("spine", p.y, p.height) for p in self.spines[:1]]
        return (
            *spine,
            ("leaf", leaves.y, leaves.height),
            ("hosts", low, max(bottom, low + _HOST_HEIGHT) - low),
        )


def layout(folded: Folded) -> Flat:
    """Everything in its place, from (0, 0) on."""
    level = cells.name_width(folded.leaves)
    wide = level if len(folded.leaves) * (level + _GAP) <= _LEVEL_ROOM else cells.UPRIGHT_WIDTH
    blocks = _blocks(folded, wide)
    width = max(blocks[-1].x + blocks[-1].width, _LEAST_WIDTH)
    blocks = [replace(b, x=b.x + (width - blocks[-1].x - blocks[-1].width) / 2) for b in blocks]
    spines = _spines(folded, width)
    leaf_y = spines[0].bottom + SPINE_GAP if spines else 0.0
    high = 44.0 if wide > cells.UPRIGHT_WIDTH else level + 4
    leaves = tuple(place for block in blocks for place in _leaves(block, wide, leaf_y, high))
    host_y = leaf_y + high + HOST_GAP
    hosts = tuple(place for block in blocks for place in _hosts(block, host_y))
    return Flat(folded, width, spines, leaves, hosts, _machines(folded, blocks, host_y))


def _blocks(folded: Folded, wide: float) -> list[Block]:
    first = {b.upper: b.lower for b in reversed(folded.bundles[LinkKind.NODE_LEAF]) if b.lower in folded.hosts}
    kin: dict[Box | None, list[Box]] = {}
    for leaf in folded.leaves:
        kin.setdefault(first.get(leaf), []).append(leaf)
    home = {b.lower: first[b.upper] for b in reversed(folded.bundles[LinkKind.NODE_LEAF]) if b.lower in folded.hosts}
    host_width = _HOST_WIDTH if len(kin) <= _FEW else _NARROW_HOST_WIDTH
    blocks: list[Block] = []
    x = 0.0
    for key, leaves in kin.items():
        hosts = tuple(h for h in folded.hosts if home.get(h) is key)
        with_machines = bool(folded.machines) and not blocks
        x += _GUTTER if with_machines else 0
        width = max(len(leaves) * (wide + _GAP) - _GAP, host_width * max(len(hosts), 1))
        blocks.append(Block(tuple(leaves), hosts, x, width, with_machines))
        x += width + (_BETWEEN if len(kin) <= _FEW else _BETWEEN / 2)
    return blocks


def _spines(folded: Folded, width: float) -> tuple[Place, ...]:
    if not folded.spines:
        return ()
    level = cells.name_width(folded.spines)
    fits = len(folded.spines) * (level + _GAP) <= width
    size = (level, 44.0) if fits else (cells.UPRIGHT_WIDTH, level + 4)
    return tuple(cells.spread(folded.spines, 0, 0, width, size[1], size[0]))


def _leaves(block: Block, wide: float, y: float, high: float) -> list[Place]:
    return cells.spread(block.leaves, block.x, y, block.width, high, max(wide, 90) if len(block.leaves) == 1 else wide)


def _hosts(block: Block, y: float) -> list[Place]:
    each_ = (block.width + 8) / max(len(block.hosts), 1)
    return [Place(box, block.x + i * each_, y, each_ - 8, _HOST_HEIGHT) for i, box in enumerate(block.hosts)]


def _machines(folded: Folded, blocks: Sequence[Block], y: float) -> Place | None:
    """One box for all machines, below the first block."""
    if not folded.machines:
        return None
    names = tuple(name for box in folded.machines for name in box.members)
    height = 16.0 * len(folded.machines) + 12
    return Place(Box("", names), blocks[0].x - _GUTTER, y + _HOST_HEIGHT + 14, 190, height)


def draw(flat: Flat) -> Iterator[str]:
    """Wires first, boxes over them."""
    yield from _uplinks(flat)
    yield from _downlinks(flat)
    yield from _peers(flat)
    for place in (*flat.spines, *flat.leaves):
        yield cells.draw(place, cells.kind_of(place.box), _words(place.box))
    for place in flat.hosts:
        yield cells.draw(place, "system", host_words(place.box))
    for leaves in (kin for kin in _kin(flat) if not _serves(flat, kin[0])):
        words = "free for storage" if leaves[0].box.switches[0].kind == "storage" else "no systems here"
        x = (leaves[0].middle + leaves[-1].middle) / 2
        yield svg.text(x, leaves[0].bottom + HOST_GAP + _HOST_HEIGHT / 2 + 4, words, "m soft")


def _serves(flat: Flat, leaf: Place) -> bool:
    return any(b.upper is leaf.box for b in flat.folded.bundles[LinkKind.NODE_LEAF])


def _words(box: Box) -> list[str]:
    rail = [] if box.rail is None else [f"rail {box.rail}"]
    return [*rail, plural(len(box.switches), "switch")] if len(box.switches) > 1 else rail


def _uplinks(flat: Flat) -> Iterator[str]:
    bundles = flat.folded.bundles[LinkKind.LEAF_SPINE]
    if bundles:
        yield from _mesh(flat, bundles) if len(bundles) <= _MESH else _gathered(flat, bundles)


def _mesh(flat: Flat, bundles: Sequence[Bundle]) -> Iterator[str]:
    """A line from each leaf to each spine."""
    at = {p.box: p for p in (*flat.spines, *flat.leaves)}
    for b in bundles:
        low, high = at[b.lower], at[b.upper]
        yield svg.line(
            low.middle, low.y, high.middle, high.bottom, f"{cells.kind_of(b.lower)}-w up", data_links=b.links,
            data_kind=LinkKind.LEAF_SPINE.value,
        )  # fmt: skip
    if all(b.links == b.most for b in bundles):
        yield cells.pill(flat.width / 2, flat.leaves[0].y - SPINE_GAP / 2, f"{each(bundles)} on every line")
        return
    for b in bundles:
        low, high = at[b.lower], at[b.upper]
        yield cells.pill(
            low.middle + (high.middle - low.middle) * 0.4, low.y + (high.bottom - low.y) * 0.4, f"{b.links:,}"
        )


def _gathered(flat: Flat, bundles: Sequence[Bundle]) -> Iterator[str]:
    """The lines of a block meet, and run as one to a bar that stands for "each with each"."""
    bar_y, low = flat.spines[0].bottom + 34, flat.leaves[0].y
    knot = low - 62
    links: dict[Box, int] = {}
    for b in bundles:
        links[b.lower] = links.get(b.lower, 0) + b.links
    for spine in flat.spines:
        yield svg.line(spine.middle, spine.bottom, spine.middle, bar_y, "wire stub")
    for leaves in _kin(flat):
        x = (leaves[0].middle + leaves[-1].middle) / 2
        total = sum(links.get(p.box, 0) for p in leaves)
        yield from (svg.rise(p.middle, low, x, knot, f"{cells.kind_of(p.box)}-w up") for p in leaves)
        yield svg.line(x, knot, x, bar_y + 24, "wire trunk", data_links=total, data_kind=LinkKind.LEAF_SPINE.value)
        yield cells.pill(x, knot, f"{total:,}")
    words = f"{each(bundles)} between every leaf and every spine"
    yield svg.rect(0, bar_y, flat.width, 24, "bar", rx=12)
    yield svg.text(flat.width / 2, bar_y + 16.5, words, "m l b")


def _peers(flat: Flat) -> Iterator[str]:
    """An arc over the two leaves of each pair that is joined."""
    at = {p.box: p for p in flat.leaves}
    for b in flat.folded.bundles[LinkKind.LEAF_LEAF]:
        one, other = at[b.lower], at[b.upper]
        if one is other:
            continue
        x, y, far = one.x + one.width * 0.8, one.y - _PEER, other.x + other.width * 0.2
        arc = f"M{svg.number(x)} {svg.number(one.y)}V{svg.number(y)}H{svg.number(far)}V{svg.number(other.y)}"
        yield svg.path(arc, "wire", data_links=b.links, data_kind=LinkKind.LEAF_LEAF.value)
        yield svg.rect((x + far) / 2 - 8, y - 7, 16, 14, "paper", rx=3)
        yield svg.text((x + far) / 2, y + 4, f"{b.links:,}", "m b")


def _kin(flat: Flat) -> list[list[Place]]:
    """Leaves over the same hosts."""
    first: dict[Box, Box] = {}
    for b in flat.folded.bundles[LinkKind.NODE_LEAF]:
        if b.lower in flat.folded.hosts:
            first.setdefault(b.upper, b.lower)
    found: dict[Box | None, list[Place]] = {}
    for place in flat.leaves:
        found.setdefault(first.get(place.box), []).append(place)
    return list(found.values())


def _downlinks(flat: Flat) -> Iterator[str]:
    at = {p.box: p for p in (*flat.hosts, *flat.leaves)}
    stray: list[tuple[Place, int]] = []
    for b in flat.folded.bundles[LinkKind.NODE_LEAF]:
        leaf, host = at[b.upper], at.get(b.lower)
        if host is None:
            stray.append((leaf, b.links))
            continue
        x = host.nearest(leaf.middle)
        yield svg.line(
            leaf.middle, leaf.bottom, x, host.y, f"{cells.kind_of(leaf.box)}-w down", data_links=b.links,
            data_kind=LinkKind.NODE_LEAF.value,
        )  # fmt: skip
        words, middle = f"{b.links:,}", (leaf.middle + x) / 2
        wide = svg.width_of(words, 11, bold=True) + 4
        yield svg.rect(middle - wide / 2, leaf.bottom + HOST_GAP / 2 - 1, wide, 15, "paper")
        yield svg.text(middle, leaf.bottom + HOST_GAP / 2 + 10.5, words, "m b")
    if flat.machines and stray:
        yield from _machine_wire(flat, flat.machines, stray)


def _machine_wire(flat: Flat, place: Place, stray: Sequence[tuple[Place, int]]) -> Iterator[str]:
    """From the leaves that machines meet, round the systems, to the machines."""
    down, left = flat.leaves[0].bottom + 25, place.x + 10
    total = sum(count for _, count in stray)
    leaves = {leaf.box: leaf for leaf, _ in stray}.values()
    stubs = "".join(f"M{svg.number(p.middle - 7)} {svg.number(p.bottom)}V{svg.number(down)}" for p in leaves)
    far = max(p.middle - 7 for p in leaves)
    run = f"M{svg.number(far)} {svg.number(down)}H{svg.number(left)}V{svg.number(place.y)}"
    yield svg.path(stubs + run, "machine-w side", data_links=total, data_kind=LinkKind.NODE_LEAF.value)
    yield svg.rect(place.x, place.y, place.width, place.height, "machine", rx=3)
    for i, box in enumerate(flat.folded.machines):
        words = svg.shorten(box.name, 11, place.width - 70)
        yield svg.text(place.x + 9, place.y + 18 + 16 * i, words)
    yield svg.text(place.x + place.width - 8, place.y + 18, plural(total, "link"), "e b")
