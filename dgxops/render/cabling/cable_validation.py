"""Sheets for UFM's Cable Validation Tool: one workbook for versions 1.4 to 1.6, one for 1.7 and later.

Columns: the tool's P2P File pages. Up to 1.6 an InfiniBand host port is a number that the mapping file makes a device,
and an Ethernet one is "rail<n>"; what a port on no rail is called there no document says, and here it is its interface.
From 1.7 on it is the interface. Host ports whose device or interface nobody said are left out. The Nodes sheet of 1.7
has columns that no document gives: it is left out, and must be added by hand. So are cables of the out-of-band fabric:
BMCs and PDUs do not say what they are plugged into.
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
    sheets, links = _sheets(plant), list(_links(plant))
    made: dict[str, Artifact] = {}
    if sheets:
        made[f"{_FOLDER}/cable-validation-1.4.xlsx"] = xlsx.dump(sheets)
    if links:
        made[f"{_FOLDER}/cable-validation-1.7.xlsx"] = xlsx.dump({"Links": [LINKS, *links]})
    return made | _mappings(plant)


def _validated(cable: Cable) -> bool:
    return not cable.fabric.out_of_band


def _sheets(plant: Plant) -> dict[str, list[xlsx.Row]]:
    """A sheet a fabric, as 1.4 to 1.6 read them."""
    made = {name: [INFINIBAND, *_infiniband(plant, cables)] for name, cables in plant.of("infiniband").items()}
    for name, cables in plant.of("ethernet").items():
        if _validated(cables[0]):
            made[name] = [ETHERNET, *_ethernet(plant, cables)]
    return {name: rows for name, rows in made.items() if len(rows) > 1}


def _infiniband(plant: Plant, cables: list[Cable]) -> Iterator[xlsx.Row]:
    for cable in cables:
        a, z = cable.a, cable.z
        port: xlsx.Cell = plant.nics.number(a.at) if a.is_host else a.printed
        if not a.is_host or plant.nics.known_rdma(a.at):
            yield a.rack, a.unit, a.name, port, z.rack, z.unit, z.name, z.printed


def _ethernet(plant: Plant, cables: list[Cable]) -> Iterator[xlsx.Row]:
    for cable in cables:
        a, z = (plant.nics.rail(e.at) if e.is_host else None for e in (cable.a, cable.z))
        a, z = a or _port(plant, cable.a), z or _port(plant, cable.z)
        if a and z:
            yield *_ethernet_end(cable.a, a), *_ethernet_end(cable.z, z)


def _ethernet_end(end: End, port: str) -> xlsx.Row:
    return end.rack, end.unit, end.name, "Host" if end.is_host else "Switch", port


def _port(plant: Plant, end: End) -> str | None:
    """A host's interface, or what a switch prints."""
    return plant.nics.known_interface(end.at) if end.is_host else end.printed


def _links(plant: Plant) -> Iterator[xlsx.Row]:
    for cable in filter(_validated, plant.cables):
        a, z = _port(plant, cable.a), _port(plant, cable.z)
        if a and z:
            yield cable.a.name, a, cable.z.name, z, _PROTOCOLS[cable.fabric.protocol]


def _mappings(plant: Plant) -> dict[str, str]:
    if not plant.of("infiniband"):
        return {}
    tables = {system.id: _mapping(system) for system in plant.cluster.systems}
    return {f"{_FOLDER}/hca-mapping-{id_}.csv": csv_text.dump(MAPPING, rows) for id_, rows in tables.items() if rows}


def _mapping(system: System) -> list[tuple[int, str]]:
    return [(number, port.rdma) for number, port in numbered(system) if port.rdma]
