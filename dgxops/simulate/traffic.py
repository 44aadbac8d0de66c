"""Who sends to whom: the adapters of each rail in the order of the nodes, or of the places that nodes have. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dgxops.model.fabric import Fabric, LinkKind
from dgxops.model.node import Host, HostRole
from dgxops.simulate.loads import Rails
from dgxops.simulate.netfile import Names, adapter_name


def rails_by_node(fabric: Fabric, hosts: Sequence[Host], names: Names) -> Rails:
    """Rail by rail the adapter of each node on the fabric; ports without a rail form one by their own name."""
    nodes = {h.name: h for h in hosts if h.role is HostRole.DGX and h.system}
    rail = {
        (h.name, p.name): p.name if p.rail is None else f"rail {p.rail + 1}"
        for h in nodes.values()
        for p in (h.system.ports if h.system else ())
    }
    rails: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for end in (link.a for link in fabric.links if link.kind is LinkKind.NODE_LEAF and link.a.device in nodes):
        rails[rail[end.device, end.port]][end.device] = adapter_name(end, names)
    return {key: [of[name] for name in nodes if name in of] for key, of in rails.items()}


def rails_by_place(rails: Rails, fabric: Fabric, hosts: Sequence[Host], names: Names) -> Rails:
    """The same with None for every place of a unit, up to the end of the last, that holds no node."""
    place = {h.name: h.index for h in hosts if h.role is HostRole.DGX}
    units = max((h.su for h in hosts), default=0)
    size = next((((h.index - h.index_in_su) // (h.su - 1)) for h in hosts if h.su > 1), max(place.values(), default=0))
    host = {adapter_name(link.a, names): link.a.device for link in fabric.links}
    return {key: _placed(of, [place[host[name]] for name in of if name], units * size) for key, of in rails.items()}


def _placed(adapters: Sequence[str | None], places: Sequence[int], size: int) -> list[str | None]:
    row: list[str | None] = [None] * max(size, *places)
    for adapter, place in zip(adapters, places, strict=True):
        row[place - 1] = adapter
    return row
