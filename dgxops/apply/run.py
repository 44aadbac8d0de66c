"""One apply, from a plan that was agreed on to its report."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dgxops.apply.engine import run_plan
from dgxops.apply.journal import open_run
from dgxops.apply.listener import Listener
from dgxops.apply.session import Session
from dgxops.apply.stage import Work
from dgxops.errors import DgxopsError
from dgxops.model.plan import Plan
from dgxops.model.report import Report
from dgxops.secrets.store import hand_over

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system that is never on a disk; the folder made in it is private


def execute(session: Session, plan: Plan, run: str, listener: Listener, lock: int, *, full: bool = False) -> Report:
    """Carry out ``plan`` as the run ``run``; ``lock`` is the open file of the lock, which Ansible inherits.

    Raises:
        DgxopsError: the session has no secrets.
    """
    if session.secrets is None:
        raise DgxopsError("there are no secrets yet", hint=f"dgxops secrets create {session.target.spec}")
    target = session.target
    journal = open_run(target.runs, run, "apply", target.name, target.kind, tree=plan.tree_digest, argv=sys.argv[1:])
    with _private_folder() as folder:
        work = Work(
            desired=session.desired,
            remote=session.remote,
            connection=session.connection,
            ansible=session.ansible,
            secrets=session.secrets,
            secret_arguments=tuple(hand_over(target.secrets, session.secrets, folder)),
            journal=journal,
            listener=listener,
            lock=lock,
        )
        return run_plan(work, plan, full=full)


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder in memory that only we may enter, gone when the run is over."""
    folder = Path(tempfile.mkdtemp(prefix="dgxops-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
