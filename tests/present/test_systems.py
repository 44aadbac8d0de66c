"""`dgxops show systems` and `dgxops show system ID`: what they say and that they fit; `show SPEC` stays as it was."""

from __future__ import annotations

import json
import shutil
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dgxops import catalogue
from dgxops.cli.main import main
from dgxops.errors import Exit
from dgxops.present import system as screen
from dgxops.present import systems as table

SU1 = Path(__file__).parents[2] / "inventories" / "su1" / "cluster.yml"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["dgxops", *words])
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    return end.value.code


def shown(system_id: str, width: int = 80) -> str:
    out = Console(file=StringIO(), width=width, highlight=False)
    screen.show(catalogue.load().system(system_id), ("h100",), out)
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def test_the_table_has_a_line_a_system_and_fits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", "systems") == Exit.FINE
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert {line.split()[0] for line in lines if line.startswith("dgx-")} == set(catalogue.system_ids())
    (h100,) = (line for line in lines if line.startswith("dgx-h100 "))
    assert h100.split() == ["dgx-h100", "8", "h100", "80", "2048", "2x56x2", "4,", "4", "8x400", "8", "10.2", "11"]
    (oldest, *_) = (line for line in lines if line.startswith("dgx-"))
    assert oldest.startswith("dgx-1-p100")


@pytest.mark.parametrize("system_id", catalogue.system_ids())
def test_a_system_fits(system_id: str) -> None:
    assert max(map(len, shown(system_id).splitlines())) <= 80


def test_the_screen_labels_each_value_that_was_not_read() -> None:
    text = " ".join(shown("dgx-h100").split())
    assert "2048 GB, 1960850 MiB of it for Slurm (inferred)" in text
    assert "0-3: 0-55, 4-7: 56-111 (inferred)" in text
    assert "oldest image 6.0.11, support ends ? (unknown)" in text
    assert "console=ttyS0,115200n8 (secondary)" in text
    assert "10.2 kW, supplies: 6 x 3.3 kW, 4+2 height" in text
    assert "OSFP4P2 compute 0~ 0 ibp24s0 mlx5_0 18:00.0 400" in text
    assert "NVIDIA DGX H100/H200 User Guide, Introduction: gpu, nvlink, cpu," in text


def test_a_mark_that_a_whole_line_has_is_said_once() -> None:
    text = " ".join(shown("dgx-rubin-nvl8").split())
    assert "memory ? GB, ? MiB of it for Slurm (all unknown)" in text


@pytest.mark.parametrize("system_id", catalogue.system_ids())
def test_every_mark_of_a_system_reaches_its_screen(system_id: str) -> None:
    text = " ".join(shown(system_id).split())
    marks = {mark for field, mark in catalogue.load().system(system_id).marks if not field.startswith("ports")}
    for mark in marks:
        assert f"{mark})" in text, mark


def test_json_of_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "show", "systems", "--json") == Exit.FINE
    data = json.loads(capsys.readouterr().out)
    rows: dict[str, Any] = {row["id"]: row for row in data["systems"]}
    assert data["format_version"] == 1
    assert set(rows) == set(catalogue.system_ids())
    assert rows["dgx-a100-640"]["aliases"] == ["dgx-a100"]
    assert (rows["dgx-h100"]["gpus"], rows["dgx-h100"]["compute_port_gbps"]) == (8, 400)
    assert rows["dgx-rubin-nvl8"]["cpus"] is None


@pytest.mark.parametrize("system_id", [*catalogue.system_ids(), "dgx-a100"])
def test_json_of_one(system_id: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "show", "system", system_id, "--json") == Exit.FINE
    data = json.loads(capsys.readouterr().out)
    system = catalogue.load().system(system_id)
    assert (data["format_version"], data["id"]) == (1, system.id)
    assert data["marks"] == dict(system.marks)
    assert set(data["sources"]) == {field for field, _ in system.sources}
    assert len(data["ports"]) == len(system.ports)
    assert data["architectures"] == (["h100"] if system_id == "dgx-h100" else data["architectures"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("system", "dgx-h10"), "no system is called 'dgx-h10'\n  did you mean dgx-h100?\n"),
        (("system", "dgx-a1OO"), "did you mean dgx-a100?"),
        (("system",), "which system?"),
        (("systems", "dgx-h100"), "unexpected extra argument (dgx-h100)"),
        (("no-such-folder",), "no-such-folder"),
    ],
)
def test_what_cannot_be_shown_is_said(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "show", *words) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_a_spec_is_shown_as_before_even_in_a_folder_of_that_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("systems", "system"):
        Path(folder).mkdir()
        shutil.copy(SU1, Path(folder) / "cluster.yml")
        assert run(monkeypatch, "show", f"./{folder}", "--json") == Exit.FINE
        assert json.loads(capsys.readouterr().out)["gpus"] == 248
    assert run(monkeypatch, "show", "--json", str(SU1.parent)) == Exit.FINE
    said = json.loads(capsys.readouterr().out)
    assert said == json.loads((SU1.parent / "rendered" / "site" / "summary.json").read_text())


def test_marks_are_counted_by_kind() -> None:
    counts = table.mark_counts(catalogue.load().system("dgx-h100"))
    assert sum(counts.values()) == len(catalogue.load().system("dgx-h100").marks)
