"""Clusters of every architecture, rendered once a module."""

from __future__ import annotations

import pytest

from dgxops.model.cluster import Cluster
from dgxops.render.cabling.plant import Plant, plant_of
from dgxops.render.tree import render
from dgxops.render.write import Artifact
from tests.conftest import cluster_of
from tests.render.plants import CLUSTERS, WIDE


@pytest.fixture(scope="module", params=CLUSTERS)
def cluster(request: pytest.FixtureRequest) -> Cluster:
    return cluster_of(**CLUSTERS[request.param], networks=WIDE)


@pytest.fixture(scope="module")
def files(cluster: Cluster) -> dict[str, Artifact]:
    return render(cluster)


@pytest.fixture(scope="module")
def plant(cluster: Cluster) -> Plant:
    return plant_of(cluster)
