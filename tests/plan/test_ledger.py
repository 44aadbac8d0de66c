"""The node's side: a ledger that is not as dgxops wrote it is never believed, and looking changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops.model.plan import Standing
from dgxops.plan.compare import Wanted, standing
from dgxops.plan.inputs import Inputs
from dgxops.remote import node_program
from dgxops.remote.session import program

INPUTS = Inputs("r" * 64, {"role_colour": "1", "role_size": "2"}, {"files/a": "f" * 64}, {"munge_key": "very secret"})
WANTED = Wanted("n1", "base", "role", INPUTS)
WATCHED = ["state", "mode", "owner", "group", "content"]


def record(root: Path) -> Path:
    """A ledger of one role over two files, as an apply leaves it."""
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "plain").write_text("hello\n")
    (root / "etc" / "plain").chmod(0o644)
    (root / "etc" / "key").write_text("very secret")
    things = [
        {"kind": "file", "name": "/etc/plain", "watched": WATCHED},
        {"kind": "file", "name": "/etc/key", "watched": WATCHED, "secret": True},
        {"kind": "file", "name": "/etc/none", "watched": ["state"]},
        {"kind": "user", "name": "root", "watched": ["state", "shell"]},
    ]
    salt = "0123456789abcdef"
    about = {"format_version": 1, "cluster": "pod", "host": "n1", "role": "role", "run": "r1", "salt": salt}
    ledger = {**about, "inputs": INPUTS.as_ledger(salt), "things": things}
    assert node_program.record({"root": str(root), "ledgers": [ledger]}) == {"faults": {"role": []}}
    return root / "var/lib/dgxops/ledger/role.json"


def stands(root: Path, wanted: Wanted = WANTED, cluster: str = "pod") -> Standing:
    return standing(wanted, cluster, node_program.look({"root": str(root)})).standing


def test_what_was_recorded_is_unchanged_and_says_nothing_secret(tmp_path: Path) -> None:
    ledger = record(tmp_path)
    assert stands(tmp_path) is Standing.UNCHANGED
    assert ledger.stat().st_mode & 0o777 == 0o600
    assert "very secret" not in ledger.read_text()
    assert "very secret" not in json.dumps(node_program.look({"root": str(tmp_path)}))


def every_path(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, inner in below for p in every_path(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just([]), st.just({}))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_ledger_with_any_value_changed_is_never_unchanged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("node")
    ledger = record(root)
    before = json.loads(ledger.read_text())
    after = replaced(before, data.draw(st.sampled_from(every_path(before))), data.draw(ANYTHING))
    ledger.write_text(json.dumps(after))
    if after != before or json.dumps(after, sort_keys=True) != json.dumps(before, sort_keys=True):
        assert stands(root) is Standing.UNKNOWN


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_ledger_with_any_byte_changed_or_cut_is_never_unchanged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("node")
    ledger = record(root)
    text = bytearray(ledger.read_bytes())
    place = data.draw(st.integers(0, len(text) - 1))
    if data.draw(st.booleans()):
        text = text[:place]
    else:
        text[place] ^= data.draw(st.integers(1, 255))
    ledger.write_bytes(bytes(text))
    assert stands(root) is Standing.UNKNOWN


def test_a_lost_ledger_is_never_applied(tmp_path: Path) -> None:
    record(tmp_path).unlink()
    assert stands(tmp_path) is Standing.NEVER


def test_a_ledger_of_another_host_cluster_or_machine_is_not_believed(tmp_path: Path) -> None:
    record(tmp_path)
    assert stands(tmp_path, Wanted("n2", "base", "role", INPUTS)) is Standing.UNKNOWN
    assert stands(tmp_path, cluster="other") is Standing.UNKNOWN
    (tmp_path / "etc" / "machine-id").write_text("cloned\n")
    assert stands(tmp_path) is Standing.UNKNOWN


def test_a_ledger_under_another_roles_name_is_not_believed(tmp_path: Path) -> None:
    ledger = record(tmp_path)
    ledger.rename(ledger.with_name("other.json"))
    assert stands(tmp_path, Wanted("n1", "base", "other", INPUTS)) is Standing.UNKNOWN


def test_a_run_that_began_and_did_not_finish_is_unknown(tmp_path: Path) -> None:
    record(tmp_path)
    node_program.begin({"root": str(tmp_path), "roles": ["role"], "run": "r2"})
    plan = standing(WANTED, "pod", node_program.look({"root": str(tmp_path)}))
    assert plan.standing is Standing.UNKNOWN
    assert "run r2 began it here" in plan.reasons[0].detail


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (lambda etc: (etc / "plain").write_text("bye\n"), "edited on the node"),
        (lambda etc: (etc / "plain").chmod(0o666), "mode 0644 -> 0666"),
        (lambda etc: os.chown(etc / "plain", 1, 0), "owner root -> daemon"),
        (lambda etc: (etc / "plain").unlink(), "is gone"),
        (lambda etc: (etc / "key").write_text("another"), "edited on the node"),
        (lambda etc: (etc / "none").write_text("there"), "is back"),
        (lambda etc: ((etc / "plain").unlink(), (etc / "plain").symlink_to("key")), "state file -> link"),
    ],
)
def test_drift_is_named(tmp_path: Path, change: Any, detail: str) -> None:
    record(tmp_path)
    change(tmp_path / "etc")
    plan = standing(WANTED, "pod", node_program.look({"root": str(tmp_path)}))
    assert plan.standing is Standing.DRIFTED
    assert any(detail in reason.detail for reason in plan.reasons)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    record(tmp_path)
    before = {p: (p.lstat().st_mtime_ns, p.lstat().st_mode) for p in tmp_path.rglob("*")}
    for request in ({"action": "look"}, {"action": "fetch", "paths": ["/etc/plain", "/nowhere"], "limit": 100}):
        node_program.ACTIONS[str(request["action"])]({**request, "root": str(tmp_path)})
    assert {p: (p.lstat().st_mtime_ns, p.lstat().st_mode) for p in tmp_path.rglob("*")} == before


def test_the_program_runs_as_one_text_on_standard_input(tmp_path: Path) -> None:
    record(tmp_path)
    source = program({"action": "look", "root": str(tmp_path)})
    done = subprocess.run([sys.executable, "-I", "-"], input=source, capture_output=True, check=True, cwd="/")
    answer = json.loads(done.stdout.decode().strip().removeprefix(node_program.ANSWER))
    assert standing(WANTED, "pod", answer).standing is Standing.UNCHANGED


def test_a_unit_that_does_not_run_is_not_recorded_as_if_it_did(tmp_path: Path) -> None:
    ledger = {
        "format_version": 1,
        "cluster": "pod",
        "host": "n1",
        "role": "role",
        "run": "r",
        "salt": "s",
        "inputs": {},
    }
    unit = {"kind": "unit", "name": "dgxops-none.service", "watched": ["active"], "said": {"active": "active"}}
    answer = node_program.record({"root": str(tmp_path), "ledgers": [{**ledger, "things": [unit]}]})
    assert "dgxops-none.service: is " in answer["faults"]["role"][0]
    assert not (tmp_path / node_program.FOLDER.lstrip("/") / "role.json").exists()


@settings(max_examples=200, deadline=None)
@given(
    answer=st.recursive(
        ANYTHING,
        lambda inner: (
            st.dictionaries(
                st.sampled_from(
                    [
                        "roles",
                        "role",
                        "fault",
                        "changed",
                        "inputs",
                        "salt",
                        "cluster",
                        "host",
                        "begun",
                        "digest",
                        "now",
                        "was",
                    ]
                ),
                inner,
                max_size=6,
            )
            | st.lists(inner, max_size=3)
        ),
    )
)
def test_an_answer_that_makes_no_sense_is_never_unchanged(answer: Any) -> None:
    said = {"roles": {"role": answer}}
    assert standing(WANTED, "pod", said).standing in (Standing.UNKNOWN, Standing.NEVER)
