"""Colours and type of the drawings: one colour a kind of thing, from which the tints of both schemes follow."""

from __future__ import annotations

from collections.abc import Iterable

KINDS = {
    "system": "#5d9200",
    "leaf": "#1b7fb5",
    "spine": "#3a56c4",
    "core": "#7a3fb5",
    "storage": "#c07a00",
    "inband": "#c0387a",
    "oob": "#c2452d",
    "machine": "#5b6b7b",
    "nvlink": "#0f8a76",
    "power": "#8a6d3b",
    "other": "#6d6d6d",
}
"""Kind of thing -> its colour on white."""

RAILS = ("#0072b2", "#d08700", "#009e73", "#c0589a", "#d04a00", "#3d8fd1", "#857a00", "#6a4c93")
"""Colours of the rails, after Okabe and Ito's for any colour vision; from the ninth on again."""

_PAPER, _INK = "#ffffff", "#1a1f24"
_DARK_PAPER, _DARK_INK = "#14181c", "#e8ecef"

_TYPE = (
    "text{fill:%(ink)s;font-size:11px}"
    ".h1{font-size:30px;font-weight:700}.h2{font-size:15px;font-weight:700}.sub{font-size:15px}"
    ".b{font-weight:700}.m{text-anchor:middle}.e{text-anchor:end}"
    ".s{font-size:9px}.xs{font-size:8px}.l{font-size:13px}"
)
_PLAIN = (
    ".paper{fill:%(paper)s}text{fill:%(ink)s}.soft{fill:%(soft)s}"
    ".frame{fill:%(shade)s;stroke:%(soft)s;stroke-width:1.2}.bay{fill:%(paper)s;stroke:none}"
    ".grid{stroke:%(faint)s;stroke-width:.6;fill:none}.rule{stroke:%(faint)s;fill:none}"
    ".band{fill:%(shade)s}.pill{fill:%(paper)s;stroke:%(faint)s}.wire{stroke:%(soft)s;fill:none}"
    ".bar{fill:%(shade)s;stroke:%(soft)s}"
)


def css(kinds: Iterable[str], rails: Iterable[int] = (), extra: str = "") -> str:
    """Style of a drawing in light, dark and, always light, on paper.

    A kind k gives the classes ``k`` (a box), ``k-c`` (full colour) and ``k-w`` (a wire); rail 0 ``r0`` and the like.
    """
    colours = {kind: KINDS[kind] for kind in kinds} | {f"r{r}": rail_colour(r) for r in rails}
    light = _plain(_PAPER, _INK) + "".join(_box(name, c, _mix(c, _PAPER, 0.84)) for name, c in colours.items())
    dark = _plain(_DARK_PAPER, _DARK_INK) + "".join(_dark_box(name, c) for name, c in colours.items())
    type_ = _TYPE % {"ink": _INK}
    screen = f"@media screen and (prefers-color-scheme:dark){{{dark}}}"
    return f"{type_}{light}{extra}{screen}@media print{{.sheet{{fill:none}}}}"


def rail_colour(rail: int) -> str:
    return RAILS[rail % len(RAILS)]


def _plain(paper: str, ink: str) -> str:
    soft, faint, shade = _mix(ink, paper, 0.38), _mix(ink, paper, 0.84), _mix(ink, paper, 0.95)
    return _PLAIN % {"paper": paper, "ink": ink, "soft": soft, "faint": faint, "shade": shade}


def _box(name: str, colour: str, tint: str) -> str:
    return f".{name}{{fill:{tint};stroke:{colour}}}.{name}-c{{fill:{colour}}}.{name}-w{{stroke:{colour};fill:none}}"


def _dark_box(name: str, colour: str) -> str:
    bright = _mix(colour, "#ffffff", 0.35)
    return _box(name, bright, _mix(colour, _DARK_PAPER, 0.68))


def _mix(colour: str, other: str, share: float) -> str:
    """``share`` of ``other`` in ``colour``."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
