"""A cage holds one transceiver: all its fibre links are multimode or all are single-mode, and so at the other ends."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxops.render.cabling import cages
from dgxops.render.cabling.plant import Cable, Plant, plant_of
from tests.conftest import cluster_of
from tests.render.plants import CLUSTERS, WIDE


@cache
def small() -> Plant:
    return plant_of(cluster_of(scalable_units=1))


def media_by_cage(cables: tuple[Cable, ...]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for cable in cables:
        for end in (cable.a, cable.z):
            if cable.media in cages.FIBRE:
                found.setdefault((end.name, end.cage), set()).add(cable.media)
    return found


@pytest.mark.parametrize("name", CLUSTERS)
def test_no_cage_mixes_fibres(name: str) -> None:
    assert all(len(media) == 1 for media in media_by_cage(plant_of(cluster_of(**CLUSTERS[name])).cables).values())


def test_a_wide_hall_mixes_no_fibres() -> None:
    """Eighteen units stand in two bays: some cables to the core are longer than multimode reaches."""
    cables = plant_of(cluster_of(scalable_units=18, omit="none", networks=WIDE)).cables
    assert {c.media for c in cables} >= cages.FIBRE
    assert all(len(media) == 1 for media in media_by_cage(cables).values())


@given(st.sets(st.integers(0, 507)))
def test_single_mode_spreads_and_nothing_else_changes(chosen: set[int]) -> None:
    """Whatever links need single-mode fibre get it; what no cage joins to one of them stays as it was."""
    cables = [replace(c, media="SMF") if i in chosen else c for i, c in enumerate(small().cables)]
    after = cages.one_fibre_a_cage(cables)
    assert all(len(media) == 1 for media in media_by_cage(after).values())
    assert all(z.media == "SMF" for a, z in zip(cables, after, strict=True) if a.media == "SMF")
    assert all(z.media == a.media or (a.media, z.media) == ("MMF", "SMF") for a, z in zip(cables, after, strict=True))
    assert chosen or after == small().cables


def test_a_far_link_takes_its_neighbour_along() -> None:
    """Two links of one cage of a DGX, the first of them single-mode: the second becomes it, others may."""
    a, z = [c for c in small().cables if c.a.cage == "OSFP4" and c.a.name == small().cables[0].a.name]
    assert {a.a.at.port, z.a.at.port} == {"OSFP4P1", "OSFP4P2"}
    assert [c.media for c in cages.one_fibre_a_cage([replace(a, media="SMF"), z])] == ["SMF", "SMF"]
