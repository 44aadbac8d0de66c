"""From facts to the keys of a cluster.yml, each with its evidence, and what could not be inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from dgxops.expand.addressing import host_pool
from dgxops.importing.facts import Sources
from dgxops.importing.names import naming_of
from dgxops.importing.platform import Kind
from dgxops.model.node import HostRole
from dgxops.nodeset import fold

_FEW = 400  # nodes that the default subnets surely hold, with their switches


@dataclass
class Inferred:
    """Keys of the spec with the evidence for each, and what is left to a person."""

    values: dict[str, tuple[object, str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    nodes: Mapping[int, str] = field(default_factory=dict)  # by position


def infer(sources: Sources, kind: Kind) -> Inferred:
    """Everything that can be told if the nodes are of this kind.

    Raises:
        DgxopsError: the names follow no template.
    """
    found = Inferred()
    found.values["platform"] = kind.system.id, kind.evidence
    per_unit = kind.architecture.nodes_per_su if kind.architecture else max(len(kind.nodes), 1)
    template, found.nodes = naming_of(kind.nodes, per_unit)
    found.values["naming.node"] = template, f"makes all {len(found.nodes)} names again: {fold(found.nodes.values())}"
    _size(found, kind)
    _fabric(found, sources)
    _subnet(found, sources)
    _services(found, sources)
    _partitions(found, sources)
    return found


def _fabric(found: Inferred, sources: Sources) -> None:
    """Two systems of a plain group that cables join."""
    if found.values["scalable_units"][0] != "none":
        return
    pair = set(found.nodes.values())
    joined = sum({c.a[0], c.z[0]} == pair for c in sources.cables)
    if len(pair) == 2 and joined:
        found.values["fabric"] = "direct", f"{joined} cables join the two systems"
    else:
        found.open.append("fabric: the switches of a plain group are not inferred")


def _services(found: Inferred, sources: Sources) -> None:
    """Heads and login nodes that have a cable and one of dgxops's own names."""
    devices = {end[0] for cable in sources.cables for end in (cable.a, cable.z)}
    heads = [f"head-{n:02d}" for n in range(1, 5)]
    logins = [f"login-{n:02d}" for n in range(1, 11)]
    if not devices & set(heads):
        found.open.append("services: which machines are heads and login nodes; the defaults stand")
        return
    have = [name for name in (*heads, *logins) if name in devices]
    counts = {"head": len(devices & set(heads)), "login": len(devices & set(logins))}
    found.values["services"] = counts, f"cables name {fold(have)}"


def _size(found: Inferred, kind: Kind) -> None:
    """Units, the positions that are empty, and how far the last unit is filled."""
    top, arch = max(found.nodes), kind.architecture
    if arch is None:
        found.values["scalable_units"] = "none", f"no reference architecture is known for {kind.system.id}"
        found.values["nodes"] = top, "the highest number among the names"
        return
    found.values["architecture"] = arch.id, f"what the catalogue knows for {kind.system.id}"
    per_unit = arch.nodes_per_su
    units = -(-top // per_unit)
    found.values["scalable_units"] = units, f"{per_unit} positions a unit, the highest in use is {top}"
    auto = set(range(per_unit - arch.ufm.omitted_nodes + 1, per_unit + 1))
    absent = set(range(1, units * per_unit + 1)) - set(found.nodes)
    gaps = {p for p in absent if p < top}
    if not absent - gaps <= auto:
        found.values["nodes"] = top, f"no node stands beyond position {top} of {units * per_unit}"
        absent = gaps
    if absent == {p for p in auto if p in absent or p < top}:
        found.values["omit"] = "auto", "only positions that the reference architecture frees for UFM are empty"
        return
    places = [_name_at(found, gap, per_unit) for gap in sorted(absent)]
    found.values["omit"] = places or "none", f"positions without a node: {fold(places) if places else 'none'}"


def _name_at(found: Inferred, position: int, per_unit: int) -> str:
    su, index = divmod(position - 1, per_unit)
    return str(found.values["naming.node"][0]).format(index=position, su=su + 1, index_in_su=index + 1)


def _subnet(found: Inferred, sources: Sources) -> None:
    """The smallest subnet in which every node has the address of its position."""
    written = {n.name: n.address for n in sources.nodes}
    addresses = {p: _address(written.get(name, "")) for p, name in found.nodes.items()}
    known = {p: a for p, a in addresses.items() if a}
    if not known:
        found.open.append("networks.management.subnet: no source says the nodes' addresses")
        _wide(found)
        return
    first = next(iter(known.values()))
    for prefix in range(28, 15, -1):
        subnet = IPv4Network((first, prefix), strict=False)
        pool = host_pool(subnet, HostRole.DGX)
        if all(p <= pool.capacity and pool.at(p) == a for p, a in known.items()):
            found.values["networks.management.subnet"] = str(subnet), f"{len(known)} NodeAddr are as dgxops gives them"
            return
    position = min(known)
    found.open.append(
        f"networks.management.subnet: addresses follow no subnet of dgxops: {found.nodes[position]} has "
        f"{known[position]}; dgxops gives position p of a subnet of N addresses number N/8 + p"
    )
    _wide(found)


def _wide(found: Inferred) -> None:
    """Room for many nodes where the default subnets have too little; no source says so."""
    if max(found.nodes) > _FEW:
        why = "not inferred: a subnet that is wide enough"
        found.values["networks"] = {"management": {"subnet": "10.10.0.0/16"}, "oob": {"subnet": "10.20.0.0/16"}}, why


def _address(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except ValueError:
        return None


def _partitions(found: Inferred, sources: Sources) -> None:
    mine = set(found.nodes.values())
    members: dict[str, list[str]] = {}
    for node in sources.nodes:
        for partition in node.partitions if node.name in mine else ():
            members.setdefault(partition, []).append(node.name)
    if not members:
        found.open.append("slurm.partitions: no source names a partition")
        return
    default = max(members, key=lambda p: len(members[p]))
    rows = [
        {"name": name, "nodes": "all" if set(names) == mine else fold(names), "default": name == default}
        for name, names in members.items()
    ]
    found.values["slurm.partitions"] = rows, "Partitions= of every node"
    found.open.append(f"slurm.partitions: which is the default ({default} is the largest) and every max_time")
