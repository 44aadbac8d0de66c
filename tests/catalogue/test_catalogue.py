"""The catalogue keeps its schema and agrees with itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from dgxops import catalogue
from dgxops.catalogue.loader import load_from
from dgxops.catalogue.schema import ArchitectureEntry
from dgxops.catalogue.system import cautious_memory_mb
from dgxops.errors import DgxopsError, InputError
from dgxops.model.system import HostPort, PortRole, System
from dgxops.paths import catalogue_root
from tests.catalogue.broken import break_in

INTERFACE = re.compile(r"(?:ib|en)(?:P(?P<domain>\d+))?p(?P<bus>\d+)s(?P<slot>\d+)(?:f(?P<function>\d+))?(?:np\d+)?")


def shapes() -> list[System]:
    """Every system, and every shape of a rented one."""
    return [shape for system in catalogue.load().systems.values() for shape in (system, *system.shapes)]


@pytest.fixture(scope="module", params=shapes(), ids=lambda s: f"{s.id}-{s.shape}" if s.shape else s.id)
def system(request: pytest.FixtureRequest) -> System:
    found: System = request.param
    return found


@pytest.mark.parametrize("system_id", catalogue.system_ids())
def test_a_file_is_named_after_its_id(system_id: str) -> None:
    assert catalogue.load().systems[system_id].id == system_id


def test_ports_are_distinct(system: System) -> None:
    for field in ("name", "interface", "rdma", "pci"):
        values = [value for p in system.ports if (value := getattr(p, field))]
        assert len(values) == len(set(values)), field


def test_rails_count_from_zero_without_gaps(system: System) -> None:
    rails = [p.rail for p in system.ports_of(PortRole.COMPUTE)]
    assert rails == list(range(len(rails)))


def test_a_port_has_a_gpu_of_its_own_where_there_are_as_many(system: System) -> None:
    gpus = [p.gpu for p in system.ports_of(PortRole.COMPUTE)]
    alone = len(gpus) == system.gpu.count
    assert gpus == (list(range(len(gpus))) if alone else [None] * len(gpus))


def test_each_gpu_has_cores_that_exist_or_none_has(system: System) -> None:
    assert len(system.gpu.cores) in (0, system.gpu.count)
    for text in system.gpu.cores:
        first, last = map(int, text.split("-"))
        assert system.cpu
        assert 0 <= first <= last < system.cpu.cores
        assert first % system.cpu.cores_per_socket == 0, "gres.conf(5): all cores of a socket together"
        assert (last + 1) % system.cpu.cores_per_socket == 0


def test_the_device_next_to_a_gpu_is_a_compute_port_of_it(system: System) -> None:
    near = system.gpu.nearest_rdma
    assert len(near) in (0, system.gpu.count)
    compute = [p.rdma for p in system.ports_of(PortRole.COMPUTE)]
    assert list(dict.fromkeys(near)) in ([], compute)


def test_an_interface_carries_its_pci_address_in_decimal(system: System) -> None:
    """The rule of predictable names: bus 18 hex is ibp24s0; domain 0002, bus 3 is ibP2p3s0."""
    for port in system.ports:
        if not (port.pci and port.interface and (name := INTERFACE.fullmatch(port.interface))):
            continue
        domain, bus, slot, function = re.fullmatch(r"(?:(.{4}):)?(..):(..)\.(.)", port.pci).groups()  # type: ignore[union-attr]
        written = (name["domain"] or 0, name["bus"], name["slot"], name["function"] or 0)
        assert tuple(map(int, written)) == tuple(int(n or "0", 16) for n in (domain, bus, slot, function))


def card(port: HostPort) -> str | None:
    """The adapter a port is on: by its PCI address, else by a name that says it, such as Slot1P2; None: not known."""
    if port.pci:
        return port.pci.rpartition(".")[0]
    named = re.fullmatch(r"(.+?) ?P\d+", port.name)
    return named[1] if named else None


@pytest.mark.parametrize("role", [PortRole.STORAGE, PortRole.INBAND])
def test_no_card_that_fails_takes_all_ports_of_a_role(system: System, role: PortRole) -> None:
    """Where two cards carry storage and in-band ports, each carries one of either."""
    cards = {found for r in (PortRole.STORAGE, PortRole.INBAND) for p in system.ports_of(r) if (found := card(p))}
    own = [card(p) for p in system.ports_of(role)]
    if len(cards) > 1 and len(own) > 1:
        assert len(set(own)) == len(own)


def test_slurm_is_told_less_memory_than_there_is(system: System) -> None:
    if system.ram_gb is None:
        assert system.real_memory_mb is None
    else:
        assert system.real_memory_mb
        assert system.real_memory_mb < system.ram_gb * 1024


def test_memory_that_was_not_published_or_seen_is_cautious(system: System) -> None:
    if system.id not in ("dgx-a100-640", "dgx-h100") and system.ram_gb:
        assert system.real_memory_mb == cautious_memory_mb(system.ram_gb)
        assert system.mark("real_memory_mb", system.real_memory_mb) == "inferred"


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


@pytest.mark.parametrize("arch", catalogue.load().architectures.values(), ids=lambda a: a.id)
def test_a_bond_over_two_leaves_is_one_to_both(arch: ArchitectureEntry) -> None:
    """Its ports meet two switches, so these say how they are one: MLAG, which the schema gives peer links, or EVPN."""
    inband, known = arch.fabrics.get("inband"), catalogue.load()
    if inband and any(len(known.systems[s].ports_of(PortRole.INBAND)) > 1 for s in arch.systems):
        assert inband.leaves_per_set > 1
        assert inband.multihoming


def test_an_alias_finds_its_system_and_is_not_listed() -> None:
    known = catalogue.load()
    assert known.system("dgx-a100") is known.systems["dgx-a100"] is known.systems["dgx-a100-640"]
    assert "dgx-a100" in known.systems
    assert "dgx-a100" not in list(known.systems)
    assert "dgx-a100" not in catalogue.system_ids()
    aliases = [alias for s in known.systems.values() for alias in s.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(known.systems)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("dgx-h10", "did you mean dgx-h100?"), ("DGX-A10O", "did you mean dgx-a100?"), ("cray-1", "known: `dgxops show")],
)
def test_an_unknown_system_is_named_with_the_one_perhaps_meant(wrong: str, hint: str) -> None:
    with pytest.raises(DgxopsError, match=f"no system is called '{wrong}'") as caught:
        catalogue.load().system(wrong)
    assert caught.value.hint.startswith(hint)


def test_a_system_without_an_architecture_says_so() -> None:
    known = catalogue.load()
    assert known.architecture_for("dgx-h100", None).id == "h100"
    assert known.architecture_for("dgx-a100", None).id == "a100"
    assert known.architecture_for("dgx-b300", "b300-xdr").id == "b300-xdr"
    for system in ("dgx-2", "dgx-b300"):
        with pytest.raises(DgxopsError, match=f"{system}: . architectures fit"):
            known.architecture_for(system, None)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(catalogue_root(), tmp_path / "catalogue")


BROKEN = {
    "a value that does not fit": (
        "count: 16",
        "count: many",
        "systems/dgx-2.yml: gpu.count: Input should be a valid integer",
    ),
    "an unknown key": ("ram_gb: 1536", "ram_gib: 1536", "systems/dgx-2.yml: ram_gib: Extra inputs are not permitted"),
    "a missing key": ("psu: null\n", "", "systems/dgx-2.yml: psu: Field required"),
    "another id": ("id: dgx-2\n", "id: dgx-3\n", "systems/dgx-2.yml: id: 'dgx-3' does not fit the name of the file"),
    "a source without a text": ("[MLP07]", "[NOWHERE]", "systems/dgx-2.yml: sources: 'NOWHERE' is not in sources.yml"),
    "a floor without a unit": ("pcie_gen: 3", "pcie: 3", "has no unit in its name"),
    "a floor left out": ("  hpl_gflops_min: null\n", "", "acceptance lacks hpl_gflops_min"),
    "no YAML": ("gpu:\n", "gpu: [\n", "systems/dgx-2.yml: while parsing"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_reported_by_name_and_key(fault: str, copy: Path) -> None:
    right, wrong, message = BROKEN[fault]
    broken = break_in(copy, "systems/dgx-2.yml", right, wrong)
    with pytest.raises(InputError) as caught:
        load_from(broken).system("dgx-2")
    assert message in str(caught.value)
    assert str(caught.value).startswith("systems/dgx-2.yml: ")


@pytest.mark.parametrize("file", ["switches.yml", "releases.yml", "architectures/h100.yml"])
def test_other_broken_files_are_too(file: str, copy: Path) -> None:
    (copy / file).write_text("X: {}\n")
    with pytest.raises(InputError, match=f"^{file}: "):
        load_from(copy)
