"""What nobody knows of an architecture or a switch model and files depend on: a site says it under `design:`.

Until then files stand on a layout of dgxops, or leave the value out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dgxops.model.cluster import Cluster, Group, SwitchModel
from dgxops.model.fabric import OUT_OF_BAND
from dgxops.model.marks import UNKNOWN


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Values that a site must say of a system, an architecture or a switch model: what they are, which files want them,
    their key, and how to find them out."""

    system: str
    what: str
    wanted_by: str
    key: str
    look: str
    whose: str = "the catalogue does not know"


_RACKS = {
    "racks.rack_units": "how high its racks are",
    "racks.nodes_per_rack": "how many systems a rack holds",
    "racks.node_units": "which rack units the systems take",
    "racks.fixtures": "which rack units switch trays and power shelves take",
    "racks.pdus": "how many PDUs a compute rack has",
    "racks.pdu_units": "which height PDUs take",
    "racks.pdu_positions": "which rack units PDUs take",
}
_OF_RACKS = "elevations, cable lengths, out-of-band ports"
_OTHERS = {
    "ufm": ("how UFM is attached", "cables of the compute fabric, hosts"),
    "ufm.appliances": ("how many UFM appliances it has", "hosts, cables"),
    "ufm.links": ("how UFM is attached", "cables of the compute fabric"),
    "oob": ("its out-of-band fabric", "out-of-band cables"),
    "compute": ("its compute fabric", "cables of the compute fabric"),
}
_OF_SWITCHES = {
    "managed": ("whether it has a management port", "out-of-band cables and addresses"),
    "rack_units": ("its height", "elevations, cable lengths"),
    "cages": ("how many cages it has", "port maps, optics"),
    "ufm_gbps": ("the rate of its port for UFM", "cables of UFM's appliances"),
}


def unsaid_design(cluster: Cluster) -> tuple[Unsaid, ...]:
    """What a site must still say of its architectures and of the switch models in them, each once."""
    found = [one for group in cluster.groups for one in (*_of_architecture(group), *_of_switches(cluster, group))]
    return tuple(dict.fromkeys(found))


def _of_architecture(group: Group) -> Iterator[Unsaid]:
    unknown = [field for field, mark in group.marks if mark == UNKNOWN]
    if racks := [_RACKS[field] for field in _RACKS if field in unknown]:
        yield Unsaid(group.architecture, "; ".join(racks), _OF_RACKS, "design.racks", "the plan of the hall")
    for field in unknown:
        if field not in _RACKS:
            what, wanted_by = _OTHERS.get(field, (field, "what follows from it"))
            yield Unsaid(group.architecture, what, wanted_by, f"design.{field}", "the plan of the cluster")


def _of_switches(cluster: Cluster, group: Group) -> Iterator[Unsaid]:
    """Of those that only carry management, their own management is nothing that is cabled."""
    used = {s.model for f in cluster.fabrics if f.group == group.name and f.kind != OUT_OF_BAND for s in f.switches}
    for model in group.models:
        unknown = _unknown(model)
        if model.name not in used:
            unknown.pop("managed", None)
        if unknown:
            whats, wanted = zip(*unknown.values(), strict=True)
            yield Unsaid(model.name, "; ".join(whats), ", ".join(wanted), f"design.switches.{model.name}",
                         "its data sheet")  # fmt: skip


def _unknown(model: SwitchModel) -> dict[str, tuple[str, str]]:
    marks: Mapping[str, str] = dict(model.marks)
    return {field: words for field, words in _OF_SWITCHES.items() if marks.get(field) == UNKNOWN}
