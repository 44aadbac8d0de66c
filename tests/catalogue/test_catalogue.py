"""The catalogue keeps its schema and agrees with itself."""

from __future__ import annotations

import pytest

from dgxops import catalogue
from dgxops.model.node import PortRole, System


@pytest.fixture(scope="module", params=catalogue.system_ids())
def system(request: pytest.FixtureRequest) -> System:
    return catalogue.load().systems[request.param]


def test_a_file_is_named_after_its_id(system: System) -> None:
    assert catalogue.load().systems[system.id] is system


def test_ports_are_distinct(system: System) -> None:
    for field in ("name", "interface", "rdma", "pci"):
        values = [value for p in system.ports if (value := getattr(p, field))]
        assert len(values) == len(set(values)), field


def test_rails_count_from_zero_without_gaps(system: System) -> None:
    rails = [p.rail for p in system.ports_of(PortRole.COMPUTE)]
    assert rails == list(range(len(rails)))


def test_each_gpu_has_cores_that_exist(system: System) -> None:
    cores = system.cpu.sockets * system.cpu.cores_per_socket
    assert len(system.gpu.cores) == system.gpu.count
    for text in system.gpu.cores:
        first, last = map(int, text.split("-"))
        assert 0 <= first <= last < cores


def test_an_interface_carries_its_pci_bus_in_decimal(system: System) -> None:
    """The rule of predictable names: bus 18 hex is ibp24s0."""
    for port in system.ports_of(PortRole.COMPUTE):
        assert port.pci
        assert port.interface == f"ibp{int(port.pci.split(':')[0], 16)}s0"


def test_slurm_is_told_less_memory_than_there_is(system: System) -> None:
    assert system.real_memory_mb < system.ram_gb * 1024


def test_every_architecture_knows_its_systems_and_switch() -> None:
    known = catalogue.load()
    for arch in known.architectures.values():
        assert set(arch.systems) <= set(known.systems)
        radix = arch.compute.radix or known.switches[arch.compute.switch].radix
        assert arch.compute.nodes_per_leaf <= radix // 2
        assert (
            arch.compute.rate_gbps * radix
            == known.switches[arch.compute.switch].rate_gbps * known.switches[arch.compute.switch].radix
        )
        assert len(arch.racks.node_units) == arch.racks.nodes_per_rack
