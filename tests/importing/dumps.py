"""A fabric in the forms of ibnetdiscover."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.simulate.netfile import Net, net_of, rdma_names


def net(cluster: Cluster) -> Net:
    return net_of(next(f for f in cluster.fabrics if f.name == "compute"), rdma_names(cluster.hosts))


def dump(cluster: Cluster) -> str:
    """As ibnetdiscover prints the compute fabric."""
    found = net(cluster)
    devices = {d.name: d for d in found.devices}
    peers: dict[str, list[str]] = {}
    for a, z in ((a, z) for pair in found.cables for a, z in (pair, pair[::-1])):
        kind, guid = "S" if devices[z[0]].is_switch else "H", devices[z[0]].guid
        peers.setdefault(a[0], []).append(f'[{a[1]}]\t"{kind}-{guid:016x}"[{z[1]}]\t\t# "{z[0]}" lid 4 4xNDR\n')
    made = ["#\n# Topology file: generated on Tue Nov 24 10:00:00 2026\n#\n"]
    for d in found.devices:
        word, kind, letter = ("switch", "Switch", "S") if d.is_switch else ("ca", "Ca", "H")
        head = f'{word}guid={d.guid:#x}({d.guid:x})\n{kind}\t{d.ports} "{letter}-{d.guid:016x}"\t\t# "{d.name}"\n'
        made.append("vendid=0x2c9\ndevid=0xd2f2\nsysimgguid=0x1\n" + head + "".join(peers.get(d.name, [])) + "\n")
    return "".join(made)


def report(cluster: Cluster) -> str:
    """As ibnetdiscover -p prints it."""
    found = net(cluster)
    devices = {d.name: d for d in found.devices}
    made = []
    for a, z in sorted((a, z) for pair in found.cables for a, z in (pair, pair[::-1])):
        near, far = devices[a[0]], devices[z[0]]
        made.append(
            f"{'SW' if near.is_switch else 'CA'}     1 {a[1]:2d} {near.guid:#018x} 4x NDR"
            f" - {'SW' if far.is_switch else 'CA'}     2 {z[1]:2d} {far.guid:#018x} ( '{near.name}' - '{far.name}' )\n"
        )
    return "".join(made) + "SW     1 64 0x0000000000000001 4x SDR" + " " * 36 + "'leaf-01-1'\n"
