"""What is remembered of a lab comes back as it was, and only a lab that came up is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dgxops.lab import state
from tests.lab import values


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(state, "HOME", tmp_path / "lab")
    return tmp_path / "lab"


def test_a_lab_comes_back_as_it_was() -> None:
    state.save(values.lab(complete=True))
    assert state.load(values.NAME) == values.lab(complete=True)
    assert state.labs() == (values.lab(complete=True),)


def test_a_lab_of_a_newer_dgxops_is_read_as_far_as_it_is_known() -> None:
    lab = values.lab(complete=True)
    state.save(lab)
    file = lab.root / "state.json"
    data = json.loads(file.read_text())
    data["machines"][0]["colour"] = "green"
    file.write_text(json.dumps(data))
    assert state.load(values.NAME) == lab


def test_its_folder_is_for_root_alone() -> None:
    state.save(values.lab())
    assert values.lab().root.stat().st_mode & 0o077 == 0


def test_what_is_not_there_is_not_found(home: Path) -> None:
    assert state.load("nothing") is None
    (home / "empty").mkdir(parents=True)
    assert state.load("empty") is None
    assert state.labs() == ()


@pytest.mark.parametrize("complete", [False, True])
def test_a_lab_without_its_bridge_is_not_up(complete: bool) -> None:
    state.save(values.lab(complete=complete))
    assert state.find_lab(values.NAME) is None


def test_forgetting_takes_the_last_word_last(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = values.lab()
    state.save(lab)
    (lab.root / "machines" / "dgx-001").mkdir(parents=True)
    (lab.root / "known_hosts").write_text("x")

    def power_cut(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(state.shutil, "rmtree", power_cut)
        with pytest.raises(KeyboardInterrupt):
            state.forget(lab)
    assert state.load(values.NAME) == lab
    state.forget(lab)
    assert not lab.root.exists()


@pytest.mark.parametrize("cluster", ["a", "pod1", "a-very-long-name-of-a-cluster-indeed"])
def test_names_on_the_host_fit_an_interface(cluster: str) -> None:
    assert len(values.lab(cluster=cluster).bridge) == 15


def test_a_spec_is_known_by_its_file_and_its_folder(tmp_path: Path) -> None:
    spec = tmp_path / "cluster.yml"
    assert state.same_spec(spec, str(spec))
    assert state.same_spec(spec, str(tmp_path))
    assert not state.same_spec(spec, str(tmp_path.parent))
