"""Whole fabrics under the real OpenSM: as designed, and with mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dgxops.cli.common import load_cluster
from dgxops.model.cluster import Cluster
from dgxops.simulate import SimulationReport, simulate
from tests.conftest import cluster_of
from tests.simulate.mistakes import MISTAKES, Make

pytestmark = pytest.mark.lab

EOS = Path(__file__).parents[2] / "inventories" / "eos"


def simulated(cluster: Cluster, engine: str = "updn") -> SimulationReport:
    report = simulate(cluster.fabric("compute"), cluster.hosts, engine=engine)
    assert (report.findings, report.engine) == ((), engine)
    assert report.loads
    assert report.loads_by_place
    return report


def test_one_unit(pod1: Cluster) -> None:
    """31 nodes: every pair of one rail meets through one switch, and no flow leaves the leaves."""
    report = simulated(pod1)
    assert (report.switches, report.adapters, report.cables) == (12, 252, 508)
    assert report.loads
    assert report.loads.inside == ((1, 8 * 31 * 30),)
    assert report.loads.across == ()


@pytest.mark.parametrize("devices", [255, 256, 257])
def test_every_adapter_has_a_path_whatever_the_last_block_of_the_tables_holds(pod1: Cluster, devices: int) -> None:
    """dump_fts does not read the last block when the highest LID is its first: at 4,096 nodes, 35,328 = 552 x 64."""
    fabric = pod1.fabric("compute")
    switches = {s.name for s in fabric.switches}
    cables = [k for k in fabric.links if not {k.a.device, k.z.device} <= switches]
    gone = set(cables[: len(cables) + len(switches) - devices])
    report = simulate(
        replace(fabric, links=tuple(k for k in fabric.links if k not in gone)), pod1.hosts, engine="ftree"
    )
    assert (report.switches + report.adapters, report.findings) == (devices, ())


def test_four_units_under_up_down() -> None:
    """127 nodes. Up/down takes a spine's two links to a leaf by count, which puts two flows on one at some shifts."""
    report = simulated(cluster_of(scalable_units=4))
    assert (report.switches, report.adapters, report.cables) == (48, 1020, 2044)
    assert report.loads
    assert report.loads.inside == ((1, 8 * (31 * 30 + 3 * 32 * 31)),)
    assert report.loads.across == ((3, 8 * (127 * 126 - 31 * 30 - 3 * 32 * 31)),)
    assert report.loads.most == 2
    assert report.oversubscribed


def test_four_units_under_fat_tree_carry_every_shift_by_place_with_one_flow_a_link() -> None:
    report = simulated(cluster_of(scalable_units=4), "ftree")
    assert report.loads
    assert report.loads_by_place
    assert (report.loads_by_place.most, report.loads_by_place.clean_shifts) == (1, 127)
    assert not report.oversubscribed
    assert report.loads.most == 2  # 127 is no multiple of a leaf's 32 places: shifts that wrap around meet


def test_eos_carries_every_shift_with_one_flow_a_link() -> None:
    """576 nodes on three tiers; no place is free."""
    report = simulated(load_cluster(EOS))
    assert (report.switches, report.adapters, report.cables) == (472, 4608, 3 * 4608)
    assert report.loads
    assert report.loads == report.loads_by_place
    assert (report.loads.most, report.loads.clean_shifts) == (1, 575)
    assert report.loads.inside == ((1, 8 * 576 * 31),)
    assert report.loads.across == ((3, 8 * 576 * (575 - 31)),)


@pytest.fixture(scope="module")
def pod2() -> Cluster:
    return cluster_of(scalable_units=2)


@pytest.mark.parametrize(("mistake", "said"), MISTAKES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_mistake_is_found(pod2: Cluster, mistake: Make, said: list[str]) -> None:
    design = pod2.fabric("compute")
    report = simulate(design, pod2.hosts, actual=mistake(design))
    assert [f.message for f in report.findings] == said
    assert report.loads is None
