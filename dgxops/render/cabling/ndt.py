"""Link lists for UFM's NDT plugin: for every InfiniBand fabric one between switches and one to hosts.

Columns and the form "Port N": UFM Enterprise User Manual, NDT Plugin. N is the port number of the subnet manager, a
host's port is its interface: links to ports whose interface nobody said are left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from dgxops.render import csv_text
from dgxops.render.cabling.plant import Cable, End, Plant

HEADER = ("#StartDevice", "StartPort", "EndDevice", "EndPort", "LinkType")


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/ufm/<fabric>-ndt-{switch_to_switch,switch_to_host}.csv, named for the plugin's file types."""
    made: dict[str, str] = {}
    for name, cables in plant.of("infiniband").items():
        hosts = [cable for cable in cables if cable.a.is_host and plant.nics.known_interface(cable.a.at)]
        switches = [cable for cable in cables if not cable.a.is_host]
        if hosts:
            made[f"cabling/ufm/{name}-ndt-switch_to_host.csv"] = _list(plant, hosts)
        made[f"cabling/ufm/{name}-ndt-switch_to_switch.csv"] = _list(plant, switches)
    return made


def _list(plant: Plant, cables: Iterable[Cable]) -> str:
    """Switches come first in a row: the lower one, or the one that a host is plugged into."""
    rows = (
        (*_end(plant, start), *_end(plant, other), "Data")
        for start, other in ((c.z, c.a) if c.a.is_host else (c.a, c.z) for c in cables)
    )
    return csv_text.dump(HEADER, rows)


def _end(plant: Plant, end: End) -> tuple[str, str]:
    return end.name, (plant.nics.known_interface(end.at) or "") if end.is_host else f"Port {end.at.port}"
