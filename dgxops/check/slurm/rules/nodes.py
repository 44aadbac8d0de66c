"""Nodes and partitions: each defined once, addressed one by one, sized as the hardware is, and in a partition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dgxops.check.slurm.case import Case, error, warning
from dgxops.check.slurm.config import SLURM, Nodes, Partition
from dgxops.model.finding import Finding

GROUP = "slurm nodes"
PARTITIONS = "slurm parts"
_CPUS = {"cpus", "procs", "sockets", "boards", "corespersocket"}
_LISTS = {"nodeaddr": "NodeAddr", "nodehostname": "NodeHostname"}


def there_are_nodes(case: Case) -> Iterator[Finding]:
    if not case.config.nodes and not case.config.has_dynamic_nodes:
        yield error(GROUP, SLURM, "no NodeName and no MaxNodeCount", seen="no job ever runs", mend="name the nodes")


def defined_once(case: Case) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for line in case.config.nodes:
        twice = [name for name in line.names if seen.setdefault(name, line.place) != line.place]
        twice += [name for name, count in Counter(line.names).items() if count > 1]
        if twice:
            where = ", ".join(sorted({seen[name] for name in twice}))
            yield error(GROUP, line.place, f"defined already ({where})", dict.fromkeys(twice),
                        seen="slurmctld: fatal: Duplicated NodeName in the config file",
                        mend="keep one NodeName line for each node")  # fmt: skip


def addressed_one_by_one(case: Case) -> Iterator[Finding]:
    for line in case.config.nodes:
        for key, name in _LISTS.items():
            count = len(case.expand(line.values.get(key, "")))
            if count not in (0, len(line.names)) and not (count == 1 and _has_ports(line)):
                yield error(GROUP, line.place, f"{len(line.names)} names and {count} in {name}",
                            seen=f"slurmctld: fatal: {name} count must equal that of NodeName records",
                            mend="give as many as there are names, in the same order")  # fmt: skip


def addresses_differ(case: Case) -> Iterator[Finding]:
    holders: dict[str, str] = {}
    for line in case.config.nodes:
        addresses = case.expand(line.values.get("nodeaddr", ""))
        for name, address in zip(line.names, addresses, strict=False):
            other = holders.setdefault(address, name)
            if other != name and not _has_ports(line):
                yield error(GROUP, line.place, f"{address} is {other}'s already", (name,),
                            seen="slurmctld talks to one machine for both", mend="correct NodeAddr")  # fmt: skip


def _has_ports(line: Nodes) -> bool:
    """Several slurmd on one machine, each with a port of its own: then they share an address."""
    return "port" in line.values


def sizes_are_given(case: Case) -> Iterator[Finding]:
    for line in case.config.nodes:
        if "realmemory" not in line.values:
            yield warning(GROUP, line.place, "RealMemory is missing", line.names,
                          seen="Slurm takes it for 1 MB", mend="give what slurmd -C prints")  # fmt: skip
        if not _CPUS & set(line.values):
            yield warning(GROUP, line.place, "neither CPUs nor Sockets is given", line.names,
                          seen="Slurm takes it for one CPU", mend="give what slurmd -C prints")  # fmt: skip


def memory_is_there(case: Case) -> Iterator[Finding]:
    for line in case.config.nodes:
        memory = _number(line.values.get("realmemory", ""))
        short = [n for n in line.names if n in case.truth.nodes and memory > case.truth.nodes[n].real_memory]
        if short:
            most = min(case.truth.nodes[n].real_memory for n in short)
            yield error(GROUP, line.place, f"RealMemory={memory} and the system has {most}", short,
                        seen="the nodes register with less and are drained: Low RealMemory",
                        mend=f"give {most} or less")  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def all_nodes_are_named(case: Case) -> Iterator[Finding]:
    """Where the machines are known: the same nodes here and there."""
    if not case.truth.nodes:
        return
    missing = [n for n in case.truth.nodes if n not in case.config.names]
    strange = [n for n in case.config.names if n not in case.truth.nodes]
    if missing:
        yield error(GROUP, SLURM, "nodes of the cluster are not named", missing, seen="no job ever runs on them",
                    mend="name them")  # fmt: skip
    if strange:
        yield error(GROUP, SLURM, "nodes are named that the cluster does not have", strange,
                    seen="they are down for ever", mend="remove them")  # fmt: skip


def partitions_know_their_nodes(case: Case) -> Iterator[Finding]:
    for part in case.config.partitions:
        strange = [n for n in dict.fromkeys(part.nodes) if n not in case.config.names]
        if strange:
            yield error(PARTITIONS, part.place, f"partition {part.name} has nodes without a NodeName", strange,
                        seen=f"slurmctld: fatal: Invalid node names in partition {part.name}",
                        mend="define them, or take them out")  # fmt: skip


def partitions_have_nodes(case: Case) -> Iterator[Finding]:
    for part in case.config.partitions:
        if not part.nodes and not case.config.has_dynamic_nodes:
            yield error(PARTITIONS, part.place, f"partition {part.name} has no nodes", seen="no job ever runs there",
                        mend="give it nodes, or remove it")  # fmt: skip


def one_default(case: Case) -> Iterator[Finding]:
    default = [p for p in case.config.partitions if _is_yes(p)]
    for part in default[1:]:
        yield error(PARTITIONS, part.place, f"partition {part.name} is a second default beside {default[0].name}",
                    seen="the last one wins, without a word", mend="Default=NO on all but one")  # fmt: skip


def _is_yes(part: Partition) -> bool:
    return part.values.get("default", "no").lower() in ("yes", "up", "true", "1")


def partitions_are_defined_once(case: Case) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for part in case.config.partitions:
        if seen.setdefault(part.name, part.place) != part.place:
            yield error(PARTITIONS, part.place, f"partition {part.name} is defined already ({seen[part.name]})",
                        seen="slurmctld: fatal: duplicate entry for partition", mend="keep one")  # fmt: skip


def every_node_has_a_partition(case: Case) -> Iterator[Finding]:
    used = {n for part in case.config.partitions for n in part.nodes}
    idle: list[Nodes] = [line for line in case.config.nodes if not used.issuperset(line.names)]
    for line in idle:
        yield warning(PARTITIONS, line.place, "nodes are in no partition", [n for n in line.names if n not in used],
                      seen="no job ever runs on them", mend="put them into a partition")  # fmt: skip


RULES = (
    there_are_nodes,
    defined_once,
    addressed_one_by_one,
    addresses_differ,
    sizes_are_given,
    memory_is_there,
    all_nodes_are_named,
)
PARTITION_RULES = (
    partitions_know_their_nodes,
    partitions_have_nodes,
    partitions_are_defined_once,
    one_default,
    every_node_has_a_partition,
)
