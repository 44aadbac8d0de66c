"""Can the files be read, and does this version know what stands in them."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.slurm import keys
from dgxops.check.slurm.case import Case, error, warning, words
from dgxops.check.slurm.config import CGROUP, GRES, SLURM, TOPOLOGY
from dgxops.check.slurm.text import Line
from dgxops.model.finding import Finding

GROUP = "slurm files"
_FATAL = "slurmctld: fatal: Unable to process configuration file"
_FATAL_TOPOLOGY = "slurmctld: fatal: something wrong with opening/reading topology.conf"
_FATAL_GRES = "slurmctld and slurmd: fatal: error opening/reading gres.conf"
_FATAL_CGROUP = "slurmd: fatal: Could not open/read/parse cgroup.conf file"
# Gone without the courtesy of a warning; the option tables of src/interfaces/cgroup.c
_GONE_FROM_CGROUP = "slurmd: error: The option is defunct, please remove it from cgroup.conf"


def slurm_conf_is_there(case: Case) -> Iterator[Finding]:
    if not case.config.lines(SLURM):
        yield error(GROUP, SLURM, "is missing or empty", seen=_FATAL, mend="write it")


def readable(case: Case) -> Iterator[Finding]:
    for fault in case.config.faults:
        yield error(GROUP, fault.place, fault.message, seen=_FATAL, mend="correct the line")


def known_keys_of_slurm_conf(case: Case) -> Iterator[Finding]:
    """A key that a version does not know ends slurmctld, also behind NodeName and PartitionName."""
    if case.version not in keys.VERSIONS:
        return
    first = keys.slurm_conf(case.version)
    for line in case.config.lines(SLURM):
        yield from _unknown(case, line, first, keys.followers(case.version, line.first), _FATAL)


def known_keys_of_gres_conf(case: Case) -> Iterator[Finding]:
    every = keys.gres() | {"nodename"}
    for line in case.config.lines(GRES):
        yield from _unknown(case, line, every, every, _FATAL_GRES)


def known_keys_of_cgroup_conf(case: Case) -> Iterator[Finding]:
    if case.version in keys.VERSIONS:
        for line in case.config.lines(CGROUP):
            yield from _unknown(case, line, keys.cgroup(case.version), frozenset(), _FATAL_CGROUP)


def known_keys_of_topology_conf(case: Case) -> Iterator[Finding]:
    """The plugin reads only lines of its own kind: a block in a tree's file is an unknown key."""
    kind = case.config.setting("TopologyPlugin")[0].removeprefix("topology/")
    table = keys.TOPOLOGY.get(kind, {})
    for line in case.config.lines(TOPOLOGY) if table else ():
        yield from _unknown(case, line, frozenset(table), table.get(line.first, frozenset()), _FATAL_TOPOLOGY)


def _unknown(case: Case, line: Line, first: frozenset[str], followers: frozenset[str], fatal: str) -> Iterator[Finding]:
    for index, (key, _) in enumerate(line.pairs):
        if key.lower() not in (followers if index else first):
            where = f" behind {line.pairs[0][0]}" if index else ""
            yield error(GROUP, line.place, f"Slurm {words(case.version)} knows no key {key}{where}", seen=fatal,
                        mend="remove it, or correct its spelling")  # fmt: skip


def defunct_keys(case: Case) -> Iterator[Finding]:
    if case.version in keys.VERSIONS:
        names = keys.defunct(case.version)
        for line in case.config.lines(SLURM):
            if line.first in names:
                yield warning(GROUP, line.place, f"{line.pairs[0][0]} does nothing any more",
                              seen="every daemon: error: The option is defunct", mend="remove it")  # fmt: skip


def no_cgroup_automount(case: Case) -> Iterator[Finding]:
    """CgroupAutomount does nothing since 23.11, and slurmd complains of it at every start."""
    for line in case.config.lines(CGROUP):
        if line.first == "cgroupautomount":
            yield warning(GROUP, line.place, "CgroupAutomount is gone", seen=_GONE_FROM_CGROUP, mend="remove it")


def version_is_known(case: Case) -> Iterator[Finding]:
    if case.version not in keys.VERSIONS:
        known = ", ".join(map(words, keys.VERSIONS))
        yield warning(GROUP, SLURM, f"keys and plugins of Slurm {words(case.version)} are not known here ({known} are)",
                      seen="they were not looked at", mend="check them by hand")  # fmt: skip


RULES = (
    version_is_known,
    slurm_conf_is_there,
    readable,
    known_keys_of_slurm_conf,
    known_keys_of_gres_conf,
    known_keys_of_cgroup_conf,
    known_keys_of_topology_conf,
    defunct_keys,
    no_cgroup_automount,
)
