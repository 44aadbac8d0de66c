"""What ibnetdiscover and dump_fts would print of a fabric: for tests that do not start a simulator."""

from __future__ import annotations

from dgxops.simulate import discovered
from dgxops.simulate.discovered import Discovered
from dgxops.simulate.netfile import Net


def text(net: Net) -> str:
    """In the format of ibnetdiscover of infiniband-diags 44."""
    by_name = {d.name: d for d in net.devices}
    peers = {**dict(net.cables), **{z: a for a, z in net.cables}}
    blocks = []
    for lid, d in enumerate(net.devices, 1):
        kind, letter = ("Switch", "S") if d.is_switch else ("Ca", "H")
        head = f'{kind}\t{d.ports} "{letter}-{d.guid:016x}"\t\t# "{d.name}"'
        head += f" base port 0 lid {lid} lmc 0" if d.is_switch else ""
        lines = [f"{'switch' if d.is_switch else 'ca'}guid={d.guid:#x}", head]
        for (name, port), (peer, peer_port) in sorted(p for p in peers.items() if p[0][0] == d.name):
            z = by_name[peer]
            own = "" if d.is_switch else f"({d.guid + 1:x})"
            tail = f'"{z.name}" lid 0 4xSDR' if d.is_switch else f'lid {lid} lmc 0 "{z.name}" lid 0 4xSDR'
            assert name == d.name
            lines.append(f'[{port}]{own}\t"{"S" if z.is_switch else "H"}-{z.guid:016x}"[{peer_port}]\t\t# {tail}')
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def seen(net: Net) -> Discovered:
    """The fabric as the tools would find it: only what can be reached from the first adapter."""
    neighbours: dict[str, set[str]] = {}
    for a, z in net.cables:
        neighbours.setdefault(a[0], set()).add(z[0])
        neighbours.setdefault(z[0], set()).add(a[0])
    reached: set[str] = set()
    todo = [net.adapters[0].name]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += neighbours[name]
    here = tuple(d for d in net.devices if d.name in reached)
    return discovered.parse(text(Net(here, tuple(c for c in net.cables if c[0][0] in reached))).splitlines())
