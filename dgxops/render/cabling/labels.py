"""Labels: one an end of a cable, one row each, with what to print on it. Ports are named as the devices name them.

A splitter has one plug, with a label that names what all its legs lead to, and a label a leg. A link of two fibre
cables has rows for either, "a" and "b" behind its ports: swapped at one end they would cross lanes 1 to 4 with 5 to 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, End, Plant

HEADER = ("cable", "end", "here", "there", "media", "length_class")


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/labels.csv: "here" is the end that the label is put on."""
    legs: dict[str, list[Cable]] = {}
    for cable in plant.cables:
        if cable.splitter:
            legs.setdefault(cable.splitter.id, []).append(cable)
    rows = (row for cable in plant.cables for row in _labels(cable, legs))
    return {"cabling/labels.csv": csv_text.dump(HEADER, rows)}


def _labels(cable: Cable, legs: Mapping[str, Sequence[Cable]]) -> Iterator[tuple[str, ...]]:
    a, z = _text(cable.a), _text(cable.z)
    if cable.splitter:
        those = legs[cable.splitter.id]
        if cable is those[0]:
            yield _plug(those)
        yield cable.id, "a", a, z, cable.what, cable.length
        return
    for mark in (" a", " b") if cable.fibres > 1 else ("",):
        yield cable.id, "a", a + mark, z + mark, cable.what, cable.length
        yield cable.id, "z", z + mark, a + mark, cable.what, cable.length


def _plug(legs: Sequence[Cable]) -> tuple[str, ...]:
    """The label at the one plug of a splitter, under the splitter's id."""
    first, z = legs[0], legs[0].z
    here = _words(z, f"cage {z.cage}, legs {' and '.join(leg.z.printed for leg in legs)}")
    return (first.splitter.id if first.splitter else first.id, "z", here, " + ".join(_text(leg.a) for leg in legs),
            first.what, first.length)  # fmt: skip


def _text(end: End) -> str:
    """Rack, unit, device and port, as a person looks for them; what stands in no unit has none."""
    return _words(end, end.printed)


def _words(end: End, port: str) -> str:
    return " ".join([end.rack, *([f"U{end.unit:02d}"] if end.unit else []), end.name, port])
