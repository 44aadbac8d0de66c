"""Rack elevations: one sheet where there is one scalable unit, else one a unit and one of what all share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.rack import Rack
from dgxops.render.drawings import desks, elevation, facts, floor, panel, style, svg
from dgxops.render.drawings.contents import Item, items_of
from dgxops.render.drawings.rows import Row, rows_of

_MARGIN = 40.0
_MOST = 10  # racks side by side; a longer row goes on below
_BETWEEN = 50.0  # two rows on one line
_HEAD, _SUB = 108.0, 20.0
_LEAST_WIDTH, _LEAST_PLAN_WIDTH = 1000.0, 1460.0

Contents = Mapping[str, Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One drawing: rows in full, and on the sheet of a large cluster the floor plan of all rows."""

    title: str
    subtitle: str
    rows: tuple[Row, ...]
    panel: panel.Panel
    plan: tuple[Row, ...] = ()


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/racks.svg and, for several units, site/racks-su-<unit>.svg."""
    rows, contents = rows_of(cluster), items_of(cluster)
    if not rows:
        return {}
    units = [row for row in rows if row.su]
    if len(units) <= 1:
        return {"site/racks.svg": _draw(_whole(cluster, rows, contents), contents)}
    made = {"site/racks.svg": _draw(_shared(cluster, rows, contents), contents)}
    return made | {f"site/{floor.file_of(row)}": _draw(_unit(cluster, row, contents), contents) for row in units}


def _whole(cluster: Cluster, rows: tuple[Row, ...], contents: Contents) -> Sheet:
    return Sheet(
        f"{cluster.name}: racks", facts.headline(cluster), rows, _panel(cluster, rows, contents, facts.counts(cluster))
    )


def _shared(cluster: Cluster, rows: tuple[Row, ...], contents: Contents) -> Sheet:
    shared = tuple(row for row in rows if not row.su)
    counts = facts.counts(cluster)
    return Sheet(
        f"{cluster.name}: racks", facts.headline(cluster), shared, _panel(cluster, shared, contents, counts), rows
    )


def _unit(cluster: Cluster, row: Row, contents: Contents) -> Sheet:
    items = list(_items((row,), contents))
    counts = facts.counts_of_row(row, items)
    return Sheet(
        f"{cluster.name}: {row.title[0].lower()}{row.title[1:]}",
        facts.headline_of_row(row, items),
        (row,),
        _panel(cluster, (row,), contents, counts),
    )


def _panel(
    cluster: Cluster, rows: Iterable[Row], contents: Contents, counts: tuple[tuple[str, str], ...]
) -> panel.Panel:
    items = list(_items(rows, contents))
    return panel.Panel(panel.legend_of(items), counts, facts.notes(cluster, items))


def _items(rows: Iterable[Row], contents: Contents) -> Iterator[Item]:
    return (item for row in rows for rack in row.racks for item in contents.get(rack.name, ()))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Racks that stand together on one line of a sheet, at x."""

    title: str
    racks: tuple[Rack, ...]
    x: float

    @property
    def end(self) -> float:
        racks = len(self.racks) * elevation.PITCH - (elevation.PITCH - elevation.WIDTH)
        return self.x + max(racks, svg.width_of(self.title, 15, bold=True))


def _lines(rows: Sequence[Row]) -> list[list[_Piece]]:
    """Rows cut to lines; a short one goes beside the one before it."""
    lines: list[list[_Piece]] = []
    for row in rows:
        for start in range(0, len(row.racks), _MOST):
            racks = row.racks[start : start + _MOST]
            title = row.title if not start else ""
            before = lines[-1] if lines else []
            beside = bool(before) and sum(len(p.racks) for p in before) + len(racks) < _MOST
            piece = _Piece(title, racks, before[-1].end + _BETWEEN if beside else _MARGIN)
            (lines[-1].append(piece) if beside else lines.append([piece]))
    return lines


def _draw(sheet: Sheet, contents: Contents) -> str:
    lines = _lines([Row(r.su, tuple(k for k in r.racks if not k.is_floor), r.group) for r in sheet.rows])
    plan = max(_LEAST_PLAN_WIDTH, floor.width_of(sheet.plan) + 2 * _MARGIN) if sheet.plan else _LEAST_WIDTH
    width = max([plan, *(line[-1].end + _MARGIN for line in lines)])
    body, y = _head(sheet, width)
    for line in lines:
        body.append(_line(line, y, contents))
        y += _line_height(line)
    beside, bottom = _below(sheet, lines, contents, width, y)
    racks = [rack for row in sheet.rows for rack in row.racks if not rack.is_floor]
    kinds = [kind for kind, _, _ in sheet.panel.legend]
    css = style.css(dict.fromkeys([*kinds, *(floor.KINDS if sheet.plan else ())]))
    view = f"Front view of {facts.counted(len(racks), 'rack')} to scale. " if racks else ""
    about = f"{view}{sheet.subtitle}"
    return svg.document(width, bottom + _MARGIN, sheet.title, about, css, [elevation.frames(racks), *body, *beside])


def _below(
    sheet: Sheet, lines: Sequence[Sequence[_Piece]], contents: Contents, width: float, y: float
) -> tuple[list[str], float]:
    """What comes under the racks, or beside the last of them: panel, floors, floor plan; and where they end."""
    free = width - _MARGIN - (lines[-1][-1].end + 1.6 * _BETWEEN) if lines else 0
    wide = width - 2 * _MARGIN
    if free >= panel.LEAST_WIDTH:
        top = y - _line_height(lines[-1]) + 14
        block, height = panel.draw(sheet.panel, width - _MARGIN - free, top, free)
        made, y = [block], max(y, top + height)
    else:
        block, height = panel.draw(sheet.panel, _MARGIN, y + 10, wide)
        made, y = [block], y + 10 + height
    for rack in (k for r in sheet.rows for k in r.racks if k.is_floor):
        block, height = desks.draw(rack, contents.get(rack.name, ()), _MARGIN, y + 30, wide)
        made, y = [*made, block], y + 30 + height
    if sheet.plan:
        block, height = floor.draw(sheet.plan, _MARGIN, y + 30)
        made, y = [*made, block], y + 30 + height
    return made, y


def _head(sheet: Sheet, width: float) -> tuple[list[str], float]:
    """Title and subtitle, and where the racks begin below them."""
    lines = svg.wrap(sheet.subtitle, 15, width - 2 * _MARGIN, parted_at="  ·  ")
    told = [svg.text(_MARGIN, 84 + _SUB * i, line, "sub soft") for i, line in enumerate(lines)]
    return [svg.text(_MARGIN, 58, sheet.title, "h1"), *told], _HEAD + _SUB * (len(lines) - 1)


def _line(line: Sequence[_Piece], y: float, contents: Contents) -> str:
    made = []
    for piece in line:
        if piece.title:
            made.append(svg.text(piece.x, y + 14, piece.title, "h2"))
        made += [
            elevation.draw(rack, contents.get(rack.name, ()), piece.x + i * elevation.PITCH, y + 24)
            for i, rack in enumerate(piece.racks)
        ]
    return "\n".join(made)


def _line_height(line: Sequence[_Piece]) -> float:
    return 24 + max(elevation.height_of(rack) for piece in line for rack in piece.racks) + 26
