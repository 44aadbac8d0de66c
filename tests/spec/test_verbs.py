"""init, validate and schema as they run in a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dgxops import spec
from dgxops.cli.main import main
from dgxops.errors import Exit

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJa9FZw2X24vpIGmzsc/J/B1cWCkYFn6q+2tzC1og34F jo@desk"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["dgxops", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    return end.value.code


def test_init_writes_a_short_commented_spec_that_is_fine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "init", "--yes") == Exit.FINE
    written = Path("inventories/pod1/cluster.yml")
    lines = written.read_text().splitlines()
    assert 25 <= len(lines) <= 45
    assert any(line.startswith("#") for line in lines)
    assert spec.load(written).name == "pod1"
    capsys.readouterr()
    assert run(monkeypatch, "validate", str(written.parent)) == Exit.FINE
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith(f"{written}: fine: 31 DGX systems with 248 GPUs")


def test_init_writes_what_its_options_say(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("jo.pub").write_text(f"# my keys\n{KEY}\n\n")
    words = "--yes --platform dgx-h100 --scalable-units 2 --nodes 5 --management 10.1.0.0/20 --oob 10.2.0.0/21 --head 1"
    more = "--login 0 --timezone Europe/Berlin --mirror http://m.example.com/ --domain x.example.com --admin jo=jo.pub"
    assert run(monkeypatch, "init", "alpha", *words.split(), *more.split()) == Exit.FINE
    loaded = spec.load(Path("alpha/cluster.yml"))
    assert (loaded.name, loaded.domain, loaded.scalable_units, loaded.nodes) == ("alpha", "x.example.com", 2, 5)
    assert str(loaded.networks.management.subnet) == "10.1.0.0/20"
    assert (loaded.services.head, loaded.services.login, loaded.site.mirror) == (1, 0, "http://m.example.com/")
    assert [(a.name, a.keys) for a in loaded.site.admins] == [("jo", (KEY,))]


def test_init_overwrites_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cluster.yml").write_text("mine\n")
    assert run(monkeypatch, "init", ".", "--yes") == Exit.USAGE
    assert Path("cluster.yml").read_text() == "mine\n"
    assert "overwrites nothing" in capsys.readouterr().err


def test_init_refuses_options_that_do_not_fit_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--scalable-units", "9999", "--oob", "10.10.0.0/21", "--name", "a: b", "--timezone", "{{ x }}"]
    assert run(monkeypatch, "init", "x", "--yes", *words) == Exit.USAGE
    said = capsys.readouterr().err
    assert {line.split(":")[0] for line in said.splitlines()} >= {"--name", "--scalable-units", "--oob", "--timezone"}
    assert not Path("x").exists()


def test_init_without_a_terminal_asks_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Path("/dev/null").open())  # noqa: SIM115 - closed with the test
    assert run(monkeypatch, "init", "x") == Exit.USAGE
    assert "--yes" in capsys.readouterr().err
    assert not Path("x").exists()


def test_validate_as_json_holds_every_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("cluster.yml").write_text("name: Pod\nplatform: dgx-h10\n")
    assert run(monkeypatch, "validate", "cluster.yml", "--json") == Exit.USAGE
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert said.err == ""
    assert not found["valid"]
    assert [(p["line"], p["column"], p["path"]) for p in found["problems"]] == [(1, 7, "name"), (2, 11, "platform")]


def test_validate_says_what_stands_where_a_file_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("cluster.yml").write_text("name: pod\n")
    assert run(monkeypatch, "validate", "cluster.yaml") == Exit.USAGE
    assert capsys.readouterr().err == "cluster.yaml: there is no such file (there is cluster.yml)\n"


def test_schema_prints_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "schema") == Exit.FINE
    assert json.loads(capsys.readouterr().out)["title"] == "dgxops cluster.yml"


@pytest.mark.parametrize(
    "words", [["--help"], ["validate", "--help"], ["init", "--help"], ["schema", "--help"]], ids=" ".join
)
def test_help_comes_without_loading_what_it_does_not_need(words: list[str]) -> None:
    code = (
        "import sys; sys.argv = ['dgxops', *sys.argv[1:]]\n"
        "from dgxops.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(sorted({'pydantic', 'yaml', 'ClusterShell', 'rich'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_show_says_what_the_release_was_tested_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("cluster.yml").write_text("name: pod\nplatform: dgx-h100\n")
    assert run(monkeypatch, "show", "cluster.yml") == Exit.FINE
    assert "release 2026.10: DGX OS 7, Slurm 24.11, tested on debian-13" in capsys.readouterr().out
    assert run(monkeypatch, "show", "cluster.yml", "--json") == Exit.FINE
    assert json.loads(capsys.readouterr().out)["release"]["tested_on"] == ["debian-13"]
