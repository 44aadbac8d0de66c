"""Names of systems by rack, as Mission Control has them."""

from __future__ import annotations

from collections import Counter

from tests.conftest import cluster_of

TRAY = "{rack}-p{su}-dgx-{rack_index:02d}-c{index_in_rack:02d}"
"""<RACK>-P<pod>-DGX-<nn>-C<tray>: naming convention of Mission Control, in lower case as BCM has it."""


def test_trays_of_nvl72_racks_are_named_as_mission_control_does() -> None:
    names = {"node": TRAY, "rack": "a{index:02d}"}
    cluster = cluster_of(platform="dgx-gb300-nvl72", naming=names, omit="none")
    assert [n.name for n in cluster.nodes[:19]][-2:] == ["a01-p1-dgx-01-c18", "a02-p1-dgx-02-c01"]
    assert cluster.nodes[-1].name == "a08-p1-dgx-08-c18"
    assert all(n.name.startswith(n.rack) for n in cluster.nodes)


def test_a_rack_and_the_place_in_it_name_every_system_once() -> None:
    cluster = cluster_of(scalable_units=2, naming={"node": "{rack}-n{index_in_rack}"}, omit="none")
    assert len({n.name for n in cluster.nodes}) == 64
    in_rack = Counter(n.rack for n in cluster.nodes)
    assert {n.name for n in cluster.nodes} == {
        f"{rack}-n{i}" for rack, count in in_rack.items() for i in range(1, count + 1)
    }
