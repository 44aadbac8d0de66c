"""Whole and even: each switch reaches every switch above it alike, with enough capacity, and all is one piece."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from dgxops.check.fabric.view import View
from dgxops.check.findings import many, wrong
from dgxops.check.pieces import Pieces
from dgxops.model.fabric import Endpoint, LinkKind, Switch, Tier
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof

_NOTHING_ABOVE = "nothing to prove: no switch has another above it"


def capacity(view: View, end: Endpoint) -> Fraction:
    """What a link carries, in ports of the switch that it ends on there: a lane is a part of one."""
    return Fraction(1, view.fabric.lanes) if "/" in end.port else Fraction(1)


def required(view: View) -> Fraction:
    """Least ratio of uplinks to downlinks of a leaf: 1, non-blocking, or with every other port in use below."""
    up, radix = view.fabric.uplinks, max((s.radix for s in view.fabric.switches), default=1)
    return Fraction(up, radix - up) if up else Fraction(1)


def uplinks(views: Sequence[View]) -> Proof:
    """Switches that share any switch above them share all of those, each with the same number of links.

    That is the same as: between two tiers, every connected part is a complete bipartite graph of one multiplicity.
    So it holds for rail groups, planes and core groups without knowing which of them a fabric has.
    """
    findings: list[Finding] = []
    said: list[str] = []
    pairs = 0
    for view in views:
        for part in _parts(view):
            links = _usual(part)
            pairs += len(part)
            findings += list(_uneven(view, part, links))
            lower = view.switches[next(iter(part))[0]]
            said.append(f"{lower.tier.value} x{links}")
    if not pairs:
        return Proof("uplinks", _NOTHING_ABOVE, proved=False)
    text = ", ".join(dict.fromkeys(said))
    alike = f"{pairs - len(findings):,} of {pairs:,} switch pairs alike ({text})"
    return Proof("uplinks", alike, {"pairs": pairs, "uneven": len(findings)}, tuple(findings))


def _parts(view: View) -> Iterator[dict[tuple[str, str], int]]:
    """The connected parts between neighbouring tiers: (lower, upper) -> links, 0 for a pair that misses them."""
    pieces = Pieces(((tier, lower), (tier, upper)) for tier, lower, upper in _tiered(view))
    sides: dict[Hashable, tuple[dict[str, None], dict[str, None]]] = {}
    for tier, lower, upper in _tiered(view):
        lows, ups = sides.setdefault(pieces.root((tier, lower)), ({}, {}))
        lows[lower] = ups[upper] = None
    for lows, ups in sides.values():
        yield {(lower, upper): view.pairs[lower, upper] for lower in lows for upper in ups}


def _tiered(view: View) -> Iterator[tuple[Tier, str, str]]:
    return ((view.switches[lower].tier, lower, upper) for lower, upper in view.pairs)


def _usual(part: Mapping[tuple[str, str], int]) -> int:
    """The number of links that most pairs have."""
    return Counter(part.values()).most_common(1)[0][0]


def _uneven(view: View, part: Mapping[tuple[str, str], int], usual: int) -> Iterator[Finding]:
    for (lower, upper), links in part.items():
        if links != usual:
            text = f"{lower} has {links} links to {upper}, other pairs have {usual}"
            tier = view.switches[lower].tier.value
            yield wrong("uplinks", f"a {tier} does not reach every switch above it alike", lower, evidence=text,
                        repair="bring every pair to the same number of links")  # fmt: skip


def bisection(views: Sequence[View]) -> Proof:
    """A switch carries up at least what it takes from below, at the ratio its fabric was designed for."""
    findings: list[Finding] = []
    figures: dict[str, int | float | str] = {}
    for view in views:
        ratios = dict(_ratios(view))
        for tier in Tier:
            here = [r for s, r in ratios.items() if view.switches[s].tier is tier]
            if here:
                figures[f"{view.fabric.name} {tier.value}"] = round(float(min(here)), 3)
        findings += [_narrow(s, r, required(view)) for s, r in ratios.items() if r < required(view)]
    if not figures:
        return Proof("bisection", _NOTHING_ABOVE, proved=False)
    text = ", ".join(f"{where.removesuffix(' leaf')} {ratio:.2f}" for where, ratio in figures.items())
    return Proof("bisection", f"least up to down: {text}", figures, tuple(findings))


def _ratios(view: View) -> Iterator[tuple[str, Fraction]]:
    """Uplinks to downlinks of every switch that something meets from below, below the fabric's highest tier."""
    up: Counter[str] = Counter()
    down: dict[str, Fraction] = defaultdict(Fraction)
    for lower, upper, _ in view.trunks:
        up[lower.name] += 1
        down[upper.name] += 1
    for _, switch, link in view.downlinks():
        if link.kind is not LinkKind.UFM:  # which manages the fabric and sends next to nothing
            down[switch.name] += capacity(view, link.z if link.z.device == switch.name else link.a)
    top = _top(view.fabric.switches)
    for switch in view.fabric.switches:
        if switch.tier is not top and down[switch.name]:
            yield switch.name, up[switch.name] / down[switch.name]


def _top(switches: Iterable[Switch]) -> Tier | None:
    tiers = {s.tier for s in switches}
    return next((tier for tier in reversed(Tier) if tier in tiers), None)


def _narrow(switch: str, ratio: Fraction, least: Fraction) -> Finding:
    text = f"{switch}: {ratio.numerator}:{ratio.denominator} up to down"
    return wrong("bisection", f"a switch takes more from below than it carries up ({least}:1 is required)", switch,
                 evidence=text, repair="add uplinks, or move cables away from this switch")  # fmt: skip


def connected(views: Sequence[View]) -> Proof:
    """From every switch and every cabled host port, all others of the plane or rail that is its own are reached."""
    findings: list[Finding] = []
    switches = ports = joined = 0
    for view in views:
        groups = sorted(_islands(view), key=len, reverse=True)
        for group in groups[view.fabric.pieces :]:
            findings.append(_island(view, group))
        switches += len(view.fabric.switches)
        ports += sum(isinstance(thing, Endpoint) for group in groups for thing in group)
        joined += 0 if view.switches else sum(map(len, groups))
    if not views:
        return Proof("connected", "nothing to prove: there is no fabric", proved=False)
    made = sum(view.fabric.pieces for view in views)
    apart = f"in {len(findings) + made} pieces" if findings or made > len(views) else "in one piece"
    text = f"{many(switches, 'switch', 'switches')}, {many(ports, 'host port')}"
    if joined:
        text = f"{many(joined, 'machine')} joined directly" + (f", {text}" if switches else "")
    count = f" in each of {len(views)} fabrics" if len(views) > 1 and made == len(views) else ""
    return Proof("connected", f"{text} {apart}{count}", {"switches": switches, "host_ports": ports}, tuple(findings))


def _islands(view: View) -> list[list[str | Endpoint]]:
    """Sets of switches (by name) and host ports that reach each other. Where there is no switch, a host joins."""
    pieces = Pieces((_vertex(view, link.a), _vertex(view, link.z)) for link in view.fabric.links)
    for switch in view.fabric.switches:
        pieces.add(switch.name)
    return pieces.groups()


def _vertex(view: View, end: Endpoint) -> str | Endpoint:
    return end.device if end.device in view.switches or not view.switches else end


def _island(view: View, group: Sequence[str | Endpoint]) -> Finding:
    names = sorted({thing.device if isinstance(thing, Endpoint) else thing for thing in group})
    known = [n for n in names if n in view.switches] or [n for n in names if n in view.hosts]
    return wrong("connected", f"a part of the {view.fabric.name} fabric is cut off from the rest", *known,
                 evidence=f"{len(group)} switches and ports around {known[0] if known else names[0]}",
                 repair="cable its switches to the tier above")  # fmt: skip
