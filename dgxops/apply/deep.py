"""The deep plan: ansible-playbook --check over every role, told as tasks that would change something."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from dgxops.apply import ansible
from dgxops.apply.ansible import Job
from dgxops.apply.events import Event, Tally, last_line
from dgxops.apply.listener import Listener
from dgxops.apply.session import Session
from dgxops.apply.stage import incomplete
from dgxops.errors import DgxopsError, RunFailed
from dgxops.model.plan import PredictedTask
from dgxops.plan.playbooks import Stage
from dgxops.secrets.store import generate, hand_over


def refuse_closed(session: Session) -> None:
    """Raise DgxopsError where the secrets cannot be opened: check mode with others would predict nonsense."""
    if session.closed:
        raise DgxopsError("--deep needs the secrets, which cannot be opened", hint=session.closed)


def predict(session: Session, away: frozenset[str], listener: Listener) -> tuple[PredictedTask, ...]:
    """Run every stage in check mode on the hosts that answer; nothing is left on them or here.

    Raises:
        DgxopsError: the secrets cannot be opened.
        RunFailed: Ansible did not come to its end.
    """
    refuse_closed(session)
    with tempfile.TemporaryDirectory(prefix="dgxops-check-") as folder:
        found = [t for stage in session.desired.stages for t in _stage(session, stage, away, Path(folder), listener)]
    return tuple(found)


def _stage(
    session: Session, stage: Stage, away: frozenset[str], folder: Path, listener: Listener
) -> Iterator[PredictedTask]:
    hosts = tuple(dict.fromkeys(h for _, members in stage.roles for h in members if h not in away))
    if not hosts:
        return
    roles = tuple(role for role, _ in stage.roles)
    listener.stage(f"{stage.name} (check)", hosts, roles)
    arguments = hand_over(session.target.secrets, session.secrets or generate(), folder, exists=bool(session.secrets))
    job = Job(stage.playbook, session.desired.tree, hosts, roles, session.connection, tuple(arguments), check=True)
    tally, ended = ansible.run(job, folder, stage.name, session.ansible, listener, None)
    if ended.interrupted:
        raise KeyboardInterrupt
    failures = incomplete(tally, ended)
    if failures:
        raise RunFailed(f"check mode of {stage.name}: {failures[0].message}")
    yield from _predicted(stage.name, tally)


def _predicted(stage: str, tally: Tally) -> Iterator[PredictedTask]:
    for event in tally.predicted:
        yield PredictedTask(event["host"], stage, event["role"] or "", event["task"], event["status"], _message(event))


def _message(event: Event) -> str:
    return last_line(event.get("message", "")) if event["status"] == "failed" else ""
