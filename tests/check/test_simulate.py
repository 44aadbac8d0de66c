"""dgxops check --simulate: the design under the real OpenSM, in the words of the other proofs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dgxops.model.finding import Severity
from dgxops.simulate.loads import Loads
from dgxops.simulate.proofs import proofs_of
from dgxops.simulate.report import Finding, FindingKind, SimulationReport, Step

from .test_verb import run

ROOT = Path(__file__).parents[2]
LOADS = Loads(3, ((1, 12),), ((3, 12),), 0, ((1, 24),), (1, 1, 1), "leaf-01-1:33")
FINE = SimulationReport("ftree", (Step("opensm", 1.5),), 12, 252, 508, (), LOADS, LOADS)


def test_a_clean_fabric_proves_cabling_paths_and_loads() -> None:
    cabling, paths, loads = proofs_of(FINE)
    assert cabling.statement == "OpenSM (ftree) found 12 switches, 252 adapters, 508 cables"
    assert paths.holds
    assert loads.statement == "at most 1 flow a link in 3 shifts of all nodes"


def test_a_wrong_cable_is_an_error_and_nothing_else_is_judged() -> None:
    wrong = Finding(FindingKind.MOVED, "a cable is on the wrong leaf", ("dgx-001",))
    cabling, paths, loads = proofs_of(replace(FINE, findings=(wrong,), loads=None, loads_by_place=None))
    assert [(f.message, f.hosts) for f in cabling.findings] == [("a cable is on the wrong leaf", ("dgx-001",))]
    assert not paths.proved
    assert not loads.proved


@pytest.mark.parametrize(("engine", "advice"), [("ftree", False), ("updn", True)])
def test_two_flows_on_a_link_are_a_warning_with_the_engine_that_spreads_best(engine: str, advice: bool) -> None:
    crowded = replace(LOADS, pairs=((1, 20), (2, 2)), worst_shifts=(1, 1, 2))
    *_, loads = proofs_of(replace(FINE, engine=engine, loads=crowded, loads_by_place=crowded))
    assert [(f.severity, bool(f.repair)) for f in loads.findings] == [(Severity.WARNING, advice)]
    assert loads.findings[0].message == f"{engine} puts 2 flows on a link in 1 shifts"


def test_an_ethernet_fabric_is_said_to_have_no_simulation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, str(ROOT / "inventories" / "sparks"), "--simulate") == 0
    assert "not simulated: there is no InfiniBand compute fabric" in capsys.readouterr().out


def test_a_rented_fabric_is_said_to_have_no_simulation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, str(ROOT / "inventories" / "cloud-oci"), "--simulate") == 0
    assert "not simulated: rented, the fabric is the provider's" in capsys.readouterr().out


def test_a_folder_of_slurm_files_has_no_fabric(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(monkeypatch, "--slurm", str(tmp_path), "--simulate") == 2


@pytest.mark.lab
@pytest.mark.parametrize("cluster", ["su1", "pod4", "gb200-su", "a100-7su"])
def test_an_example_comes_up_as_designed(
    cluster: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, str(ROOT / "inventories" / cluster), "--simulate") == 0
    (loads,) = [line for line in capsys.readouterr().out.splitlines() if "sim loads" in line][:1]
    wanted = {"su1": "no flow leaves its leaf"}
    assert wanted.get(cluster, "at most 1 flow a link") in loads


@pytest.mark.lab
def test_routes_by_ports_beyond_127_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Quantum-X800 has 144 ports, and one unit of B300 alone uses no spine port that high."""
    spec = tmp_path / "cluster.yml"
    spec.write_text("name: xdr\nplatform: dgx-b300\narchitecture: b300-xdr\nscalable_units: 2\n")
    assert run(monkeypatch, str(spec), "--simulate") == 0
    assert "a rail within its leaf is one switch away" in capsys.readouterr().out
