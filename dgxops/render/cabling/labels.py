"""Labels: two a cable, one row each, with what to print on it. Ports are named as the devices name them."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, End, Plant

HEADER = ("cable", "end", "here", "there", "media", "length_class")


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/labels.csv: "here" is the end that the label is put on."""
    rows = (row for cable in plant.cables for row in _labels(cable))
    return {"cabling/labels.csv": csv_text.dump(HEADER, rows)}


def _labels(cable: Cable) -> Iterator[tuple[str, ...]]:
    a, z = _text(cable.a), _text(cable.z)
    yield cable.id, "a", a, z, cable.media, cable.length
    yield cable.id, "z", z, a, cable.media, cable.length


def _text(end: End) -> str:
    """Rack, unit, device and port, as a person looks for them; a PDU has no unit."""
    return " ".join([end.rack, *([f"U{end.unit:02d}"] if end.unit else []), end.name, end.printed])
