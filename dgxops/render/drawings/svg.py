"""SVG as text: a few elements, escaping, and how wide a word is. Lengths are user units, about a pixel each."""

from __future__ import annotations

from collections.abc import Iterable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NARROW = frozenset("iljI.,:;'|![]() /")
_MIDDLING = frozenset("ftr-\"*")
_WIDE = frozenset("mwMW@%—…")
ELLIPSIS = "…"


def escape(text: str) -> str:
    """Text as it may stand in an element or in a quoted attribute; what XML cannot hold at all becomes a question mark."""
    kept = "".join(c if c >= " " or c in "\t\n" else "?" for c in text)
    return kept.translate(_ESCAPES)


def number(value: float) -> str:
    """At most one decimal, so that bytes do not hang on rounding: 12 -> "12", 0.25 -> "0.2"."""
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element; ``class_`` is written class, ``data_links`` data-links, and None is left out. ``content`` is XML."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{words}>{content}</{name}>" if content else f"<{name}{words}/>"


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else escape(str(value))


def group(content: Iterable[str] | str, x: float = 0, y: float = 0, **attributes: object) -> str:
    """A group, moved to (x, y)."""
    place = f"translate({number(x)} {number(y)})" if x or y else None
    return element("g", content if isinstance(content, str) else "".join(content), transform=place, **attributes)


def rect(x: float, y: float, width: float, height: float, class_: str | None = None, **more: object) -> str:
    size: dict[str, object] = {"width": number(width), "height": number(height)}
    return element("rect", x=number(x), y=number(y), **size, class_=class_, **more)


def line(x1: float, y1: float, x2: float, y2: float, class_: str, **more: object) -> str:
    """A straight line, as a path."""
    return path(f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", class_, **more)


def path(d: str, class_: str, **more: object) -> str:
    return element("path", d=d, class_=class_, **more)


def rise(x1: float, y1: float, x2: float, y2: float, class_: str, **more: object) -> str:
    """A curve that leaves and arrives vertically."""
    a, b, mid = number(x1), number(x2), number((y1 + y2) / 2)
    return path(f"M{a} {number(y1)}C{a} {mid} {b} {mid} {b} {number(y2)}", class_, **more)


def text(x: float, y: float, words: str, class_: str | None = None, **more: object) -> str:
    """Words with their baseline at y."""
    return element("text", escape(words), x=number(x), y=number(y), class_=class_, **more)


def upright(x: float, y: float, words: str, class_: str) -> str:
    """Words that run upwards from (x, y)."""
    return element("text", escape(words), class_=class_, transform=f"translate({number(x)} {number(y)}) rotate(-90)")


def title(words: str) -> str:
    """What a browser shows under the pointer; as the first child of its group."""
    return element("title", escape(words))


def width_of(words: str, size: float, bold: bool = False) -> float:
    """Width of words in a wide sans-serif (DejaVu Sans), so that they fit in any other."""
    units = sum(_char_width(c) for c in words)
    return units * size * (1.1 if bold else 1)


def _char_width(c: str) -> float:
    if c in _NARROW:
        return 0.36
    if c in _MIDDLING:
        return 0.42
    if c in _WIDE:
        return 1.0
    return 0.72 if c.isupper() else 0.64


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


def wrap(words: str, size: float, width: float) -> list[str]:
    """Lines of at most ``width``, broken at spaces."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def document(width: float, height: float, name: str, about: str, css: str, body: Iterable[str]) -> str:
    """A whole drawing; it has no size of its own and fills the window or the sheet that it is shown on."""
    box = f"0 0 {number(width)} {number(height)}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" font-family="sans-serif">\n'
        f"<title>{escape(name)}</title>\n<desc>{escape(about)}</desc>\n<style>{css}</style>\n"
    )
    paper = rect(0, 0, width, height, "paper sheet")
    return head + paper + "\n" + "\n".join(part for part in body if part) + "\n</svg>\n"
