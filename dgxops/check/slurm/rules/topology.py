"""The topology: there, a tree under one root, with nodes that exist and that the fabric connects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dgxops.check.slurm.case import Case, error, warning, words
from dgxops.check.slurm.config import TOPOLOGY, TOPOLOGY_YAML, YAML_SINCE
from dgxops.check.slurm.topology import Switch, Topology
from dgxops.model.finding import Finding

GROUP = "slurm topology"
LONGEST = 64  # HOST_NAME_MAX of Linux: src/plugins/topology/tree/switch_record.c
_BARE_LEAVES: tuple[int, int] = (25, 5)  # "Allow topology/tree leaf switch definitions without child nodes"


def trees(case: Case) -> Iterator[Topology]:
    return (t for t in case.config.topologies if t.kind == "tree")


def file_is_there(case: Case) -> Iterator[Finding]:
    """With tree or block on and no topology.yaml that counts, topology.conf must say something."""
    kind = case.config.setting("TopologyPlugin")[0].removeprefix("topology/")
    if kind not in ("tree", "block") or _yaml_counts(case):
        return
    if TOPOLOGY not in case.config.files:
        yield error(GROUP, TOPOLOGY, f"is missing, and TopologyPlugin=topology/{kind}",
                    seen="slurmctld: fatal: something wrong with opening/reading topology.conf",
                    mend="write it, or remove TopologyPlugin")  # fmt: skip


def _yaml_counts(case: Case) -> bool:
    return TOPOLOGY_YAML in case.config.files and case.version >= YAML_SINCE


def says_something(case: Case) -> Iterator[Finding]:
    for top in case.config.topologies:
        what = {"tree": "switches", "block": "blocks"}.get(top.kind)
        if what and not getattr(top, what):
            yield error(GROUP, top.file, f"has no {what}, and topology/{top.kind} is on",
                        seen=f"slurmctld: error: No {what} configured, and it ends at the first job",
                        mend=f"name the {what}")  # fmt: skip


def one_file_counts(case: Case) -> Iterator[Finding]:
    if TOPOLOGY_YAML not in case.config.files:
        return
    if case.version < YAML_SINCE:
        yield warning(GROUP, TOPOLOGY_YAML, f"Slurm {words(case.version)} does not read it",
                      seen="topology.conf counts alone", mend="remove it")  # fmt: skip
    elif TOPOLOGY in case.config.files:
        yield error(GROUP, TOPOLOGY_YAML, f"hides topology.conf from Slurm {words(case.version)}",
                    seen="what stands in topology.conf is not read", mend="keep one of the two files")  # fmt: skip


def names_are_single(case: Case) -> Iterator[Finding]:
    for top in case.config.topologies:
        seen: dict[str, str] = {}
        for place, name, _ in top.places:
            if not name or len(name) > LONGEST:
                yield error(GROUP, place, f"a name of 1 to {LONGEST} characters is needed, not {name[:LONGEST]!r}",
                            seen="slurmctld: fatal or error when it reads the file", mend="name it")  # fmt: skip
            elif seen.setdefault(name, place) != place:
                yield error(GROUP, place, f"{name} is defined already ({seen[name]})",
                            seen="slurmctld: fatal: Switch (or Block) has already been defined",
                            mend="keep one of them")  # fmt: skip


def nodes_exist(case: Case) -> Iterator[Finding]:
    for top in case.config.topologies:
        for place, name, nodes in top.places:
            strange = [n for n in nodes if n not in case.config.names]
            if strange and not case.config.has_dynamic_nodes:
                yield error(GROUP, place, f"{name} has nodes without a NodeName in slurm.conf", strange,
                            seen="slurmctld: Invalid hostnames in switch configuration; some versions end there",
                            mend="define them, or take them out")  # fmt: skip


def every_node_is_in_it(case: Case) -> Iterator[Finding]:
    for top in case.config.topologies:
        held = Counter(n for _, _, nodes in top.places for n in nodes)
        out = [n for n in _wanted(case, top) if n not in held]
        if held and out:
            yield warning(GROUP, top.file, f"nodes are in no {'block' if top.kind == 'block' else 'switch'}", out,
                          seen="slurmctld: warning: switches lack access to nodes", mend="add them")  # fmt: skip


def _wanted(case: Case, top: Topology) -> Iterable[str]:
    """The nodes that a topology must hold: all, or those of the partitions that choose it beside the default."""
    if top.default or len(case.config.topologies) == 1:
        return case.config.names
    chosen = (p.nodes for p in case.config.partitions if p.values.get("topology") == top.name)
    return dict.fromkeys(name for nodes in chosen for name in nodes) or case.config.names


def nodes_are_held_once(case: Case) -> Iterator[Finding]:
    for top in case.config.topologies:
        seen: dict[str, str] = {}
        for place, name, nodes in top.places:
            twice = [n for n in nodes if seen.setdefault(n, name) != name]
            if twice:
                yield error(GROUP, place, f"nodes of {name} are below {seen[twice[0]]} already", twice,
                            seen="slurmctld: warning: Multiple leaf switches contain nodes",
                            mend="leave each node below one")  # fmt: skip


def switches_have_children(case: Case) -> Iterator[Finding]:
    for top in trees(case):
        for switch in top.switches:
            if not switch.nodes and not switch.children and case.version < _BARE_LEAVES:
                yield error(GROUP, switch.place, f"switch {switch.name} has neither nodes nor switches",
                            seen="slurmctld: error: switch has neither child switches nor nodes",
                            mend="give it children, or remove it")  # fmt: skip
            if switch.nodes and switch.children:
                yield error(GROUP, switch.place, f"switch {switch.name} has both nodes and switches",
                            seen="slurmctld: error: switch has both child switches and nodes",
                            mend="put the nodes below a switch of their own")  # fmt: skip


def children_exist(case: Case) -> Iterator[Finding]:
    for top in trees(case):
        for switch in top.switches:
            strange = [c for c in switch.children if c not in top.by_name or c == switch.name]
            if strange:
                yield error(GROUP, switch.place, f"switch {switch.name} has no such children: {', '.join(strange)}",
                            seen="slurmctld: fatal: Switch configuration has invalid child",
                            mend="define them, or take them out")  # fmt: skip


def children_have_one_parent(case: Case) -> Iterator[Finding]:
    for top in trees(case):
        for name, parents in top.parents.items():
            if len(parents) > 1:
                yield error(GROUP, parents[1].place, f"switch {name} is below {parents[0].name} already",
                            seen="Slurm keeps the last parent and counts wrong distances",
                            mend="leave it below one switch")  # fmt: skip


def there_is_no_cycle(case: Case) -> Iterator[Finding]:
    for top in trees(case):
        reached = {s.name for root in top.roots for s in _under(top, root)}
        lost = [s for s in top.switches if s.name not in reached]
        if lost:
            yield error(GROUP, lost[0].place, f"switches hang on one another in a circle: {_list(lost)}",
                        seen="slurmctld: fatal: Switch configuration is not a tree",
                        mend="hang them below a root")  # fmt: skip


def _under(top: Topology, root: Switch) -> Iterator[Switch]:
    left, seen = [root], set()
    while left:
        switch = left.pop()
        if switch.name not in seen:
            seen.add(switch.name)
            yield switch
            left += [top.by_name[c] for c in switch.children if c in top.by_name]


def _list(switches: list[Switch]) -> str:
    return ", ".join(s.name for s in switches[:4]) + (f" and {len(switches) - 4} more" if len(switches) > 4 else "")


def one_root(case: Case) -> Iterator[Finding]:
    """Several roots are right only where the fabric itself is in several pieces, one root each."""
    for top in trees(case):
        roots = [s for s in top.roots if s.nodes or s.children]
        if len(roots) < 2 or _each_an_island(case, top):
            continue
        orphans = [s for s in roots if not s.children]
        upper = [s for s in roots if s.children]
        for switch in orphans if upper else ():
            yield error(GROUP, switch.place, f"switch {switch.name} has no parent", switch.nodes,
                        seen="slurmctld: warning: no switch can reach all nodes; jobs across it never start",
                        mend=f"name it below {upper[0].name}")  # fmt: skip
        several = upper or orphans
        if len(several) > 1:
            yield error(GROUP, several[1].place, f"several roots: {_list(several)}",
                        seen="slurmctld: warning: no switch can reach all nodes; jobs across them never start",
                        mend="put one switch over them")  # fmt: skip


def _each_an_island(case: Case, top: Topology) -> bool:
    islands = [{case.truth.islands.get(n, -1) for n in top.below(root)} for root in top.roots]
    single = [next(iter(i)) for i in islands if len(i) == 1]
    return len(single) == len(islands) == len(set(single)) and -1 not in single


def a_switch_is_one_fabric(case: Case) -> Iterator[Finding]:
    """Nodes that no cable connects must not share a switch: Slurm would run one job over them."""
    for top in case.config.topologies:
        tops = ((s.place, s.name, top.below(s)) for s in top.roots)
        for place, name, nodes in (*tops, *((b.place, b.name, b.nodes) for b in top.blocks)):
            count = Counter(case.truth.islands[n] for n in nodes if n in case.truth.islands)
            if len(count) > 1:
                most = count.most_common(1)[0][0]
                apart = [n for n in nodes if case.truth.islands.get(n, most) != most]
                yield error(GROUP, place, f"{name} joins nodes that the compute fabric does not connect", apart,
                            seen="jobs over both hang in their first collective",
                            mend="give them a root or a block of their own")  # fmt: skip


RULES = (
    file_is_there,
    says_something,
    one_file_counts,
    names_are_single,
    nodes_exist,
    every_node_is_in_it,
    nodes_are_held_once,
    switches_have_children,
    children_exist,
    children_have_one_parent,
    there_is_no_cycle,
    one_root,
    a_switch_is_one_fabric,
)
