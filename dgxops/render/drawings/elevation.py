"""One rack from the front, to scale: a rack unit is 44.45 mm, a rack 600 mm wide, what stands in it 482.6 mm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dgxops.model.rack import Rack
from dgxops.render.drawings import svg
from dgxops.render.drawings.contents import Item

UNIT = 14.0
WIDTH = 189.0  # 600 mm
_BAY = 152.0  # 482.6 mm, 19 inches
_BAY_X = (WIDTH - _BAY) / 2
PITCH = WIDTH + 13
ABOVE, BELOW = 24.0, 24.0  # room for a rack's name and for what it holds
_EDGE = 6.0  # of the frame above and below the units


def height_of(rack: Rack) -> float:
    """Of the whole drawing of a rack, name and caption with it."""
    return ABOVE + rack.units * UNIT + BELOW


def frames(racks: Iterable[Rack]) -> str:
    """An empty rack of each height among ``racks``, to be used by its id."""
    return svg.element("defs", "".join(_frame(units) for units in sorted({r.units for r in racks})))


def _frame(units: int) -> str:
    high = units * UNIT
    lines = "".join(f"M{svg.number(_BAY_X)} {svg.number(u * UNIT)}h{svg.number(_BAY)}" for u in range(1, units))
    numbers = (
        svg.text(_BAY_X - 3, (units - u + 1) * UNIT - 4, str(u), "xs e soft" if u % 5 else "xs e b")
        for u in range(1, units + 1)
    )
    return svg.group(
        (
            svg.rect(0, -_EDGE, WIDTH, high + 2 * _EDGE, "frame", rx=4),
            svg.rect(_BAY_X, 0, _BAY, high, "bay"),
            svg.path(lines, "grid"),
            *numbers,
        ),
        id=f"rack-{units}",
    )


def draw(rack: Rack, items: Sequence[Item], x: float, y: float) -> str:
    """A rack with its name above and what it holds below; its highest unit begins at y + ABOVE."""
    name, size = svg.fit(rack.name, 13, WIDTH, bold=True)
    return svg.group(
        (
            svg.text(WIDTH / 2, -12, name, "b m", size=size),
            svg.element("use", href=f"#rack-{rack.units}"),
            *(_item(rack, item) for item in items),
            *_captions(items, rack.units * UNIT + 20),
        ),
        x,
        y + ABOVE,
        class_="rack",
        data_rack=rack.name,
    )


def _captions(items: Sequence[Item], y: float) -> Iterator[str]:
    """The caption in as many lines as the width of a rack asks for."""
    lines = svg.wrap(caption(items), 12, WIDTH, parted_at=", ")
    for i, line in enumerate(lines):
        yield svg.text(WIDTH / 2, y + 16 * i, line if line is lines[-1] else f"{line},", "m soft")


def caption(items: Sequence[Item]) -> str:
    """ "4 systems, 40.8 kW", "18 compute trays, 9 NVLink trays, 2 switches", or the like."""
    counts = Counter(i.noun or _word(i.kind) for i in items if i.kind not in ("power", "other"))
    power = sum(i.power_kw for i in items)
    words = [f"{n} {word}{_plural(word, n)}" for word, n in counts.items()]
    return ", ".join([*words, f"{power:.1f} kW"] if power else words)


def _word(kind: str) -> str:
    return kind if kind in ("system", "machine") else "switch"


def _plural(word: str, count: int) -> str:
    return "" if count == 1 else "es" if word.endswith("ch") else "s"


def _item(rack: Rack, item: Item) -> str:
    y = (rack.units - item.unit - item.height + 1) * UNIT
    high = item.height * UNIT
    until = f" to {item.unit + item.height - 1}" if item.height > 1 else ""
    away = f", absent ({item.absent})" if item.absent else ""
    about = f"{item.name}: {item.what}, {rack.name} unit {item.unit}{until}{away}"
    return svg.group(
        (
            svg.title(about),
            svg.rect(_BAY_X, y + 0.7, _BAY, high - 1.4, item.kind, rx=2, **outline(item)),
            svg.rect(_BAY_X, y + 0.7, 4, high - 1.4, f"{item.kind}-c"),
            *_label(item, y, high),
        ),
        data_name=item.name,
    )


def _label(item: Item, y: float, high: float) -> list[str]:
    """The name; beside it what the thing is where it is low and there is room, below it where it is high."""
    if item.height >= 3:
        return _tall_label(item, y + high / 2)
    room = _BAY - 14
    base = y + high / 2 + 3.6
    what = "absent" if item.absent else item.model
    name, size = svg.fit(item.name, 10, room - svg.width_of(what, 9) - 8)
    if name != item.name or not what:
        return [_words(_BAY_X + 9, base, *svg.fit(item.name, 10, room), 10, "")]
    return [_words(_BAY_X + 9, base, name, size, 10, ""), svg.text(_BAY_X + _BAY - 5, base, what, "s e soft")]


def _tall_label(item: Item, middle: float) -> list[str]:
    name, size = svg.fit(item.name, 14, _BAY - 14, bold=True)
    what, small = svg.fit(_detail(item), 10, _BAY - 14)
    centre = WIDTH / 2 + 2
    return [_words(centre, middle, name, size, 0, "b m"), _words(centre, middle + 15, what, small, 0, "m soft")]


def _words(x: float, y: float, words: str, size: float, usual: float, class_: str) -> str:
    return svg.text(x, y, words, class_, None if size == usual else size)


def _detail(item: Item) -> str:
    if item.absent:
        return "absent"
    return f"{item.model}, {item.power_kw:g} kW" if item.power_kw else item.model


def outline(item: Item) -> dict[str, object]:
    """Attributes that draw a system that is away as an empty, dashed box."""
    return {"fill_opacity": 0.25, "stroke_dasharray": "5 4"} if item.absent else {}
