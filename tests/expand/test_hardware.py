"""What a site measured takes the place of what the catalogue could only infer, and is marked so."""

from __future__ import annotations

import pytest

from dgxops import catalogue
from dgxops.expand.measured import measured
from dgxops.model.cluster import Cluster
from dgxops.render.slurm import artifacts
from dgxops.render.tree import render
from dgxops.render.unsaid import marks_shown, unsaid
from dgxops.render.unsaid_design import Unsaid, unsaid_design
from dgxops.spec.hardware import Hardware, PortSays
from tests.conftest import cluster_of


def test_measured_memory_and_cores_reach_slurm_and_are_marked() -> None:
    cores = ["0-13", "14-27", "28-41", "42-55", "56-69", "70-83", "84-97", "98-111"]
    cluster = cluster_of(hardware={"real_memory_mb": 2000000, "gpu_cores": cores})
    files = artifacts(cluster)
    assert "RealMemory=2000000" in files["files/slurm/slurm.conf"]
    assert "Cores=14-27" in files["files/slurm/gres.conf"]
    marks = dict(cluster.systems[0].marks)
    assert (marks["real_memory_mb"], marks["gpu.cores"]) == ("site", "site")


PORTS = {f"OSFP{n}": {"interface": f"ibp{n}s0", "rdma": f"mlx5_{n}"} for n in range(1, 9)}
SLOTS = {f"Slot{s}P{p}": {"interface": f"ens{s}f{p}", "rdma": f"mlx5_{8 + 2 * s + p}"} for s in (1, 2) for p in (1, 2)}
CORES = ["0-63"] * 4 + ["64-127"] * 4
B300 = {"platform": "dgx-b300", "architecture": "b300-xdr", "nodes": 2}


def test_names_of_ports_reach_every_file_that_wants_them() -> None:
    """The names are of this test: NVIDIA publishes none for a DGX B300."""
    files = render(cluster_of(**B300, hardware={"ports": PORTS | SLOTS}))
    assert "interface: ibp3s0" in str(files["host_vars/dgx-001/rendered.yml"])
    assert "dgx-001,compute,ibp3s0,2," in str(files["site/addresses.csv"])
    assert "dgx-001,ibp3s0,OSFP3," in str(files["site/netbox/7-interfaces.csv"])
    assert "dgx-001 mlx5_3/P1" in str(files["cabling/ufm/compute.topo"])


def test_what_the_site_says_is_marked_and_asked_for_no_more() -> None:
    bare = cluster_of(**B300)
    assert keys(unsaid(bare)) == [
        "hardware.ports.<port>.interface", "hardware.ports.<port>.rdma", "hardware.gpu_cores"
    ]  # fmt: skip
    some = cluster_of(**B300, hardware={"ports": PORTS, "gpu_cores": CORES})
    assert [u.what for u in unsaid(some) if u.key.startswith("hardware")] == [
        "interface names of Slot1P[1-2],Slot2P[1-2]"
    ]
    told = cluster_of(**B300, hardware={"ports": PORTS | SLOTS, "gpu_cores": CORES})
    assert keys(unsaid(told)) == []
    assert marks_shown(told.systems[0])["ports.OSFP[1-8],Slot1P[1-2],Slot2P[1-2].interface"] == "site"
    assert "ports.interface" not in marks_shown(told.systems[0])
    assert marks_shown(some.systems[0])["ports.interface"] == "unknown"


def keys(found: tuple[Unsaid, ...]) -> list[str]:
    """Of systems; those of racks and switches are of tests/expand/test_design.py."""
    return [u.key for u in found if u.key.startswith("hardware")]


def test_an_h100_leaves_nothing_to_say() -> None:
    assert keys(unsaid(cluster_of())) == []


def test_processors_that_nobody_published_are_the_sites() -> None:
    rubin = catalogue.load().system("dgx-rubin-nvl8")
    assert rubin.cpu is None
    said = {"sockets": 2, "cores_per_socket": 88, "threads_per_core": 2}
    whole = measured(rubin, Hardware.model_validate({"cpu": said}))
    assert whole.cpu is not None
    assert (whole.cpu.cores, whole.mark("cpu.sockets", 2)) == (176, "site")
    assert measured(rubin, Hardware.model_validate({"cpu": {"sockets": 2}})).cpu is None


def test_one_value_of_a_part_leaves_the_others() -> None:
    hardware = Hardware.model_validate(
        {"cpu": {"threads_per_core": 1}, "power_kw": 9.5, "rack_units": 8, "acceptance": {"hpl_gflops_min": 400000}}
    )
    before = catalogue.load().system("dgx-h100")
    after = measured(before, hardware)
    assert before.cpu
    assert after.cpu
    assert (after.cpu.sockets, after.cpu.threads_per_core) == (before.cpu.sockets, 1)
    assert (after.power_kw, after.rack_units, dict(after.acceptance)["hpl_gflops_min"]) == (9.5, 8, 400000)
    assert measured(before, Hardware()) == before


NOT_OF_THE_HARDWARE = ("year", "os", "config_packages", "shape", "arch", "nvlink.domain")
"""Facts of the product and of its software, which no site changes."""


@pytest.mark.parametrize("system", [s for s in catalogue.system_ids() if "cloud" not in s])
def test_whatever_the_catalogue_does_not_know_a_site_can_say(system: str) -> None:
    unknown = [field for field, mark in catalogue.load().system(system).marks if mark == "unknown"]
    unsayable = [f for f in unknown if not f.startswith(NOT_OF_THE_HARDWARE) and not sayable(f)]
    assert unsayable == []


def sayable(field: str) -> bool:
    """Whether hardware: has a key for a field of the catalogue, or for the parts of it."""
    part, _, rest = field.partition(".")
    if field == "gpu.cores" or part == "acceptance":
        return True
    if part == "ports":
        return rest.split(".")[-1] in PortSays.model_fields or not rest
    told = Hardware.model_fields.get(part)
    return bool(told) and (not rest or rest in told.annotation.model_fields)  # type: ignore[union-attr]


def test_what_is_asked_of_a_site_is_in_words_and_no_key() -> None:
    asked = [one for made in _unsaid_everywhere() for one in unsaid_design(made)]
    assert {one.system for one in asked} >= {"h100", "b300-xdr"}
    assert [one.what for one in asked if "." in one.what or "_" in one.what] == []


def _unsaid_everywhere() -> list[Cluster]:
    """A cluster of one unit of every architecture, for the first system that has it."""
    platforms = {a.id: a.systems[0] for a in catalogue.load().architectures.values()}
    return [cluster_of(platform=platform, architecture=arch) for arch, platform in platforms.items()]
