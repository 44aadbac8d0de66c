"""dgxops lab on the command line: what an operator sees, and the exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgxops.cli.main import main
from dgxops.errors import Exit
from dgxops.lab import needs, state
from dgxops.lab.state import Lab
from tests.lab import values

SPEC = """\
name: dgxops-test
domain: dgxops-test.example.com
platform: dgx-h100
scalable_units: 1
nodes: 4
networks:
  management: {subnet: 10.99.243.0/24}
services: {head: 1, login: 1}
"""


def dgxops(*words: str) -> subprocess.CompletedProcess[str]:
    program = "from dgxops.cli.main import main; main()"
    return subprocess.run([sys.executable, "-c", program, "lab", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "cluster.yml").write_text(SPEC)
    return tmp_path / "cluster.yml"


WRONG = [
    (("up", "/nowhere/cluster.yml"), "no such file"),
    (("up", "SPEC", "--nodes", "5"), "--nodes 5: dgxops-test has 4 DGX systems"),
    (("up", "SPEC", "--nodes", "0"), "--nodes"),
    (("up", "SPEC", "--base", "debian-12"), "debian-13"),
    (("down", "nothing-of-that-name"), "no lab of nothing-of-that-name is up"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_nonsense_is_refused_in_words(words: tuple[str, ...], message: str, spec: Path) -> None:
    done = dgxops(*(str(spec) if w == "SPEC" else w for w in words))
    assert done.returncode == Exit.USAGE
    assert message in done.stderr
    assert "Traceback" not in done.stderr


UP = f"there are: {values.NAME}"
ASTRAY = [
    ([], ("ssh", "--lab", "nothing-of-that-name", "dgx-001"), "no lab is up on this machine\n  dgxops lab up SPEC"),
    ([], ("kill", "no-such-machine"), "no lab is up on this machine"),
    ([], ("status", "nothing-of-that-name"), "no lab of nothing-of-that-name is up"),
    ([values.lab()], ("ssh", "--lab", "nothing-of-that-name", "dgx-001"), f"no lab of nothing-of-that-name\n  {UP}"),
    ([values.lab()], ("kill", "no-such-machine"), "no machine 'no-such-machine'\n  there are dgx-001,head-[01-02]"),
    ([values.lab()], ("ssh", "head-[01-02]"), "head-[01-02] names 2 machines; this needs one"),
    ([values.lab()], ("status", "nothing-of-that-name"), "no lab of nothing-of-that-name is up"),
]


@pytest.mark.parametrize(("labs", "words", "message"), ASTRAY)
def test_what_is_not_there_is_told_with_what_is(
    labs: list[Lab],
    words: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(state, "HOME", tmp_path)
    monkeypatch.setattr(needs, "require_root", lambda: None)
    for lab in labs:
        state.save(lab)
    assert run_here(monkeypatch, *words) == Exit.USAGE
    assert capsys.readouterr().err.startswith(message)


def run_here(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    monkeypatch.setattr(sys, "argv", ["dgxops", "lab", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


def test_status_shows_the_lab_of_one_spec(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(state, "HOME", tmp_path)
    specs = {name: tmp_path / name / "cluster.yml" for name in ("one", "two")}
    for name, path in specs.items():
        state.save(values.lab(cluster=name, spec=path))
    for words, wanted in (([], ["one", "two"]), (["two"], ["two"]), ([str(specs["one"].parent)], ["one"])):
        assert run_here(monkeypatch, "status", "--json", *words) == Exit.FINDING  # none of their machines runs
        assert [lab["cluster"] for lab in json.loads(capsys.readouterr().out)["labs"]] == wanted


@pytest.fixture
def lab(spec: Path) -> Iterator[Path]:
    yield spec
    if state.load(values.NAME):
        assert dgxops("down", values.NAME).returncode == Exit.FINE


@pytest.mark.lab
def test_from_spec_to_machines_and_back(lab: Path) -> None:
    up = dgxops("up", str(lab), "--nodes", "1")
    assert up.returncode == Exit.FINE, up.stderr
    assert "8 stand-in GPUs (device nodes, no hardware)" in up.stdout
    assert "dgx-001,head-01,login-01 up" in up.stdout
    _hold_to_spec()
    _hold_to_power()
    assert dgxops("down", str(lab)).returncode == Exit.FINE
    assert state.load(values.NAME) is None


def _hold_to_spec() -> None:
    ours = _status()
    assert {m["name"]: m["state"] for m in ours["machines"]} == {"head-01": "up", "login-01": "up", "dgx-001": "up"}
    assert "dgx-001:" in Path(ours["rendered"], "hosts.yml").read_text()
    name = dgxops("ssh", "--lab", values.NAME, "dgx-001", "--", "hostname", "-f")
    assert name.stdout.strip() == "dgx-001.dgxops-test.example.com"
    assert "Welcome to" in dgxops("logs", "--lab", values.NAME, "dgx-001").stdout


def _hold_to_power() -> None:
    assert dgxops("kill", "--lab", values.NAME, "dgx-001").returncode == Exit.FINE
    assert dgxops("status").returncode == Exit.FINDING
    assert {m["name"] for m in _status()["machines"] if m["state"] == "dead"} == {"dgx-001"}
    assert dgxops("start", "--lab", values.NAME, "dgx-001").returncode == Exit.FINE
    assert {m["state"] for m in _status()["machines"]} == {"up"}


def _status() -> dict[str, object]:
    labs = json.loads(dgxops("status", "--json").stdout)["labs"]
    return next(lab for lab in labs if lab["cluster"] == values.NAME)
