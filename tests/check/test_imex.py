"""One NVLink domain a rack of NVL72: the file of nvidia-imex, the block of Slurm and the rack say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dgxops.check.imex import prove_imex
from dgxops.model.cluster import Cluster
from dgxops.render.tree import render
from tests.conftest import cluster_of, on


@pytest.fixture(scope="module")
def unit() -> Cluster:
    repair = {"node": "dgx-020", "reason": "RMA", "since": "2026-11-20"}
    retired = {"node": "dgx-[037-054]", "reason": "sold", "since": "2026-11-20", "kind": "retired"}
    return cluster_of(platform="dgx-gb200-nvl72", absent=[repair, retired])


def test_a_domain_is_a_rack_of_18_trays_and_lists_those_that_are_there(unit: Cluster) -> None:
    """DGX GB200 NVL72: 18 compute trays a rack (RA-11338-001)."""
    files = {path: text for path, text in render(unit).items() if path.startswith("files/imex/")}
    assert [len(str(text).splitlines()) for text in files.values()] == [18, 17, 0, 18, 18, 18, 18, 18]
    first = unit.nodes[0]
    text = str(files[f"files/imex/{first.rack}/nodes_config.cfg"])
    assert text.splitlines() == [str(host.management_ip) for host in unit.nodes[:18]]


def test_racks_domains_and_blocks_agree(unit: Cluster) -> None:
    (proof,) = prove_imex(unit)
    assert proof.holds
    assert (proof.statement, proof.findings) == ("8 NVLink domains, one a rack, of 18 trays", ())


def test_a_block_over_two_domains_is_found(unit: Cluster) -> None:
    one, two, *rest = unit.slurm.blocks
    joined = replace(one, nodes=one.nodes + two.nodes)
    (proof,) = prove_imex(replace(unit, slurm=replace(unit.slurm, blocks=(joined, *rest))))
    assert [finding.hosts for finding in proof.findings] == [(one.name,), (two.name,)]


def test_a_rack_with_too_many_trays_is_found(unit: Cluster) -> None:
    hosts = tuple(replace(h, rack=unit.nodes[0].rack) if h.rack == unit.nodes[18].rack else h for h in unit.hosts)
    (proof,) = prove_imex(replace(unit, hosts=hosts))
    assert "a rack has more than its 18 compute trays" in [finding.message for finding in proof.findings]


@pytest.mark.parametrize(("version", "told"), [("23.11", 1), ("24.05", 0), ("25.11", 0)])
def test_a_slurm_that_has_no_channels_is_told(unit: Cluster, version: str, told: int) -> None:
    (proof,) = prove_imex(on(unit, version))
    assert [f.message for f in proof.findings] == ["Slurm gives jobs no IMEX channels"] * told


def test_systems_whose_nvlink_ends_at_the_chassis_have_none(mini: Cluster) -> None:
    assert not list(prove_imex(mini))
    assert not [path for path in render(mini) if "imex" in path]
