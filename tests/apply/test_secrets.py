"""New secrets are made where they can cut nobody off: a first apply may miss a machine, a living cluster may not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from dgxops.apply.deep import predict
from dgxops.apply.journal import new_run, open_run
from dgxops.apply.listener import Silent
from dgxops.apply.session import Session, with_secrets
from dgxops.apply.target import Target
from dgxops.errors import DgxopsError
from dgxops.secrets import Source, load

from ..toy import HOSTS, Toy, toy


@pytest.fixture
def cluster(tmp_path: Path) -> Toy:
    return toy(tmp_path)


def session_on(cluster: Toy, dead: tuple[str, ...] = ()) -> Session:
    """Without any secrets; the role ``key`` takes one, ``ship`` and ``job`` take none."""
    cluster.remote.dead.update(dict.fromkeys(dead, "no answer in time"))
    source = Source(cluster.folder / "secrets.yml", cluster.folder / "vault-password")
    nothing = cast("Any", None)
    state = cluster.folder / "state"
    target = Target("toy", "site", cluster.folder, nothing, cluster.tree, "root", None, (), source, state)
    return Session(target, cluster.desired(None), cluster.remote, cluster.ansible, None)


def create(session: Session, **options: bool) -> None:
    made, note = with_secrets(session, session.plan(show_files=False), **options)
    assert made.secrets == load(session.target.secrets)
    assert "created in" in note


def applied(cluster: Toy, host: str, role: str) -> None:
    """Leave what a run leaves first."""
    cluster.remote.ask({host: {"action": "begin", "roles": [role], "run": "earlier"}})


@pytest.mark.parametrize("dead", [(), HOSTS[:1], HOSTS[1:]])
def test_a_first_apply_makes_secrets_whoever_else_is_dead(cluster: Toy, dead: tuple[str, ...]) -> None:
    create(session_on(cluster, dead))


def test_where_nobody_answers_nothing_is_known(cluster: Toy) -> None:
    session = session_on(cluster, HOSTS)
    with pytest.raises(DgxopsError, match=r"n\[1-3\] cannot be asked.*: no host that takes one answers") as caught:
        create(session)
    assert "--despite-unreachable" in caught.value.hint
    assert load(session.target.secrets) is None
    create(session, despite_unreachable=True)


def test_a_cluster_that_lives_gets_no_second_secrets_while_a_host_is_silent(cluster: Toy) -> None:
    applied(cluster, "n1", "ship")
    create(replace(session_on(cluster), target=elsewhere(cluster)))
    session = session_on(cluster, ("n3",))
    with pytest.raises(DgxopsError, match=r"n3 cannot be asked .*: n1 was applied before"):
        create(session)
    create(session, despite_unreachable=True)


def elsewhere(cluster: Toy) -> Target:
    target = session_on(cluster).target
    return replace(target, secrets=Source(cluster.folder / "other.yml", cluster.folder / "other-password"))


def test_a_run_that_was_made_from_here_is_a_sign_too(cluster: Toy) -> None:
    session = session_on(cluster, ("n3",))
    run = open_run(session.target.runs, new_run(0), "apply", "toy", "site").run
    with pytest.raises(DgxopsError, match=f"the run {run} was made from here"):
        create(session)


def test_a_host_that_runs_with_secrets_is_never_cut_off(cluster: Toy) -> None:
    applied(cluster, "n2", "key")
    for dead in ((), ("n3",)):
        with pytest.raises(DgxopsError, match="n2 already runs with some"):
            create(session_on(cluster, dead), despite_unreachable=True)


def test_a_deep_plan_is_refused_where_the_secrets_cannot_be_opened(cluster: Toy) -> None:
    session = replace(session_on(cluster), closed="the vault password is not there")
    with pytest.raises(DgxopsError, match="--deep needs the secrets") as caught:
        predict(session, frozenset(), Silent())
    assert caught.value.hint == "the vault password is not there"
