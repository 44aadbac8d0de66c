"""What is rendered of a system that is away: only its own lines change, and no play acts on it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dgxops.check.cluster import prove_slurm
from dgxops.model.cluster import Cluster
from dgxops.paths import ansible_root
from dgxops.plan import read_desired
from dgxops.render import slurm
from dgxops.render.tree import render
from dgxops.render.write import write_tree
from tests.conftest import cluster_of

REPAIR = {"node": "dgx-003", "reason": "RMA #12: GPU 3 fell off the bus", "since": "2026-11-20"}
RETIRED = {"node": "dgx-005", "reason": "sold", "since": "2026-10-01", "kind": "retired"}
OF_GROUP = {"      hosts:", "      hosts: {}"}
"""Lines of hosts.yml that say whether anybody is absent at all."""


def away(*entries: dict[str, str], **keys: Any) -> Cluster:
    return cluster_of(absent=list(entries), **{"nodes": 6, **keys})


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, set[str]]:
    """Path -> lines that one of two trees has more of."""
    made = {}
    for path in before.keys() | after.keys():
        one, two = (Counter(str(tree.get(path, "")).splitlines()) for tree in (before, after))
        if one != two:
            made[path] = {*(one - two), *(two - one)}
    return made


def test_only_its_own_lines_change() -> None:
    found = changed(render(away()), render(away(REPAIR)))
    drawn = {path for path in found if path.endswith(".svg")}
    fabrics = {f"site/fabric-{name}.svg" for name in ("compute", "storage", "inband")}
    assert drawn == {"site/racks.svg", *fabrics}
    told = [line for path in fabrics for line in found[path] if "Absent, with place and cables kept: dgx-003." in line]
    assert len(told) == len(fabrics)
    summary = found.pop("site/summary.json")
    assert {line.strip() for line in summary} >= {'"nodes": "dgx-003",', '"since": "2026-11-20"'}
    rest = {path: lines - OF_GROUP for path, lines in found.items() if path not in drawn}
    assert all("dgx-003" in line for lines in rest.values() for line in lines), rest
    assert set(rest) == {
        "hosts.yml",
        "files/slurm/slurm.conf",
        "cabling/cables.csv",
        "cabling/racks/su01-r01.csv",
        "cabling/racks/leaf-rack-01.csv",
        "site/racks.csv",
        "site/netbox/6-devices.csv",
    }


def test_slurm_keeps_the_node_in_its_place_and_says_why_it_is_down() -> None:
    cluster = away(REPAIR, RETIRED)
    files = slurm.artifacts(cluster)
    conf = files["files/slurm/slurm.conf"]
    assert "NodeName=dgx-[001-006]" in conf
    assert 'DownNodes=dgx-003 State=DOWN Reason="repair: RMA \\#12: GPU 3 fell off the bus, since 2026-11-20"' in conf
    assert 'DownNodes=dgx-005 State=FUTURE Reason="retired: sold, since 2026-10-01"' in conf
    assert "Nodes=dgx-[001-006]" in files["files/slurm/topology.conf"]
    assert [f for proof in prove_slurm(cluster, files) for f in proof.findings] == []


def test_a_plan_acts_on_the_others_only(tmp_path: Path) -> None:
    cluster = away(REPAIR, RETIRED)
    write_tree(tmp_path / "rendered", artifacts=render(cluster))
    desired = read_desired("pod", tmp_path / "rendered", ansible_root(), None)
    assert desired.inventory.groups["absent"] == ("dgx-003", "dgx-005")
    assert {"dgx-003", "dgx-005"}.isdisjoint(desired.hosts)
    assert {"dgx-001", "dgx-002", "dgx-004", "dgx-006"} < set(desired.hosts)
    in_groups = {g for g, hosts in desired.inventory.groups.items() if "dgx-003" in hosts}
    assert in_groups == {"all", "absent"}


@pytest.mark.parametrize(("path", "words"), [
    ("cabling/cables.csv", "dgx-003 absent: repair since 2026-11-20"),
    ("site/racks.csv", "DGX H100 (absent: repair since 2026-11-20)"),
    ("site/netbox/6-devices.csv", ",failed,"),
    ("site/racks.svg", "absent (repair: RMA #12: GPU 3 fell off the bus, since 2026-11-20)"),
    ("site/racks.svg", "Dashed: absent, its place kept: dgx-003."),
    ("site/fabric-compute.svg", "Absent, with place and cables kept: dgx-003."),
])  # fmt: skip
def test_people_at_the_racks_see_it(path: str, words: str) -> None:
    assert words in str(render(away(REPAIR))[path])
