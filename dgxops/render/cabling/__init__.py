"""Everything about cables: the schedule, labels, port maps, and the files that other tools read.

A module a family; all take the :class:`~dgxops.render.cabling.plant.Plant`, which is made once a render.
"""

from __future__ import annotations

from dgxops.render.cabling import (
    cable_validation,
    labels,
    mission_control,
    ndt,
    port_maps,
    readme,
    schedule,
    topo,
)
from dgxops.render.cabling.plant import Plant
from dgxops.render.write import Artifact

_FAMILIES = (schedule, labels, port_maps, mission_control, cable_validation, ndt, topo, readme)


def artifacts(plant: Plant) -> dict[str, Artifact]:
    """Every file below cabling/."""
    made: dict[str, Artifact] = {}
    for family in _FAMILIES:
        made.update(family.artifacts(plant))
    return made
