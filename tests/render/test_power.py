"""What the systems draw: one by one, by the rack where they are sold so, and without those of which nobody knows."""

from __future__ import annotations

from pathlib import Path

from dgxops.cli.common import load_cluster
from dgxops.render.power import UNITS, Power, power_of
from tests.conftest import cluster_of

INVENTORIES = Path(__file__).parents[2] / "inventories"


def test_systems_draw_what_each_does() -> None:
    """127 DGX H100 of 10.2 kW (user guide)."""
    assert power_of(cluster_of(scalable_units=4)) == Power(1295.4, ())


def test_trays_draw_what_their_racks_do_however_few_there_are() -> None:
    """DGX GB200 RA-11338-001: 1.2 MW a unit of eight racks, which goes before 120 kW a rack (secondary)."""
    assert power_of(cluster_of(platform="dgx-gb200-nvl72")) == Power(1200.0, (), UNITS)
    assert power_of(cluster_of(platform="dgx-gb200-nvl72", nodes=19)).whole == 300.0
    plain = cluster_of(platform="dgx-gb200-nvl72", scalable_units="none", nodes=18)
    assert power_of(plain).whole == 120.0, "no unit, so racks"


def test_an_unknown_power_leaves_the_rest_known() -> None:
    power = power_of(load_cluster(INVENTORIES / "heritage"))
    assert (power.whole, power.unknown) == (None, ("dgx-station-v100",))
    assert power.kw > 0
