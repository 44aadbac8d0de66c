"""The floor plan of a large cluster: every rack as a tile, one line a scalable unit."""

from __future__ import annotations

from collections.abc import Sequence

from dgxops.model.rack import Rack
from dgxops.render.drawings import svg
from dgxops.render.drawings.rows import Row

KINDS = ("system", "leaf", "machine")
_TILE, _HIGH, _GAP = 88.0, 24.0, 4.0
_LABEL = 62.0
_BETWEEN = 44.0
_COLOURS = {"compute": "system", "network": "leaf", "management": "machine"}


def file_of(row: Row) -> str:
    """The drawing of a unit, beside the floor plan."""
    return f"racks-{row.group + '-' if row.group else ''}su-{row.su:02d}.svg"


def draw(rows: Sequence[Row], x: float, y: float, width: float) -> tuple[str, float]:
    """The plan and its height; units run downwards, in as many columns as there is room for."""
    units = [row for row in rows if row.su]
    longest = max(len(row.racks) for row in units)
    each = _LABEL + longest * (_TILE + _GAP)
    columns = max(1, min(int((width + _BETWEEN) // (each + _BETWEEN)), -(-len(units) // 4)))
    deep = -(-len(units) // columns)
    lines = (
        _row(row, (i // deep) * (each + _BETWEEN), 34 + (i % deep) * (_HIGH + _GAP)) for i, row in enumerate(units)
    )
    head = svg.text(0, 14, "Floor plan: a row a scalable unit, drawn in full in the file of its number", "h2")
    return svg.group((head, *lines), x, y), 34 + deep * (_HIGH + _GAP)


def _row(row: Row, x: float, y: float) -> str:
    tiles = (_tile(rack, _LABEL + i * (_TILE + _GAP)) for i, rack in enumerate(row.racks))
    label = svg.text(0, _HIGH / 2 + 5, f"{row.group} {row.su}" if row.group else f"Unit {row.su}", "l b")
    return svg.group(svg.element("a", "".join((label, *tiles)), href=file_of(row)), x, y)


def _tile(rack: Rack, x: float) -> str:
    words, size = svg.fit(rack.name, 11, _TILE - 8)
    box = svg.rect(x, 0, _TILE, _HIGH, _COLOURS.get(rack.kind, "machine"), rx=2)
    return box + svg.text(x + _TILE / 2, _HIGH / 2 + 4, words, "m", size=size)
