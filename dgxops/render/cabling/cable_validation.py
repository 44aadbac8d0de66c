"""Sheets for UFM's Cable Validation Tool: one workbook for versions 1.4 to 1.6, one for 1.7 and later.

Columns: the tool's P2P File pages. Up to 1.6 an InfiniBand host port is a number that the mapping file makes a device,
and an Ethernet one is "rail<n>"; ports that are on no rail are called by their interface. From 1.7 on it is the
interface. The Nodes sheet of 1.7 has columns that no document gives: it is left out, and must be added by hand. So are
cables of the out-of-band fabric: BMCs and PDUs do not say what they are plugged into.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.model.node import System
from dgxops.render import csv_text, xlsx
from dgxops.render.cabling.nics import numbered
from dgxops.render.cabling.plant import Cable, End, Plant
from dgxops.render.write import Artifact

INFINIBAND = ("Rack", "U", "Name", "HCA/Port", "Rack", "U", "Name", "Port")
ETHERNET = ("A-Rack", "A-U", "A-Node Name", "A-Type", "A-Port", "Z-Rack", "Z-RU", "Z-Node Name", "Z-Type", "Z-Port")
LINKS = ("A-Node", "A-Port", "Z-Node", "Z-Port", "Protocol")
MAPPING = ("port", "hca-name")

_PROTOCOLS = {"infiniband": "ib", "ethernet": "ethernet"}
_FOLDER = "cabling/ufm"


def artifacts(plant: Plant) -> dict[str, Artifact]:
    """Both workbooks, and a mapping file a kind of system whose RDMA devices are known."""
    if not any(_validated(cable) for cable in plant.cables):
        return {}
    return {
        f"{_FOLDER}/cable-validation-1.4.xlsx": xlsx.dump(_sheets(plant)),
        f"{_FOLDER}/cable-validation-1.7.xlsx": xlsx.dump({"Links": _links(plant)}),
        **_mappings(plant),
    }


def _validated(cable: Cable) -> bool:
    return not cable.fabric.out_of_band


def _sheets(plant: Plant) -> dict[str, Iterator[xlsx.Row]]:
    """A sheet a fabric, as 1.4 to 1.6 read them."""
    infiniband = {name: _infiniband(plant, cables) for name, cables in plant.of("infiniband").items()}
    ethernet = {
        name: _ethernet(plant, cables) for name, cables in plant.of("ethernet").items() if _validated(cables[0])
    }
    return infiniband | ethernet


def _infiniband(plant: Plant, cables: list[Cable]) -> Iterator[xlsx.Row]:
    yield INFINIBAND
    for cable in cables:
        a, z = cable.a, cable.z
        port: xlsx.Cell = plant.nics.number(a.at) if a.is_host else a.printed
        yield a.rack, a.unit, a.name, port, z.rack, z.unit, z.name, z.printed


def _ethernet(plant: Plant, cables: list[Cable]) -> Iterator[xlsx.Row]:
    yield ETHERNET
    for cable in cables:
        yield *_ethernet_end(plant, cable.a), *_ethernet_end(plant, cable.z)


def _ethernet_end(plant: Plant, end: End) -> xlsx.Row:
    if not end.is_host:
        return end.rack, end.unit, end.name, "Switch", end.printed
    port = plant.nics.rail(end.at) or plant.nics.interface(end.at)
    return end.rack, end.unit, end.name, "Host", port


def _links(plant: Plant) -> Iterator[xlsx.Row]:
    yield LINKS
    for cable in filter(_validated, plant.cables):
        a, z = (plant.nics.interface(end.at) if end.is_host else end.printed for end in (cable.a, cable.z))
        yield cable.a.name, a, cable.z.name, z, _PROTOCOLS[cable.fabric.protocol]


def _mappings(plant: Plant) -> dict[str, str]:
    if not plant.of("infiniband"):
        return {}
    tables = {system.id: _mapping(system) for system in plant.cluster.systems}
    return {f"{_FOLDER}/hca-mapping-{id_}.csv": csv_text.dump(MAPPING, rows) for id_, rows in tables.items() if rows}


def _mapping(system: System) -> list[tuple[int, str]]:
    return [(number, port.rdma) for number, port in numbered(system) if port.rdma]
