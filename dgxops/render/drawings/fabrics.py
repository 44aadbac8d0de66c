"""Fabric diagrams: tiers as bands from the core down to the systems, links as bundles with their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind, Tier
from dgxops.render.drawings import flat, managed, notes, pair, style, svg, tall
from dgxops.render.drawings.contents import fabric_words, switch_kind
from dgxops.render.drawings.groups import Bundle, Folded, fold, folded, one_noun
from dgxops.render.drawings.words import each, plural
from dgxops.render.uncabled import uncabled

Plane = flat.Flat | tall.Tall

_LEFT = 220.0  # where the drawing begins, right of the names of the tiers
_MARGIN = 40.0
_TOP, _RAILS_ROOM = 130.0, 28.0
_PAD = 16.0  # of a band around its boxes
_PLANES_GAP = 70.0
_PROTOCOLS = {"infiniband": "InfiniBand", "ethernet": "Ethernet"}
_EXTRA = (
    ".up{stroke-width:1.6;stroke-opacity:.75}.down{stroke-width:2}.thick{stroke-width:5;stroke-opacity:.8}"
    ".side{stroke-width:1.6;stroke-dasharray:5 3}.trunk{stroke-width:4}.stub{stroke-width:1}"
)
_GAPS = {"core": LinkKind.SPINE_CORE, "spine": LinkKind.LEAF_SPINE, "leaf": LinkKind.NODE_LEAF}
"""Band -> the links below it."""


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/fabric-<name>.svg, one a fabric that has links; of the out-of-band fabric, which is no tree, a table."""
    return {
        f"site/fabric-{f.name}.svg": managed.draw(cluster, f) if f.out_of_band else draw(cluster, f)
        for f in cluster.fabrics
        if f.links
    }


def draw(cluster: Cluster, fabric: Fabric) -> str:
    """One fabric, its planes side by side."""
    title = f"{cluster.name}: {fabric_words(fabric)} fabric"
    if not fabric.switches:
        return pair.draw(cluster, fabric, title, _headline(fabric), uncabled(cluster))
    planes = [_layout(folded(cluster, fabric, p)) for p in sorted({s.plane for s in fabric.switches})]
    inner = sum(p.width for p in planes) + (len(planes) - 1) * _PLANES_GAP
    width = max(_LEFT + inner + _MARGIN + _PAD, 1100.0)
    rails = list(_rails(planes))
    told = (*notes.of_fabric(cluster, fabric, [p.folded for p in planes]), *_apart(fabric), *uncabled(cluster))
    lines = [line for note in told for line in svg.wrap(note, 13, width - 2 * _MARGIN)]
    top = _TOP + (_RAILS_ROOM if rails else 0)
    bottom = top + planes[0].bands[-1][1] + planes[0].bands[-1][2] + _PAD
    body = [
        svg.text(_MARGIN, 58, title, "h1"),
        svg.text(_MARGIN, 84, _headline(fabric), "sub soft"),
        *rails,
        svg.group("\n".join(_tiers(fabric, planes, width)), 0, top),
        *_planes(planes, (width + _LEFT - _MARGIN - inner) / 2, top),
        _told(fabric, lines, bottom + 30),
    ]
    high = bottom + 18 * len(lines) + _MARGIN
    return svg.document(width, high, title, f"{_headline(fabric)}.", _css(fabric), body)


def _told(fabric: Fabric, lines: Sequence[str], y: float) -> str:
    """The notes, which tell the links of UFM to spines."""
    ufm = sum(link.kind is LinkKind.UFM for link in fabric.links) or None
    words = (svg.text(_MARGIN, y + 18 * i, line, "l soft") for i, line in enumerate(lines))
    return svg.group(words, data_links=ufm, data_kind=LinkKind.UFM.value if ufm else None)


def _layout(plane: Folded) -> Plane:
    """Two tiers leaf by leaf, three tiers in columns."""
    return tall.layout(plane) if plane.cores or plane.columns > 1 else flat.layout(plane)


def _css(fabric: Fabric) -> str:
    kinds = {switch_kind(s): None for s in fabric.switches}
    rails = {s.rail for s in fabric.switches if s.rail is not None}
    return style.css([*kinds, "system", "machine"], sorted(rails), _EXTRA)


def _headline(fabric: Fabric) -> str:
    tiers = ", ".join(f"{n:,} {tier.value}" for tier, n in fabric.switch_counts().items() if n)
    words = [f"{_PROTOCOLS.get(fabric.protocol, fabric.protocol)}, {_rates(fabric)}"]
    words += [*([f"{tiers} switch{'' if len(fabric.switches) == 1 else 'es'}"] if tiers else [])]
    words.append(plural(len(fabric.links), "link"))
    return "  ·  ".join([*words, f"{fabric.planes} planes"] if fabric.planes > 1 else words)


def _rates(fabric: Fabric) -> str:
    """Of one link; of both kinds where several links of nodes share a cage that a link between switches has whole."""
    if fabric.lanes == 1:
        return f"{fabric.rate_gbps} Gb/s a link"
    up = any(link.kind is not LinkKind.NODE_LEAF for link in fabric.links)
    return f"node links {fabric.rate_gbps} Gb/s" + (f", uplinks {fabric.trunk_gbps} Gb/s" if up else "")


def _rails(planes: Sequence[Plane]) -> Iterator[str]:
    """The colours of the rails, where boxes have them."""
    rails = sorted({box.rail for p in planes for box in p.folded.leaves if box.rail is not None})
    for i, rail in enumerate(rails):
        x = _MARGIN + 74 * i
        yield svg.rect(x, 100, 16, 12, f"r{rail}-c", rx=2) + svg.text(x + 22, 110.5, f"rail {rail}", "l")


def _tiers(fabric: Fabric, planes: Sequence[Plane], width: float) -> Iterator[str]:
    """A band a tier with its name, and between them what runs there."""
    x, bands = _MARGIN + 14, planes[0].bands
    yield from (svg.rect(_MARGIN, y - _PAD, width - 2 * _MARGIN, h + 2 * _PAD, "band", rx=6) for _, y, h in bands)
    for (name, y, height), below in zip(bands, [*bands[1:], None], strict=True):
        yield from _lines(x, y + height / 2, _tier_words(fabric, planes, name))
        if below:
            yield from _lines(x, (y + height + below[1]) / 2, _gap_words(fabric, planes, _GAPS[name]))


def _lines(x: float, middle: float, words: Sequence[str]) -> Iterator[str]:
    """Lines around a height, the first of them bold."""
    for i, line in enumerate(words):
        y = middle + 5 + 16 * (i - (len(words) - 1) / 2)
        yield svg.text(x, y, svg.shorten(line, 13, _LEFT - x - 14, i == 0), "l soft" if i else "l b")


def _tier_words(fabric: Fabric, planes: Sequence[Plane], name: str) -> list[str]:
    if name == "hosts":
        hosts = {member for box in planes[0].folded.hosts for member in box.members}
        noun = one_noun(box.noun for box in planes[0].folded.hosts)
        return [f"{noun[0].upper()}{noun[1:]}s", f"{len(hosts):,}"]
    switches = [s for s in fabric.switches if s.tier is Tier(name)]
    model = ", ".join(sorted({s.model for s in switches}))
    each_ = " each" if len(switches) > 1 else ""
    ports = [f"{switches[0].radix} ports{each_}"]
    if fabric.lanes > 1:
        ports = [f"{switches[0].radix} cages{each_},", f"{fabric.trunk_gbps} Gb/s a cage"]
    return [name.capitalize(), f"{len(switches):,} × {model}", *ports]


def _gap_words(fabric: Fabric, planes: Sequence[Plane], kind: LinkKind) -> list[str]:
    bundles: list[Bundle] = [b for p in planes for b in p.folded.bundles[kind]]
    total = sum(b.links for b in bundles)
    if not bundles:
        return []
    if kind is LinkKind.NODE_LEAF:
        shared = [f"{fabric.rate_gbps} Gb/s, {fabric.lanes} a cage"] if fabric.lanes > 1 else []
        return [plural(total, "link"), *shared]
    lower, upper = ("leaf", "spine") if kind is LinkKind.LEAF_SPINE else ("spine", "core")
    above = [] if isinstance(planes[0], flat.Flat) else ["above it"]
    rate = [f"{fabric.trunk_gbps} Gb/s"] if fabric.lanes > 1 else []
    return [plural(total, "link"), *rate, f"{each(bundles)} from each", f"{lower} to each {upper}", *above]


def _planes(planes: Sequence[Plane], start: float, top: float) -> Iterator[str]:
    x = start
    for plane in planes:
        content = flat.draw(plane) if isinstance(plane, flat.Flat) else tall.draw(plane)
        yield svg.group(content, x, top, class_="plane")
        if len(planes) > 1:
            yield svg.text(x + plane.width / 2, top - 22, f"Plane {plane.folded.plane}", "h2 m")
        x += plane.width + _PLANES_GAP


def _apart(fabric: Fabric) -> Iterator[str]:
    """Links that would cross all others: those of UFM to spines, in words."""
    links = [link for link in fabric.links if link.kind is LinkKind.UFM]
    if links:
        own = {(s.name, s.ufm_number): f"{s.ufm_port} beside its {s.radix}" for s in fabric.switches if s.ufm_port}
        ports = ", ".join(dict.fromkeys(own.get((k.z.device, k.z.port), k.z.port) for k in links))
        lower, upper = (
            fold(dict.fromkeys(names)) for names in zip(*((k.a.device, k.z.device) for k in links), strict=True)
        )
        yield f"{plural(len(links), 'link')} from {lower} to {upper}, port {ports}, are not drawn."
