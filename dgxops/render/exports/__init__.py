"""The cluster as other tools and buyers want it: NetBox, Topograph, Mission Control's siteinfo, a bill of materials."""

from __future__ import annotations

from dgxops.render.cabling.plant import Plant
from dgxops.render.exports import bom, breakout, netbox, siteinfo, topograph
from dgxops.render.write import Artifact

_FAMILIES = (bom, breakout, netbox, siteinfo, topograph)


def artifacts(plant: Plant) -> dict[str, Artifact]:
    """site/bom.csv, mission-control-subnets.yaml, netbox/, siteinfo.yaml and topograph.yaml."""
    made: dict[str, Artifact] = {}
    for family in _FAMILIES:
        made.update(family.artifacts(plant))
    return made
