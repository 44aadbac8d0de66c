"""The journal only grows, is read up to where it is sound, and past runs are found by what people type."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops.apply.journal import Journal, new_run, open_run, read_journal
from dgxops.apply.runs import find_run, past_runs
from dgxops.errors import DgxopsError


def written(folder: Path) -> Journal:
    journal = open_run(folder / "runs", new_run(1_800_000_000), "apply", "pod", "site")
    for number in range(4):
        journal.write("step", number=number, text="dgx-[001-004] ü")
    return journal


def test_a_run_is_on_the_disk_before_anything_is_done(tmp_path: Path) -> None:
    journal = open_run(tmp_path / "runs", new_run(0), "apply", "pod", "site", tree="abc")
    assert {p.name for p in journal.folder.iterdir()} == {"run.json", "journal.jsonl"}
    (run,) = past_runs(tmp_path / "runs")
    assert run.begun["verb"] == "apply"
    assert run.begun["tree"] == "abc"
    assert run.summary is None


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_journal_cut_or_changed_anywhere_is_read_up_to_there(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("j")).folder / "journal.jsonl"
    text, whole = path.read_bytes(), list(read_journal(path.parent))
    assert [line["event"] for line in whole] == ["begun"] + ["step"] * 4
    place = int(data.draw(st.floats(0, 1, exclude_max=True)) * len(text))
    cut = text[:place] if data.draw(st.booleans()) else text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
    path.write_bytes(cut)
    sound = text[:place].count(b"\n")
    assert list(read_journal(path.parent)) == whole[:sound]


def test_runs_are_found_by_beginning_end_and_last(tmp_path: Path) -> None:
    first = open_run(tmp_path, "20260101-000000-aaaa", "apply", "pod", "site")
    second = open_run(tmp_path, "20260202-000000-bbbb", "apply", "pod", "site")
    assert [r.id for r in past_runs(tmp_path)] == [first.run, second.run]
    assert find_run(tmp_path, "last").id == find_run(tmp_path, "bbbb").id == second.run
    assert find_run(tmp_path, "20260101").id == first.run
    for name, message in (("2026", "2 runs match 2026"), ("nope", "there is no run nope")):
        with pytest.raises(DgxopsError, match=message):
            find_run(tmp_path, name)
    assert past_runs(tmp_path / "none") == ()
