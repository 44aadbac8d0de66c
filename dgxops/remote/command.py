"""One shell command on the first host that answers: for tools that speak for the whole cluster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import paramiko

from dgxops.remote import session
from dgxops.remote.session import Endpoint, Login, Unreachable


@dataclass(frozen=True, slots=True)
class Output:
    """What a command printed and how it ended."""

    rc: int
    stdout: str
    stderr: str


def run(where: Endpoint, login: Login, command: str, seconds: float) -> Output:
    """Run ``command`` in the login user's shell on one host.

    Raises:
        Unreachable: no session, or no end, within ``seconds``.
    """
    deadline = time.monotonic() + seconds
    try:
        with session.transport(where, login, deadline) as open_transport:
            rc, out, error = session.execute(open_transport, command, b"", deadline)
    except (TimeoutError, paramiko.SSHException, OSError, EOFError) as error_:
        raise Unreachable(f"{where.name}: {session.cause(error_, where)}") from error_
    return Output(rc, out.decode("utf-8", "replace"), error.decode("utf-8", "replace"))


def first_answering(candidates: Sequence[Endpoint], login: Login, seconds: float = 15.0) -> Endpoint:
    """The first of ``candidates`` that runs a command at all.

    Raises:
        Unreachable: none does; the text has each one's reason.
    """
    reasons = []
    for where in candidates:
        try:
            run(where, login, "true", seconds)
        except Unreachable as error:
            reasons.append(str(error))
        else:
            return where
    raise Unreachable("; ".join(dict.fromkeys(reasons)) or "there is no such host")
