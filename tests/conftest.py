"""What all tests share: a cluster from a few keys."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings

from dgxops import catalogue
from dgxops.expand import expand
from dgxops.model.cluster import Cluster
from dgxops.spec.schema import ClusterSpec

settings.register_profile("dgxops", deadline=None)  # a busy machine is no fault of what is tested
settings.register_profile("same", deadline=None, derandomize=True)  # the same examples in every run
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dgxops"))


def cluster_of(**keys: Any) -> Cluster:
    """A DGX H100 cluster with these keys of the spec."""
    base: dict[str, Any] = {"name": "pod", "domain": "pod.example.com", "platform": "dgx-h100"}
    return expand(ClusterSpec.model_validate(base | keys), catalogue.load())


def on(cluster: Cluster, version: str) -> Cluster:
    """The cluster under a release with that Slurm."""
    settings = replace(cluster.slurm.settings, version=version)
    release = replace(cluster.release, versions=replace(cluster.release.versions, slurm=version))
    return replace(cluster, release=release, slurm=replace(cluster.slurm, settings=settings))


@pytest.fixture(scope="session")
def pod1() -> Cluster:
    """One full scalable unit."""
    return cluster_of(scalable_units=1)


@pytest.fixture(scope="session")
def mini() -> Cluster:
    """Four systems of one unit with one head and one login node."""
    return cluster_of(nodes=4, services={"head": 1, "login": 1})
