"""topology.yaml, which may hold several topologies: their names, their kinds, and keys that nobody reads.

Source: PARSE_FUNC(TOPOLOGY_CONF_ARRAY) and the field tables below it in src/plugins/data_parser/v0.0.43/parsers.c and
src/interfaces/topology.c of slurm-25-11-7-1; the kinds are the folders of src/plugins/topology of each release.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.slurm.case import Case, error, warning, words
from dgxops.check.slurm.rules.topology import GROUP
from dgxops.check.slurm.topology import Topology
from dgxops.model.finding import Finding

_SINCE = {"tree": (25, 5), "block": (25, 5), "flat": (25, 5), "ring": (26, 5), "torus3d": (26, 5)}


def _of_yaml(case: Case) -> Iterator[Topology]:
    return (t for t in case.config.topologies if t.place)


def topologies_have_names(case: Case) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for top in _of_yaml(case):
        if not top.name:
            yield error(GROUP, top.place, "a topology needs a name behind the key topology",
                        seen="partitions cannot choose it", mend="name it, as the first key")  # fmt: skip
        elif seen.setdefault(top.name, top.place) != top.place:
            yield error(GROUP, top.place, f"topology {top.name} is defined already ({seen[top.name]})",
                        seen="partitions get the first of that name", mend="keep one of them")  # fmt: skip


def kinds_are_known(case: Case) -> Iterator[Finding]:
    for top in _of_yaml(case):
        since = _SINCE.get(top.kind)
        if since is None or case.version < since:
            known = ", ".join(kind for kind, first in _SINCE.items() if case.version >= first)
            yield error(GROUP, top.place, f"Slurm {words(case.version)} knows no topology of kind {top.kind}",
                        seen="slurmctld ignores the key, and the topology has no plugin",
                        mend=f"take one of {known}")  # fmt: skip


def keys_are_read(case: Case) -> Iterator[Finding]:
    for top in _of_yaml(case):
        for place, key in top.strange:
            yield warning(GROUP, place, f"topology/{top.kind} knows no key {key}",
                          seen="slurmctld: Ignoring unknown field", mend="remove it, or mend its spelling")  # fmt: skip


RULES = (topologies_have_names, kinds_are_known, keys_are_read)
