"""Systems that stand on a floor or under desks: a tile each, in the order of their positions."""

from __future__ import annotations

from collections.abc import Sequence

from dgxops.model.rack import Rack
from dgxops.render.drawings import svg
from dgxops.render.drawings.contents import Item
from dgxops.render.drawings.elevation import outline

_TILE, _HIGH, _GAP = 152.0, 40.0, 10.0


def draw(rack: Rack, items: Sequence[Item], x: float, y: float, width: float) -> tuple[str, float]:
    """The tiles of one floor and the height that they take."""
    across = int((width + _GAP) // (_TILE + _GAP))
    tiles = (
        _tile(item, (i % across) * (_TILE + _GAP), 28 + (i // across) * (_HIGH + _GAP)) for i, item in enumerate(items)
    )
    head = svg.text(0, 14, f"{rack.name}: on the floor, not in a rack", "h2")
    return svg.group((head, *tiles), x, y, data_rack=rack.name), 28 + -(-len(items) // across) * (_HIGH + _GAP)


def _tile(item: Item, x: float, y: float) -> str:
    name, size = svg.fit(item.name, 13, _TILE - 12, bold=True)
    what = "absent" if item.absent else item.model
    return svg.group(
        (
            svg.rect(x, y, _TILE, _HIGH, item.kind, rx=3, **outline(item)),
            svg.text(x + _TILE / 2, y + 18, name, "b m", size=size),
            svg.text(x + _TILE / 2, y + 32, svg.shorten(what, 11, _TILE - 12), "m soft"),
        ),
        data_name=item.name,
    )
