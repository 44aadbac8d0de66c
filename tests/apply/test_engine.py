"""Apply with real ansible-playbook on the toy cluster: what is asked is done, remembered, and told truly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dgxops.apply.engine import run_plan
from dgxops.apply.journal import read_journal
from dgxops.errors import Exit
from dgxops.model.plan import Standing
from dgxops.model.report import Outcome, Report

from ..toy import HOSTS, SECRETS, Toy, copy, toy, write


@pytest.fixture(scope="session")
def converged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Toy, Report]:
    made = toy(tmp_path_factory.mktemp("converged"))
    return made, apply(made)


@pytest.fixture
def cluster(converged: tuple[Toy, Report], tmp_path: Path) -> Toy:
    """Hosts that everything was applied to."""
    return copy(converged[0], tmp_path)


def apply(cluster: Toy, *, full: bool = False) -> Report:
    return run_plan(cluster.work(), cluster.plan(), full=full)


def pend_job(cluster: Toy) -> Toy:
    """Make one small role pending on every host."""
    path = cluster.ansible / "roles" / "job" / "tasks" / "main.yml"
    write(path, path.read_text() + "# a comment\n")
    return cluster


def outcomes(report: Report) -> dict[tuple[str, str], Outcome]:
    return {(r.host, r.role): r.outcome for r in report.results}


def drifted(cluster: Toy) -> list[tuple[str, str, Standing, list[str]]]:
    return [(r.host, r.role, r.standing, [x.subject for x in r.reasons]) for r in cluster.plan().pending]


def test_a_plan_after_a_successful_apply_is_empty(converged: tuple[Toy, Report]) -> None:
    cluster, report = converged
    assert report.exit is Exit.FINE
    assert set(outcomes(report).values()) == {Outcome.CHANGED}
    assert set(outcomes(report)) == {(h, r) for h in HOSTS for r in ("ship", "key", "job")}
    assert drifted(cluster) == []
    assert not cluster.plan().changes


def test_drift_is_found_and_mended(cluster: Toy) -> None:
    write(cluster.root("n1") / "etc" / "settings", "colour = red\nsize = 7\n")
    (cluster.root("n2") / "etc" / "munge.key").chmod(0o644)
    (cluster.root("n3") / "etc" / "tree" / "deep" / "leaf").unlink()
    write(cluster.root("n3") / "etc" / "old", "is back")
    assert drifted(cluster) == [
        ("n1", "ship", Standing.DRIFTED, ["/etc/settings"]),
        ("n3", "ship", Standing.DRIFTED, ["/etc/old", "/etc/tree/deep/leaf"]),
        ("n2", "key", Standing.DRIFTED, ["/etc/munge.key"]),
    ]
    assert "-colour = red\n+colour = green" in cluster.plan().diffs[0].text

    second = apply(cluster)
    assert second.exit is Exit.FINE
    assert {p for p, o in outcomes(second).items() if o is Outcome.CHANGED} == {
        ("n1", "ship"),
        ("n3", "ship"),
        ("n2", "key"),
    }
    assert all(role != "job" for _, role in outcomes(second))
    assert drifted(cluster) == []


def test_nothing_pending_starts_no_ansible(cluster: Toy) -> None:
    work = cluster.work()
    report = run_plan(work, cluster.plan())
    assert report.stages == ()
    assert [step["event"] for step in read_journal(work.journal.folder)] == ["begun", "ended"]
    assert {r.outcome for r in apply(cluster, full=True).results} == {Outcome.OK}


def test_changed_inputs_run_only_the_roles_that_take_them(cluster: Toy) -> None:
    cluster.vary("n2", ship_text="goodbye")
    write(cluster.tree / "files" / "settings", "colour = blue\nsize = 7\n")
    plan = cluster.plan()
    assert [(r.host, r.role, [(x.kind, x.subject) for x in r.reasons]) for r in plan.pending] == [
        ("n1", "ship", [("shipped", "files/settings")]),
        ("n2", "ship", [("shipped", "files/settings"), ("variable", "ship_text")]),
        ("n3", "ship", [("shipped", "files/settings")]),
    ]
    assert len(plan.diffs) == 1
    assert "-colour = green\n+colour = blue" in plan.diffs[0].text
    assert apply(cluster).exit is Exit.FINE
    assert drifted(cluster) == []


def test_a_failed_host_is_told_and_the_others_go_on(cluster: Toy) -> None:
    cluster.vary("n2", job_fails="true")
    report = apply(cluster)
    assert report.exit is Exit.FINDING
    assert report.failed == ("n2",)
    assert [(f.host, f.role, f.message) for f in report.failures] == [("n2", "job", "wished to fail on n2")]
    assert drifted(cluster) == [("n2", "job", Standing.UNKNOWN, ["job"])]
    cluster.vary("n2", job_fails="false")
    assert apply(cluster).exit is Exit.FINE
    assert drifted(cluster) == []


def test_a_host_that_failed_early_is_left_out_later_and_said(cluster: Toy) -> None:
    pend_job(cluster)
    cluster.vary("n1", ship_file="/nowhere")
    report = apply(cluster)
    assert outcomes(report)["n1", "ship"] is Outcome.FAILED
    assert outcomes(report)["n1", "job"] is Outcome.UNTOUCHED
    assert outcomes(report)["n2", "job"] is Outcome.OK
    assert report.exit is Exit.FINDING


def test_a_dead_host_has_an_exit_code_of_its_own(cluster: Toy) -> None:
    pend_job(cluster)
    cluster.remote.dead["n3"] = "no answer in time"
    report = apply(cluster)
    assert report.exit is Exit.UNREACHABLE
    assert report.unreachable == (("n3", "no answer in time"),)
    assert {h for h, _ in outcomes(report)} == {"n1", "n2"}
    assert ("n3", "begin") not in cluster.remote.asked


def test_a_host_that_dies_on_the_way_is_unreachable_not_ok(cluster: Toy) -> None:
    pend_job(cluster)
    cluster.vary("n3", ansible_connection="ssh", ansible_host="127.0.0.1", ansible_port=1)
    report = apply(cluster)
    assert report.exit is Exit.UNREACHABLE
    assert dict(report.unreachable).keys() == {"n3"}
    assert {o for (h, _), o in outcomes(report).items() if h == "n3"} == {Outcome.UNREACHABLE}
    assert {o for (h, _), o in outcomes(report).items() if h != "n3"} == {Outcome.OK}


def test_fewer_hosts_than_asked_is_no_success(cluster: Toy) -> None:
    pend_job(cluster)
    work, plan = cluster.work(), cluster.plan()
    inventory = (cluster.tree / "hosts.yml").read_text()
    write(cluster.tree / "hosts.yml", inventory.replace("        n2:\n", ""))  # gone after it was planned
    report = run_plan(work, plan)
    assert report.exit is Exit.FINDING
    assert outcomes(report)["n2", "job"] is Outcome.UNTOUCHED


def test_no_host_matched_is_no_success(cluster: Toy) -> None:
    pend_job(cluster)
    work, plan = cluster.work(), cluster.plan()
    write(cluster.tree / "hosts.yml", "all: {hosts: {other: }, children: {managed: , worker: }}\n")
    report = run_plan(work, plan)
    assert report.exit is Exit.FINDING
    assert {r.outcome for r in report.results} == {Outcome.UNTOUCHED}


def test_a_broken_role_is_told_with_ansibles_own_words(cluster: Toy) -> None:
    work, path = cluster.work(), cluster.ansible / "roles" / "job" / "tasks" / "main.yml"
    write(path, path.read_text() + "- name: Nothing\n  ansible.builtin.nothing: {}\n")
    report = run_plan(work, cluster.plan())
    assert report.exit is Exit.FINDING
    assert "ansible.builtin.nothing" in report.failures[0].message
    assert {r.outcome for r in report.results} == {Outcome.UNTOUCHED}


def test_a_file_changed_before_it_could_be_remembered_is_told(cluster: Toy) -> None:
    path = cluster.ansible / "roles" / "job" / "tasks" / "main.yml"
    meddle = "- name: Meddle\n  ansible.builtin.shell: echo x >> {{ toy_root }}/etc/job\n"
    write(path, path.read_text() + meddle)
    report = apply(cluster)
    assert report.exit is Exit.FINDING
    assert "was changed while the run was still going on" in report.failures[0].message


def test_no_secret_is_left_anywhere(converged: tuple[Toy, Report]) -> None:
    cluster, report = converged
    files = [p for p in cluster.folder.rglob("*") if p.is_file() and p.name != "secrets.json"]
    holders = [p for p in files if any(value.encode() in p.read_bytes() for value in SECRETS.values())]
    assert sorted(holders) == [cluster.root(h) / "etc" / "munge.key" for h in HOSTS]
    folder = cluster.folder / "state" / "runs" / report.run
    assert folder.stat().st_mode & 0o077 == 0


def test_a_role_that_prints_a_secret_is_caught(cluster: Toy) -> None:
    path = cluster.ansible / "roles" / "key" / "tasks" / "main.yml"
    write(path, path.read_text() + '- name: "Leak {{ munge_key }}"\n  ansible.builtin.debug: {var: munge_key}\n')
    work = cluster.work()
    report = run_plan(work, cluster.plan())
    assert report.exit is Exit.FINDING
    assert any("Ansible printed munge_key in ansible-base.log" in f.message for f in report.failures)
    left = b"".join(p.read_bytes() for p in work.journal.folder.iterdir())
    assert SECRETS["munge_key"].encode() not in left
    assert "<munge_key>" in work.journal.events.read_text()


def test_events_name_what_a_role_manages(converged: tuple[Toy, Report]) -> None:
    cluster, report = converged
    text = (cluster.folder / "state" / "runs" / report.run / "events.jsonl").read_text()
    on_n1 = [e for e in map(json.loads, text.splitlines()) if e["event"] == "host" and e["host"] == "n1"]
    things = {t["name"].removeprefix(str(cluster.root("n1"))): t for e in on_n1 for t in e.get("things", [])}
    named = ("", "/settings", "/tree/deep/leaf", "/one", "/two", "/old", "/job")
    assert set(things) == {f"/etc{name}" for name in named}
    assert "content" in things["/etc/one"]["watched"]
    hidden = [e for e in on_n1 if e["role"] == "key" and e.get("hidden")]
    assert hidden
    assert all("things" not in e and "message" not in e for e in hidden)


def test_a_play_without_hosts_beside_others_is_nothing_unusual(cluster: Toy) -> None:
    path = cluster.ansible / "playbooks" / "work.yml"
    write(path, path.read_text() + "- name: Others\n  hosts: nobody\n  gather_facts: false\n  roles: [key]\n")
    hosts = cluster.tree / "hosts.yml"
    write(hosts, hosts.read_text() + "    nobody:\n      hosts: {}\n")
    assert apply(pend_job(cluster)).exit is Exit.FINE
