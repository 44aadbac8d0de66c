"""What a site measured takes the place of what the catalogue could only infer, and is marked so."""

from __future__ import annotations

from dgxops.render.slurm import artifacts
from tests.conftest import cluster_of


def test_measured_memory_and_cores_reach_slurm_and_are_marked() -> None:
    cores = ["0-13", "14-27", "28-41", "42-55", "56-69", "70-83", "84-97", "98-111"]
    cluster = cluster_of(hardware={"real_memory_mb": 2000000, "gpu_cores": cores})
    files = artifacts(cluster)
    assert "RealMemory=2000000" in files["files/slurm/slurm.conf"]
    assert "Cores=14-27" in files["files/slurm/gres.conf"]
    marks = dict(cluster.systems[0].marks)
    assert (marks["real_memory_mb"], marks["gpu.cores"]) == ("site", "site")
