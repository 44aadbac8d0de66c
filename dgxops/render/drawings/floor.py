"""The floor plan of a large cluster: every rack as a tile at its row and place, as site/floor.csv has them.

Rows and places where no rack stands are left out, however many they are: a gap shows that there is a way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from dgxops.expand import floor
from dgxops.model.rack import Rack
from dgxops.render.drawings import svg
from dgxops.render.drawings.rows import Row

KINDS = ("system", "leaf", "machine")
_TILE, _HIGH, _GAP = 88.0, 24.0, 4.0
_LABEL = 62.0  # of a unit, before its first rack
_WAY, _AISLE = 30.0, 16.0
_HEAD = 54.0
_COLOURS = {"compute": "system", "network": "leaf", "management": "machine"}


def file_of(row: Row) -> str:
    """The drawing of a unit, beside the floor plan."""
    return f"racks-{row.group + '-' if row.group else ''}su-{row.su:02d}.svg"


def width_of(rows: Sequence[Row]) -> float:
    """How wide the plan is."""
    return max(_places(rows).values(), default=0) + _TILE


def draw(rows: Sequence[Row], x: float, y: float) -> tuple[str, float]:
    """The plan and its height: rows run downwards, the shared one first, places to the right."""
    across = _places(rows)
    lines = _positions({rack.row for rack in _racks(rows)}, _HIGH + _GAP, _AISLE)
    shown = (_row(row, across, lines) for row in rows if list(_racks([row])))
    title = svg.text(0, 14, "Floor plan: rows and places; each unit is drawn in full in the file of its number", "h2")
    gaps = svg.text(0, 34, _gaps(rows), "l soft")
    return svg.group((title, gaps, svg.group(shown, 0, _HEAD)), x, y), _HEAD + max(lines.values()) + _HIGH


def _gaps(rows: Sequence[Row]) -> str:
    """Why there are gaps, which are as dgxops lays the hall out."""
    said = "Seen from above, not to scale. A gap is a place where no rack stands yet, or a way"
    bays = {min(rack.place for rack in _racks([row])) for row in rows if row.su and list(_racks([row]))}
    bay = (
        f"; {floor.ROWS} units fill a bay of the hall, and the next stand beside it beyond a way"
        if len(bays) > 1
        else ""
    )
    return f"{said}{bay} (a layout of dgxops)."


def _racks(rows: Sequence[Row]) -> Iterator[Rack]:
    return (rack for row in rows for rack in row.racks if not rack.is_floor)


def _places(rows: Sequence[Row]) -> dict[int, float]:
    """Place -> x; before the first of a bay there is room for the names of units."""
    spots = {rack.place for rack in _racks(rows)}
    firsts = {min(rack.place for rack in _racks([row])) for row in rows if list(_racks([row]))}
    plain = _positions(spots, _TILE + _GAP, _WAY)
    return {place: at + _LABEL * sum(first <= place for first in firsts) for place, at in plain.items()}


def _positions(used: Set[int], pitch: float, gap: float) -> dict[int, float]:
    """Number -> distance from the first: one pitch each, and a gap where numbers are left out."""
    at, found = 0.0, dict[int, float]()
    for number in sorted(used):
        at += (gap if number - 1 not in used else 0) if found else 0
        found[number] = at
        at += pitch
    return found


def _row(row: Row, across: Mapping[int, float], lines: Mapping[int, float]) -> str:
    racks = list(_racks([row]))
    y, first = lines[racks[0].row], min(across[rack.place] for rack in racks)
    shown = [_tile(rack, across[rack.place], lines[rack.row]) for rack in racks]
    words, size = svg.fit(_label(row), 12, _LABEL - 6, bold=True)
    label = svg.text(first - _LABEL, y + _HIGH / 2 + 5, words, "l b", size=size)
    inside = "".join((label, *shown))
    return svg.element("a", inside, href=file_of(row)) if row.su else inside


def _label(row: Row) -> str:
    if not row.su:
        return row.group or "Shared"
    return f"{row.group} {row.su}" if row.group else f"Unit {row.su}"


def _tile(rack: Rack, x: float, y: float) -> str:
    words, size = svg.fit(rack.name, 11, _TILE - 8)
    box = svg.rect(x, y, _TILE, _HIGH, _COLOURS.get(rack.kind, "machine"), rx=2)
    text = svg.text(x + _TILE / 2, y + _HIGH / 2 + 4, words, "m", size=size)
    return svg.group((box, text), data_row=rack.row, data_place=rack.place)
