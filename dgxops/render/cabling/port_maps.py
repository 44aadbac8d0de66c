"""Port maps: a file a rack that says what is plugged where, from the lowest unit up."""

from __future__ import annotations

import re

from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, End, Plant

HEADER = ("u", "device", "port", "printed", "fabric", "to_rack", "to_u", "to_device", "to_printed", "media",
          "length_class", "remark")  # fmt: skip
_DIGITS = re.compile(r"(\d+)")

Plug = tuple[End, End, Cable]
"""The end in the rack, the other one, the cable."""


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/racks/<rack>.csv for every rack with cables."""
    plugs: dict[str, list[Plug]] = {}
    for cable in plant.cables:
        plugs.setdefault(cable.a.rack, []).append((cable.a, cable.z, cable))
        plugs.setdefault(cable.z.rack, []).append((cable.z, cable.a, cable))
    order = {port: _natural(port) for port in {end.at.port for those in plugs.values() for end, _, _ in those}}
    return {f"cabling/racks/{rack}.csv": _map(plugs[rack], order) for rack in sorted(plugs)}


def _map(plugs: list[Plug], order: dict[str, list[str | int]]) -> str:
    plugs.sort(key=lambda p: (p[0].unit or 0, p[0].name, order[p[0].at.port]))
    return csv_text.dump(HEADER, map(_row, plugs))


def _row(plug: Plug) -> tuple[object, ...]:
    near, far, cable = plug
    return (near.unit, near.name, near.at.port, near.printed, cable.fabric.name, far.rack, far.unit, far.name,
            far.printed, cable.what, cable.length, cable.remark)  # fmt: skip


def _natural(port: str) -> list[str | int]:
    """Numbers in a name sort by value; text and numbers always take turns."""
    return [int(part) if part.isdigit() else part for part in _DIGITS.split(port)]
