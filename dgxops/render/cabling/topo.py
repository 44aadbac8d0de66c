"""Files of the InfiniBand diagnostics: the topology of each fabric, and the names of its switches.

Syntax: ibdm-topo-file(1), with width and lane speed in the arrow as UFM's Cable Validation Tool has it, and
infiniband-diags' node-name-map. Ports of switches are the subnet manager's numbers, a host's port is its RDMA device:
links to ports whose device nobody said are left out. The digit in the type of a host, "HCA_mlx5_<n>", is its number of
ports on the fabric, which no document confirms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from dgxops.model.fabric import Fabric, Switch
from dgxops.render.cabling.plant import Cable, Plant

_NAMES_HEADER = """\
# Names of the switches of the {fabric} fabric, for OpenSM and the InfiniBand diagnostics (node-name-map).
# A line is a GUID in hex, a blank, and the name in double quotes: 0x0123456789abcdef "{first}"
# GUIDs are known after delivery only: hardware.csv tells them, or put each before its name instead of the number sign.
"""


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/ufm/<fabric>.topo and cabling/ufm/<fabric>.node-name-map for every InfiniBand fabric."""
    made: dict[str, str] = {}
    for fabric in plant.cluster.fabrics:
        if fabric.protocol == "infiniband" and fabric.switches:
            cables = plant.of("infiniband").get(fabric.name, [])
            made[f"cabling/ufm/{fabric.name}.topo"] = _topology(plant, fabric, cables)
            guids = {record.device: record.guid for record in plant.cluster.hardware}
            made[f"cabling/ufm/{fabric.name}.node-name-map"] = _names(fabric, guids)
    return made


def _topology(plant: Plant, fabric: Fabric, cables: Iterable[Cable]) -> str:
    """A section a switch with links to hosts or upwards, each link once."""
    types = _types(fabric, cables)
    sections: dict[str, list[str]] = {}
    for cable in cables:
        near, far = (cable.z, cable.a) if cable.a.is_host else (cable.a, cable.z)
        port = plant.nics.known_rdma(far.at) if far.is_host else far.at.port
        if port is None:
            continue
        arrow = f"-4x-{cable.rate_gbps // 4}G->"
        line = f"    P{near.at.port} {arrow} {types[far.name]} {far.name} {f'{port}/P1' if far.is_host else f'P{port}'}"
        sections.setdefault(near.name, []).append(line)
    order = [s.name for s in fabric.switches if s.name in sections]
    return "\n".join("\n".join((f"{types[name]} {name}", *sections[name], "")) for name in order)


def _types(fabric: Fabric, cables: Iterable[Cable]) -> dict[str, str]:
    """Device -> system type of every end."""
    ports = Counter(cable.a.name for cable in cables if cable.a.is_host)
    return {host: f"HCA_mlx5_{count}" for host, count in ports.items()} | {s.name: _type(s) for s in fabric.switches}


def _type(switch: Switch) -> str:
    """MQM9700 for a QM9700, as NVIDIA's example has it; other names are those of the catalogue."""
    return f"M{switch.model}" if switch.model.startswith("QM") else switch.model


def _names(fabric: Fabric, guids: Mapping[str, str | None]) -> str:
    return "".join((_NAMES_HEADER.format(fabric=fabric.name, first=fabric.switches[0].name), *_lines(fabric, guids)))


def _lines(fabric: Fabric, guids: Mapping[str, str | None]) -> Iterator[str]:
    """A switch whose GUID hardware.csv tells is complete."""
    return (f'{guids.get(switch.name) or "#"} "{switch.name}"\n' for switch in fabric.switches)
