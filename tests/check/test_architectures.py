"""Every system of the catalogue, in its architecture or a plain group, gives a cluster in which all is proved."""

from __future__ import annotations

import pytest

from dgxops import catalogue, spec
from dgxops.check import check
from dgxops.check.git import Committed
from dgxops.expand import expand
from dgxops.model.node import PortRole
from dgxops.model.system import SystemKind
from dgxops.render.subnet_managers import unmanaged
from dgxops.render.unsaid import unsaid

WIDE = "networks: {management: {subnet: 10.0.0.0/18}, oob: {subnet: 10.64.0.0/18}}\n"
OLD = {"dgx-1-p100", "dgx-1-v100", "dgx-2", "dgx-station-v100"}  # DGX OS 7 does not support them
UNPUBLISHED = {"dgx-rubin-nvl8"}  # its processors are not known, and Slurm must know them


def specs() -> list[str]:
    known = catalogue.load()
    made = []
    for name, system in known.systems.items():
        if system.kind is SystemKind.CLOUD or name in UNPUBLISHED:
            continue
        for arch in known.architectures_of(name):
            made += [f"platform: {name}\narchitecture: {arch.id}\nscalable_units: {units}\n{WIDE}" for units in (1, 3)]
        joined = "fabric: direct\n" if system.ports_of(PortRole.COMPUTE) else ""
        made.append(f"platform: {name}\nscalable_units: none\nnodes: 2\n{joined}")
    return made


@pytest.mark.parametrize("text", specs(), ids=lambda text: " ".join(text.replace(WIDE, "").split()))
def test_nothing_stands_against_it(text: str) -> None:
    cluster = expand(spec.loads("cluster.yml", f"name: pod1\n{text}".encode()), catalogue.load())
    report = check(cluster, Committed(why="not of a repository"))
    assert [(p.name, p.findings) for p in report.proofs if not p.holds] == []
    warned = {f.check for f in report.findings}
    assert warned == {
        *(["release"] if cluster.systems[0].id in OLD else []),
        *(["site must say"] if unsaid(cluster) else []),
        *(["subnet manager"] if unmanaged(cluster) else []),
    }


@pytest.mark.parametrize("name", sorted(UNPUBLISHED))
def test_what_is_not_published_is_asked_for(name: str) -> None:
    with pytest.raises(Exception, match=r"hardware\.real_memory_mb: the memory of .* is not published"):
        spec.loads("cluster.yml", f"name: pod1\nplatform: {name}\n".encode())
