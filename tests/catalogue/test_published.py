"""Each system as NVIDIA (and, where marked so, others) published it; and the switch models."""

from __future__ import annotations

import pytest

from dgxops import catalogue
from dgxops.catalogue.schema import SwitchEntry
from dgxops.model.system import NvlinkDomain, PortRole, System, SystemKind

# id: GPUs, memory of each in GB, sockets x cores x threads, RAM in GB, NVLink generation, compute ports x Gb/s, U, kW
PUBLISHED = {
    "dgx-1-p100": (8, 16, (2, 20, 2), 512, 1, (4, 100), 3, 3.5),
    "dgx-1-v100": (8, 16, (2, 20, 2), 512, 2, (4, 100), 3, 3.5),
    "dgx-2": (16, 32, (2, 24, 2), 1536, 2, (8, 100), 10, 10),
    "dgx-a100-320": (8, 40, (2, 64, 2), 1024, 3, (8, 200), 6, 6.5),
    "dgx-a100-640": (8, 80, (2, 64, 2), 2048, 3, (8, 200), 6, 6.5),
    "dgx-h100": (8, 80, (2, 56, 2), 2048, 4, (8, 400), 8, 10.2),
    "dgx-h200": (8, 141, (2, 56, 2), 2048, 4, (8, 400), 8, 10.2),
    "dgx-b200": (8, 180, (2, 56, 2), 2048, 5, (8, 400), 10, 14.3),
    "dgx-b300": (8, 288, (2, 64, 2), 2048, 5, (8, 800), 10, 14.5),
    "dgx-rubin-nvl8": (8, None, None, None, None, (8, 800), None, None),
    "dgx-gb200-nvl72": (4, 186, (2, 72, 1), 960, 5, (4, 400), 1, None),
    "dgx-gb300-nvl72": (4, 288, (2, 72, 1), 960, 5, (4, 800), 1, None),
    "dgx-station-v100": (4, 16, (1, 20, 2), 256, 2, (0, None), None, None),
    "dgx-station-a100": (4, 40, (1, 64, 2), 512, 3, (0, None), None, 1.5),
    "dgx-station-gb300": (1, 252, (1, 72, 1), 496, None, (2, 400), None, None),
    "dgx-spark": (1, 128, (1, 20, 1), 128, None, (1, 200), None, 0.24),  # of its two cages one carries all
    "dgx-cloud-oci": (8, None, (2, 56, 2), 2048, None, (16, 200), None, None),
    "dgx-cloud-azure": (8, None, (2, 48, 1), 1870, None, (8, 400), None, None),
    "dgx-cloud-gcp": (8, 80, None, None, None, (0, None), None, None),
}


def test_every_system_of_the_reference_is_there_and_no_other() -> None:
    assert set(catalogue.system_ids()) == set(PUBLISHED)


@pytest.mark.parametrize("system_id", PUBLISHED)
def test_a_system_is_as_published(system_id: str) -> None:
    s = catalogue.load().system(system_id)
    cpu = (s.cpu.sockets, s.cpu.cores_per_socket, s.cpu.threads_per_core) if s.cpu else None
    rates = {p.rate_gbps for p in s.ports_of(PortRole.COMPUTE)} or {None}
    (rate,) = rates
    ports = (len(s.ports_of(PortRole.COMPUTE)), rate)
    found = (s.gpu.count, s.gpu.memory_gb, cpu, s.ram_gb, s.nvlink.generation, ports, s.rack_units, s.power_kw)
    assert found == PUBLISHED[system_id]


# fabric manager, nvlsm, IMEX, kernel module; dgx-systems.md, section 2
NEEDS = {
    "dgx-1-p100": (False, False, False, "proprietary"),
    "dgx-1-v100": (False, False, False, "proprietary"),
    "dgx-station-v100": (False, False, False, "proprietary"),
    "dgx-2": (True, False, False, "proprietary"),
    "dgx-a100-320": (True, False, False, "either"),
    "dgx-a100-640": (True, False, False, "either"),
    "dgx-h100": (True, False, False, "open-recommended"),
    "dgx-h200": (True, False, False, "open-recommended"),
    "dgx-b200": (True, True, False, "open"),
    "dgx-b300": (True, True, False, "open"),
    "dgx-gb200-nvl72": (False, False, True, "open"),
    "dgx-gb300-nvl72": (False, False, True, "open"),
    "dgx-station-a100": (False, False, False, "either"),
    "dgx-spark": (False, False, False, "open"),
}


@pytest.mark.parametrize("system_id", NEEDS)
def test_what_a_system_needs_beside_the_driver(system_id: str) -> None:
    needs = catalogue.load().system(system_id).needs
    assert (needs.fabric_manager, needs.nvlsm, needs.imex, needs.kernel_module) == NEEDS[system_id]


OLDEST_ISO = {
    "dgx-a100-320": "5.5.1",
    "dgx-a100-640": "5.5.1",
    "dgx-h100": "6.0.11",
    "dgx-h200": "6.3.1",
    "dgx-b200": "7.0.2",
    "dgx-b300": "7.3.0",
    "dgx-gb200-nvl72": "7.1.0",
    "dgx-gb300-nvl72": "7.2.3",
    "dgx-station-a100": "5.0.2",
    "dgx-spark": "7.2.3",
}


def test_the_oldest_image_is_the_published_one_and_else_unknown() -> None:
    found = {s.id: s.os.min_iso for s in catalogue.load().systems.values() if s.os.min_iso}
    assert found == OLDEST_ISO


def test_an_nvl72_is_eighteen_trays_of_one_domain() -> None:
    for system_id in ("dgx-gb200-nvl72", "dgx-gb300-nvl72"):
        tray = catalogue.load().system(system_id)
        assert tray.rack
        assert (tray.kind, tray.nvlink.domain) == (SystemKind.TRAY, NvlinkDomain.RACK)
        assert tray.rack.trays * tray.gpu.count == 72
        assert tray.nvlink.switches == 2 * tray.rack.switch_trays == tray.nvlink.links_per_gpu


OCI = {
    "BM.GPU4.8": (8, 64, 2048, 16, 100),
    "BM.GPU.B4.8": (8, 128, 2048, 16, 100),
    "BM.GPU.A100-v2.8": (8, 128, 2048, 16, 100),
    "BM.GPU.H100.8": (8, 112, 2048, 16, 200),
    "BM.GPU.H200.8": (8, 112, 3072, 8, 400),
    "BM.GPU.B200.8": (8, 128, 4096, 8, 400),
    "BM.GPU.B300.8": (8, 128, 4096, 16, 400),
    "BM.GPU.GB200.4": (4, 144, 960, 4, 400),
    "BM.GPU.GB200-v3.4": (4, 144, 960, 8, 400),
    "BM.GPU.GB300.4": (4, 144, 960, 8, 400),
}
AZURE = {
    "Standard_ND40rs_v2": (8, 40, 661, 1, 100),
    "Standard_ND96asr_v4": (8, 96, 885, 8, 200),
    "Standard_ND96amsr_A100_v4": (8, 96, 1771, 8, 200),
    "Standard_ND96isr_H100_v5": (8, 96, 1870, 8, 400),
    "Standard_ND96isr_H200_v5": (8, 96, 1820, 8, 400),
    "Standard_ND128isr_GB300_v6": (4, None, None, 4, 400),
}
GOOGLE = {
    "a2-highgpu-8g": 8,
    "a2-ultragpu-8g": 8,
    "a3-highgpu-8g": 8,
    "a3-megagpu-8g": 8,
    "a3-ultragpu-8g": 8,
    "a4-highgpu-8g": 8,
    "a4x-highgpu-4g": 4,
}


@pytest.mark.parametrize(("provider", "shapes"), [("dgx-cloud-oci", OCI), ("dgx-cloud-azure", AZURE)])
def test_shapes_of_a_cloud(provider: str, shapes: dict[str, tuple[int | None, ...]]) -> None:
    """GPUs, cores, memory in GiB (rounded down), ports of the compute network and their rate."""
    system = catalogue.load().system(provider)
    found = {str(s.shape): _shape(s) for s in (system, *system.shapes)}
    assert found == shapes


def _shape(s: System) -> tuple[int | None, ...]:
    compute = s.ports_of(PortRole.COMPUTE)
    return (s.gpu.count, s.cpu.cores if s.cpu else None, s.ram_gb, len(compute), compute[0].rate_gbps)


def test_shapes_of_google() -> None:
    system = catalogue.load().system("dgx-cloud-gcp")
    assert {str(s.shape): s.gpu.count for s in (system, *system.shapes)} == GOOGLE
    other = system.in_shape("a4x-highgpu-4g")
    assert other
    assert (other.id, other.arch) == ("dgx-cloud-gcp", "aarch64")
    assert system.in_shape("a9") is None


# ports, Gb/s, cages, height in U
SWITCHES = {
    "QM8700": (40, 200, 40, 1),
    "QM8790": (40, 200, 40, 1),
    "QM9700": (64, 400, 32, 1),
    "QM9790": (64, 400, 32, 1),
    "Q3400-RA": (144, 800, 72, 4),
    "SN2201": (48, 1, 48, 1),
    "SN4600": (64, 200, 64, 2),
    "SN4600C": (64, 100, 64, 2),
    "SN5600": (64, 800, 64, 2),
    "SN5610": (64, 800, 64, 2),
}


def test_switches_are_as_published() -> None:
    found = catalogue.load().switches
    assert {k: (s.radix, s.rate_gbps, s.cages, s.rack_units) for k, s in found.items()} == SWITCHES
    assert (found["SN2201"].uplinks, found["SN2201"].uplink_gbps) == (4, 100)


@pytest.mark.parametrize("model", SWITCHES)
def test_what_is_not_known_of_a_switch_is_marked(model: str) -> None:
    switch = catalogue.load().switches[model]
    absent = {field for field in SwitchEntry.model_fields if getattr(switch, field) is None}
    assert absent == {field for field, mark in switch.marks.items() if mark == "unknown"}
