"""SVG as text: a few elements, escaping, and how wide a word is. Lengths are user units, about a pixel each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_CONTROL = {chr(c): "?" for c in range(32) if chr(c) not in "\t\n"}
_ESCAPES = str.maketrans(_CONTROL | {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NARROW = frozenset("iljI.,:;'|![]() /")
_MIDDLING = frozenset('ftr-"*')
_WIDE = frozenset("mwMW@%—…")
ELLIPSIS = "…"

_END = "\n</svg>\n"
_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ')
_STAMP = (40.0, 50.0)  # from the right, from the top
_SHEETS = ((420, 297), (841, 594), (1189, 841))  # mm: A3, A1, A0 (ISO 216)
_EDGE = 10  # mm that a printer leaves free
_NAME = 10.0  # user units: type of the names of switches and racks
_LEGIBLE = 5 * 25.4 / 72  # mm: five points


def escape(text: str) -> str:
    """Text as it may stand in an element or in a quoted attribute; what XML cannot hold becomes a question mark."""
    return text.translate(_ESCAPES)


def number(value: float) -> str:
    """At most one decimal, so that bytes do not hang on rounding: 12 -> "12", 0.25 -> "0.2"."""
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element; ``class_`` is written class, ``data_links`` data-links, and None is left out. ``content`` is XML."""
    return f"<{name}{_words(attributes)}>{content}</{name}>" if content else f"<{name}{_words(attributes)}/>"


def _words(attributes: Mapping[str, object]) -> str:
    return "".join([f' {_key(k)}="{_value(v)}"' for k, v in attributes.items() if v is not None])


def _key(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else escape(str(value))


def group(content: Iterable[str] | str, x: float = 0, y: float = 0, **attributes: object) -> str:
    """A group, moved to (x, y)."""
    place = f"translate({number(x)} {number(y)})" if x or y else None
    inside = content if isinstance(content, str) else "".join(content)
    return f"<g{_words({'transform': place} | attributes)}>{inside}</g>"


def rect(x: float, y: float, width: float, height: float, class_: str, rx: float = 0, **more: object) -> str:
    """A rectangle with its upper left corner at (x, y)."""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {place} class="{class_}"' + (f' rx="{number(rx)}"' if rx else "") + f"{_words(more)}/>"


def line(x1: float, y1: float, x2: float, y2: float, class_: str, **more: object) -> str:
    """A straight line, as a path."""
    return path(f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", class_, **more)


def path(d: str, class_: str, **more: object) -> str:
    """Lines and curves, as path data."""
    return f'<path d="{d}" class="{class_}"{_words(more)}/>'


def rise(x1: float, y1: float, x2: float, y2: float, class_: str, **more: object) -> str:
    """A curve that leaves and arrives vertically."""
    a, b, mid = number(x1), number(x2), number((y1 + y2) / 2)
    return path(f"M{a} {number(y1)}C{a} {mid} {b} {mid} {b} {number(y2)}", class_, **more)


def text(x: float, y: float, words: str, class_: str = "", size: float | None = None) -> str:
    """Words with their baseline at y; ``size`` is said where it is not that of the class."""
    style = f' style="font-size:{number(size)}px"' if size else ""
    kind = f' class="{class_}"' if class_ else ""
    return f'<text x="{number(x)}" y="{number(y)}"{kind}{style}>{escape(words)}</text>'


def upright(x: float, y: float, words: str, class_: str) -> str:
    """Words that run upwards from (x, y)."""
    return element("text", escape(words), class_=class_, transform=f"translate({number(x)} {number(y)}) rotate(-90)")


def title(words: str) -> str:
    """What a browser shows under the pointer; as the first child of its group."""
    return element("title", escape(words))


def width_of(words: str, size: float, bold: bool = False) -> float:
    """Width of words in a wide sans-serif (DejaVu Sans), so that they fit in any other."""
    return sum([_EMS[c] for c in words]) * size * (1.1 if bold else 1)


class _Ems(dict[str, float]):
    """Width of a character in ems, worked out once."""

    def __missing__(self, c: str) -> float:
        narrow, middling, wide = c in _NARROW, c in _MIDDLING, c in _WIDE
        self[c] = 0.36 if narrow else 0.42 if middling else 1.0 if wide else 0.72 if c.isupper() else 0.64
        return self[c]


_EMS = _Ems()


def fit(words: str, size: float, width: float, least: float = 0.7, bold: bool = False) -> tuple[str, float]:
    """Words and the size that fits them in ``width``: smaller by as much as ``least``, then cut in the middle."""
    wanted = width_of(words, size, bold)
    if wanted <= width:
        return words, size
    smaller = max(size * width / wanted, size * least)
    return shorten(words, smaller, width, bold), smaller


def shorten(words: str, size: float, width: float, bold: bool = False) -> str:
    """Words with their middle left out, if they are too wide: what tells names apart stands at their ends."""
    if width_of(words, size, bold) <= width + 0.01:
        return words
    for keep in range(len(words) - 1, 1, -1):
        cut = words[: keep // 2] + ELLIPSIS + words[len(words) - (keep - keep // 2) :]
        if width_of(cut, size, bold) <= width:
            return cut
    return ELLIPSIS


def wrap(words: str, size: float, width: float, parted_at: str = " ") -> list[str]:
    """Lines of at most ``width``, broken where words are parted."""
    lines: list[str] = []
    for word in words.split(None if parted_at == " " else parted_at):
        if lines and width_of(f"{lines[-1]}{parted_at}{word}", size) <= width:
            lines[-1] += f"{parted_at}{word}"
        else:
            lines.append(word)
    return lines


def paper_size(width: float, height: float) -> tuple[float, float]:
    """Millimetres of a drawing on the smallest sheet on which names are legible, A3, A1 or A0; it may lie or stand."""
    long, short = max(width, height), min(width, height)
    scale = 0.0
    for edges in _SHEETS:
        scale = min((edge - 2 * _EDGE) / side for edge, side in zip(edges, (long, short), strict=True))
        if scale * _NAME >= _LEGIBLE:
            break
    return width * scale, height * scale


def document(width: float, height: float, name: str, about: str, css: str, body: Iterable[str]) -> str:
    """A whole drawing, in the size of the sheet that it is printed on."""
    box = f"0 0 {number(width)} {number(height)}"
    wide, high = (f"{number(edge)}mm" for edge in paper_size(width, height))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="{box}" role="img"'
        f' font-family="sans-serif">\n'
        f"<title>{escape(name)}</title>\n<desc>{escape(about)}</desc>\n<style>{css}</style>\n"
    )
    paper = rect(0, 0, width, height, "paper sheet")
    return head + paper + "\n" + "\n".join(part for part in body if part) + _END


def stamped(drawing: str, words: str) -> str:
    """A drawing of :func:`document` with words in its upper right corner."""
    found = _VIEW_BOX.search(drawing)
    width = float(found[1]) if found else 0.0
    return drawing.removesuffix(_END) + "\n" + text(width - _STAMP[0], _STAMP[1], words, "l e soft") + _END
