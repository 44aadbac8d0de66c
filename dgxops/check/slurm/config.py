"""What the files say, typed: nodes, partitions, GRES and topologies with the places where they say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dgxops.check.slurm.hostlist import NotAHostlist, expand
from dgxops.check.slurm.keys import Version
from dgxops.check.slurm.text import ConfFile, Fault, Line, parse
from dgxops.check.slurm.topology import Block, Switch, Topology
from dgxops.check.slurm.topology_yaml import read_yaml

SLURM, GRES, CGROUP, TOPOLOGY, TOPOLOGY_YAML = (
    "slurm.conf", "gres.conf", "cgroup.conf", "topology.conf", "topology.yaml"
)  # fmt: skip
FILES = (SLURM, GRES, CGROUP, TOPOLOGY, TOPOLOGY_YAML)
YAML_SINCE: Version = (25, 5)  # CHANGELOG/slurm-25.05.md: "configure multiple topology plugins via ... topology.yaml"


@dataclass(frozen=True, slots=True)
class Nodes:
    """One NodeName line of slurm.conf or gres.conf; ``values`` has NodeName=DEFAULT lines merged in."""

    place: str
    names: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Partition:
    """One PartitionName line; ``nodes`` are its hosts, with node sets and ALL resolved."""

    place: str
    name: str
    nodes: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Config:
    """All files of one cluster for one version of Slurm."""

    version: Version
    files: Mapping[str, ConfFile]
    nodes: tuple[Nodes, ...]
    partitions: tuple[Partition, ...]
    gres: tuple[Nodes, ...]
    topologies: tuple[Topology, ...]
    faults: tuple[Fault, ...] = field(default=())

    @cached_property
    def names(self) -> dict[str, Nodes]:
        """Every node of slurm.conf -> the line that defines it first."""
        found: dict[str, Nodes] = {}
        for line in self.nodes:
            for name in line.names:
                found.setdefault(name, line)
        return found

    @cached_property
    def settings(self) -> dict[str, list[tuple[str, str]]]:
        """Lines of slurm.conf that are no nodes and no partitions: key in lower case -> (value, place)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for line in self.lines(SLURM):
            for key, value in line.pairs[:1]:
                found.setdefault(key.lower(), []).append((value, line.place))
        return found

    def lines(self, name: str) -> tuple[Line, ...]:
        return self.files[name].lines if name in self.files else ()

    def setting(self, key: str) -> tuple[str, str]:
        """(value, place) of the last line with this key; two empty strings where there is none."""
        return self.settings.get(key.lower(), [("", "")])[-1]

    @property
    def has_dynamic_nodes(self) -> bool:
        return "maxnodecount" in self.settings


def read(texts: Mapping[str, str], version: Version) -> Config:
    """Read whichever of :data:`FILES` there are; what cannot be read is a fault and is left out."""
    files = {name: parse(name, texts[name]) for name in FILES if name in texts and name != TOPOLOGY_YAML}
    faults = [fault for file in files.values() for fault in file.faults]
    nodes = tuple(_nodes(files.get(SLURM), faults))
    topologies = _topologies(texts, files, version, faults)
    return Config(
        version=version,
        files=files | ({TOPOLOGY_YAML: ConfFile(TOPOLOGY_YAML, ())} if TOPOLOGY_YAML in texts else {}),
        nodes=nodes,
        partitions=tuple(_partitions(files.get(SLURM), nodes, faults)),
        gres=tuple(_gres(files.get(GRES), nodes, faults)),
        topologies=topologies,
        faults=tuple(faults),
    )


def names_of(place: str, text: str, faults: list[Fault]) -> tuple[str, ...]:
    """A hostlist expanded; a bad one is a fault and empty."""
    try:
        return expand(text)
    except NotAHostlist as error:
        faults.append(Fault(place, str(error)))
        return ()


def _those(file: ConfFile | None, first: str) -> Iterator[Line]:
    return (line for line in (file.lines if file else ()) if line.first == first)


def _with_defaults(file: ConfFile | None, first: str) -> Iterator[tuple[Line, dict[str, str]]]:
    """Lines with that first key; a line for DEFAULT gives its values to those that follow."""
    defaults: dict[str, str] = {}
    for line in _those(file, first):
        if line.values[first].upper() == "DEFAULT":
            defaults |= line.values
        else:
            yield line, {**defaults, **line.values}


def _nodes(file: ConfFile | None, faults: list[Fault]) -> Iterator[Nodes]:
    for line, values in _with_defaults(file, "nodename"):
        yield Nodes(line.place, names_of(line.place, values["nodename"], faults), values)
        for key in ("nodeaddr", "nodehostname"):
            names_of(line.place, line.values.get(key, ""), faults)


def _partitions(file: ConfFile | None, nodes: Sequence[Nodes], faults: list[Fault]) -> Iterator[Partition]:
    everyone = tuple(name for line in nodes for name in line.names)
    sets = dict(_node_sets(file, nodes, faults))
    for line, values in _with_defaults(file, "partitionname"):
        named = names_of(line.place, values.get("nodes", ""), faults)
        members: list[str] = []
        for name in named:
            members += everyone if name.upper() == "ALL" else sets.get(name, (name,))
        yield Partition(line.place, values["partitionname"], tuple(members), values)


def _node_sets(
    file: ConfFile | None, nodes: Sequence[Nodes], faults: list[Fault]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in _those(file, "nodeset"):
        wanted = line.values.get("feature")
        by_feature = (n for nodes_ in nodes if wanted and wanted in _features(nodes_) for n in nodes_.names)
        yield line.values["nodeset"], (*names_of(line.place, line.values.get("nodes", ""), faults), *by_feature)


def _features(nodes: Nodes) -> list[str]:
    return (nodes.values.get("feature") or nodes.values.get("features", "")).split(",")


def _gres(file: ConfFile | None, nodes: Sequence[Nodes], faults: list[Fault]) -> Iterator[Nodes]:
    """Lines of gres.conf; one without NodeName is for all nodes."""
    everyone = tuple(name for line in nodes for name in line.names)
    for line in file.lines if file else ():
        if "nodename" in line.values:
            yield Nodes(line.place, names_of(line.place, line.values["nodename"], faults), line.values)
        else:
            yield Nodes(line.place, everyone, line.values)


def _topologies(
    texts: Mapping[str, str], files: Mapping[str, ConfFile], version: Version, faults: list[Fault]
) -> tuple[Topology, ...]:
    """What the controller builds: topology.yaml wins where the version knows it, else the plugin's topology.conf."""
    if TOPOLOGY_YAML in texts and version >= YAML_SINCE:
        found, bad = read_yaml(TOPOLOGY_YAML, texts[TOPOLOGY_YAML])
        faults += bad
        return found
    plugins = [line.values["topologyplugin"] for line in _those(files.get(SLURM), "topologyplugin")]
    kind = plugins[-1].removeprefix("topology/") if plugins else ""
    if kind not in ("tree", "block") or TOPOLOGY not in files:
        return ()
    return (_from_conf(kind, files[TOPOLOGY], faults),)


def _from_conf(kind: str, file: ConfFile, faults: list[Fault]) -> Topology:
    """Only what the plugin of that kind reads."""
    if kind == "tree":
        return Topology("default", kind, file.name, switches=tuple(_switches(file, faults)))
    sizes = [(line.values["blocksizes"], line.place) for line in _those(file, "blocksizes")][-1:]
    text, place = sizes[0] if sizes else ("", "")
    wanted = tuple(filter(None, text.split(",")))
    return Topology("default", kind, file.name, (), tuple(_blocks(file, faults)), wanted, place)


def _switches(file: ConfFile, faults: list[Fault]) -> Iterator[Switch]:
    for line in _those(file, "switchname"):
        nodes = names_of(line.place, line.values.get("nodes", ""), faults)
        children = names_of(line.place, line.values.get("switches", ""), faults)
        yield Switch(line.place, line.values["switchname"], nodes, children)


def _blocks(file: ConfFile, faults: list[Fault]) -> Iterator[Block]:
    for line in _those(file, "blockname"):
        yield Block(line.place, line.values["blockname"], names_of(line.place, line.values.get("nodes", ""), faults))
