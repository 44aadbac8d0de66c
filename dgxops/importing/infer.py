"""From facts to the keys of a cluster.yml, each with its evidence, and what could not be inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from dgxops.catalogue import Catalogue
from dgxops.errors import DgxopsError
from dgxops.expand.addressing import host_pool
from dgxops.importing.facts import Sources
from dgxops.importing.names import naming_of
from dgxops.importing.platform import Kind, kinds, words
from dgxops.model.node import HostRole
from dgxops.nodeset import fold


@dataclass
class Inferred:
    """Keys of the spec with the evidence for each, and what is left to a person."""

    values: dict[str, tuple[object, str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    nodes: Mapping[int, str] = field(default_factory=dict)  # by position


def infer(sources: Sources, catalogue: Catalogue, platform: str | None) -> Inferred:
    """Everything that can be told.

    Raises:
        DgxopsError: no system of the catalogue fits, or the names follow no template.
    """
    kind, others = _kind(sources, catalogue, platform)
    found = Inferred()
    found.values["platform"] = kind.system.id, kind.evidence
    if others:
        found.open.append(f"platform: {words(others)} would fit as well; --platform says which")
    per_unit = kind.architecture.nodes_per_su if kind.architecture else max(len(kind.nodes), 1)
    template, found.nodes = naming_of(kind.nodes, per_unit)
    found.values["naming.node"] = template, f"makes all {len(found.nodes)} names again: {fold(found.nodes.values())}"
    _size(found, kind)
    _subnet(found, sources)
    _partitions(found, sources)
    return found


def _kind(sources: Sources, catalogue: Catalogue, platform: str | None) -> tuple[Kind, list[Kind]]:
    fitting = kinds(sources, catalogue)
    wanted = catalogue.system(platform).id if platform else None
    chosen = [k for k in fitting if wanted in (None, k.system.id)]
    if not chosen:
        known = f"; the sources fit {words(fitting)}" if fitting else ""
        raise DgxopsError(
            f"no DGX system {'called ' + wanted if wanted else 'of the catalogue'} fits what the sources say{known}",
            hint="`dgxops show system ID` prints the ports, processors and GPUs that were looked for",
        )
    return chosen[0], chosen[1:]


def _size(found: Inferred, kind: Kind) -> None:
    """Units, the positions that are empty, and how far the last unit is filled."""
    top, arch = max(found.nodes), kind.architecture
    if arch is None:
        found.values["scalable_units"] = "none", f"no reference architecture is known for {kind.system.id}"
        found.values["nodes"] = top, "the highest number among the names"
        found.open.append("fabric: the switches of a plain group are not inferred")
        return
    found.values["architecture"] = arch.id, f"what the catalogue knows for {kind.system.id}"
    per_unit = arch.nodes_per_su
    units = -(-top // per_unit)
    found.values["scalable_units"] = units, f"{per_unit} positions a unit, the highest in use is {top}"
    auto = set(range(per_unit - arch.ufm.omitted_nodes + 1, per_unit + 1))
    full = set(range(1, units * per_unit + 1))
    gaps = set(range(1, top + 1)) - set(found.nodes)
    if full - auto - set(found.nodes) - gaps:
        found.values["nodes"] = top, f"no node stands beyond position {top} of {units * per_unit}"
    if gaps == {p for p in auto if p <= top}:
        found.values["omit"] = "auto", "only positions that the reference architecture frees for UFM are empty"
        return
    places = {gap: _name_at(found, gap, per_unit) for gap in sorted(gaps)}
    empty = f"empty below position {top}: {fold(places.values()) if places else 'none'}"
    found.values["omit"] = (list(places.values()) or "none"), empty


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
