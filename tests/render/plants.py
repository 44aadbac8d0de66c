"""What the tests of cable files and exports share."""

from __future__ import annotations

import csv
import io
from collections import Counter

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric
from dgxops.render.cabling.plant import Plant
from dgxops.render.write import Artifact

WIDE = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}
CLUSTERS = {
    "h100": {"platform": "dgx-h100", "scalable_units": 2},
    "a100": {"platform": "dgx-a100", "scalable_units": 1},
    "b200": {"platform": "dgx-b200", "scalable_units": 1},
    "b300-xdr": {"platform": "dgx-b300", "architecture": "b300-xdr", "scalable_units": 1},
    "b300-spectrum-x": {"platform": "dgx-b300", "architecture": "b300-spectrum-x", "scalable_units": 1},
    "gb200": {"platform": "dgx-gb200-nvl72", "scalable_units": 1},
    "sparks": {"platform": "dgx-spark", "scalable_units": "none", "nodes": 2, "fabric": "direct"},
}
Pair = frozenset[tuple[str, str]]
"""The two ends of a link: device and port."""


def table(files: dict[str, Artifact], path: str) -> list[dict[str, str]]:
    text = files[path]
    assert isinstance(text, str)
    return list(csv.DictReader(io.StringIO(text)))


def links(fabrics: list[Fabric]) -> Counter[Pair]:
    return Counter(
        frozenset({(k.a.device, k.a.port), (k.z.device, k.z.port)}) for fabric in fabrics for k in fabric.links
    )


def of(cluster: Cluster, protocol: str) -> list[Fabric]:
    return [f for f in cluster.fabrics if f.protocol == protocol]


def back(plant: Plant, device: str, port: str) -> str:
    """A port in the words of another tool -> the model's: by face for switches, by interface or rail for hosts."""
    face = plant.devices[device].face
    if face:
        return face.logical(port)
    ports = plant.nics.by_host.get(device, {}).values()
    return next((p.name for n, p in ports if port in (p.interface, f"rail{n}")), port)


def named(cluster: Cluster, found: Counter[Pair], word: str) -> Counter[Pair]:
    """The links of which every host's port has that word ("interface" or "rdma"): ports that are its own to say."""
    return Counter({pair: n for pair, n in found.items() if all(word_of(cluster, *end, word) for end in pair)})


def word_of(cluster: Cluster, device: str, port: str, word: str) -> str | None:
    """What a host calls a port; the port itself on a switch, None where nobody said it."""
    if device not in cluster.by_name:
        return port
    system, (cage, _, lane) = cluster.by_name[device].system, port.partition("/")
    field = f"second_{word}" if lane == "2" else word
    return next((getattr(p, field) for p in system.ports if p.name == cage), None) if system else None
