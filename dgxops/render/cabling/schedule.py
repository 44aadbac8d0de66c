"""The cable schedule: one row a cable, with both ends, where they stand, and the cable to order."""

from __future__ import annotations

from dgxops.render import csv_text
from dgxops.render.cabling.plant import Plant

HEADER = ("id", "fabric", "a_name", "a_port", "a_rack", "a_u", "z_name", "z_port", "z_rack", "z_u", "media",
          "length_class", "kind", "splitter", "remark")  # fmt: skip


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/cables.csv: every cable of every fabric, nodes first, then upwards through the tiers.

    Ports are the model's: numbers from 1 at the rate of the links, "17/3" for a breakout lane; lengths are in metres.
    Rows with the same splitter are one cable, its legs.
    """
    rows = (
        (c.id, c.fabric.name, c.a.name, c.a.at.port, c.a.rack, c.a.unit, c.z.name, c.z.at.port, c.z.rack, c.z.unit,
         c.what, c.length, c.kind.value, c.splitter.id if c.splitter else "", c.remark)
        for c in plant.cables
    )  # fmt: skip
    return {"cabling/cables.csv": csv_text.dump(HEADER, rows)}
