"""dgxops check as it runs in a shell."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dgxops.cli.main import main
from dgxops.model.finding import Finding, Severity
from dgxops.model.proof import CheckReport, Proof
from dgxops.present.check import folded, show

FIXTURES = Path(__file__).parent / "slurm"
MINI = str(Path(__file__).parent.parent.parent / "inventories" / "mini")


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["dgxops", "check", *words])
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    return end.value.code


def test_an_example_is_fine(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, MINI) == 0
    shown = capsys.readouterr().out
    assert "769 of 769 cabled switch ports within budget" in shown
    assert "mini: " in shown.splitlines()[-1]
    assert len(shown.splitlines()) <= 24
    assert all(len(line.rstrip()) <= 80 for line in shown.splitlines())


def test_json_has_every_figure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, MINI, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["format_version"], said["subject"], said["ok"]) == (1, "mini", True)
    figures = {p["name"]: p["figures"] for p in said["proofs"]}
    assert figures["pools"]["management used"] == 10
    assert figures["bisection"] == {"compute leaf": 8.0, "storage leaf": 7.0, "inband leaf": 0.444}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--slurm", str(FIXTURES / "clean")), 0),
        (("--slurm", str(FIXTURES / "sizes-missing")), 0),
        (("--slurm", str(FIXTURES / "duplicate-nodes")), 1),
        (("--slurm", str(FIXTURES / "clean-yaml"), "--slurm-version", "25.05"), 0),
        (("--slurm", str(FIXTURES / "clean"), "--slurm-version", "new"), 2),
        (("--slurm", str(FIXTURES)), 2),
        ((), 2),
        ((MINI, "--slurm", str(FIXTURES)), 2),
        (("nowhere",), 2),
    ],
)
def test_the_exit_code_says_what_came_of_it(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int) -> None:
    assert run(monkeypatch, *words) == code


def test_what_slurm_would_do_and_what_helps_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "--slurm", str(FIXTURES / "duplicate-nodes"))
    shown = capsys.readouterr().out
    assert "slurm.conf:16: defined already (slurm.conf:14): dgx-4" in shown
    assert "slurmctld: fatal: Duplicated NodeName in the config file" in shown
    assert "keep one NodeName line for each node" in shown


def finding(host: str) -> Finding:
    return Finding("ports", Severity.ERROR, "a port is bad", (host,), f"port of {host}", "mend it")


def test_findings_that_say_the_same_are_one() -> None:
    (one,) = folded(finding(f"dgx-{i:03d}") for i in range(1, 41))
    assert len(one.hosts) == 40
    assert one.evidence.splitlines()[-1] == "... and 37 more (--json has them all)"


def test_a_name_that_does_not_fold_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    bad = Finding("names", Severity.ERROR, "a name is bad", ("n[1", "x y"), "", "")
    show(CheckReport("toy", (Proof("names", "2 names", {}, (bad,)),)))
    assert "n[1, x y" in capsys.readouterr().out


def test_an_absence_of_a_day_to_come_is_told_and_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = "absent: [{node: dgx-002, reason: RMA, since: 9999-12-31}]\n"
    (tmp_path / "cluster.yml").write_text("name: pod1\nplatform: dgx-h100\n" + absent)
    assert run(monkeypatch, str(tmp_path), "--json") == 0
    (proof,) = [p for p in json.loads(capsys.readouterr().out)["proofs"] if p["name"] == "absent"]
    assert [f["hosts"] for f in proof["findings"]] == [["dgx-002"]]
