"""One SSH session to one host: connect, check its key, log in, run one program, read its answer, all by a deadline."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

from dgxops.remote import keys, node_program, node_see
from dgxops.remote.node_program import ANSWER

CONNECT_SECONDS = 10.0
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr")
COMMAND = "sudo -n python3 -"
MAX_ANSWER_BYTES = 64 * 1024 * 1024
logging.getLogger("paramiko").addHandler(logging.NullHandler())  # what it has to say is told as the cause


class Unreachable(Exception):
    """The host could not be reached, is not who it should be, or would not let us in; the text says which."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one host answers."""

    name: str
    address: str
    port: int = 22


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in everywhere, read once for all hosts. ``command`` runs the program that stands on its input."""

    user: str
    known: keys.Known
    private: tuple[paramiko.PKey, ...]
    command: str = COMMAND


def program(request: dict[str, Any]) -> bytes:
    """The node's program with its request, as one Python source text for standard input."""
    lines = [line for module in (node_see, node_program) for line in _source(str(module.__file__))]
    call = f"main(json.loads({json.dumps(json.dumps(request))}))"
    return "\n".join(["from __future__ import annotations", *lines, call, ""]).encode()


def _source(file: str) -> list[str]:
    dropped = ("from __future__", "from dgxops")
    return [line for line in Path(file).read_text().splitlines() if not line.startswith(dropped)]


def ask(where: Endpoint, login: Login, source: bytes, seconds: float) -> dict[str, Any]:
    """Run ``source`` on a host and return what it answers, or raise Unreachable within about ``seconds``."""
    deadline = time.monotonic() + seconds
    try:
        with transport(where, login, deadline) as open_transport:
            return _answer(execute(open_transport, login.command, source, deadline))
    except (TimeoutError, paramiko.SSHException, OSError, EOFError) as error:
        raise Unreachable(cause(error, where)) from error


@contextlib.contextmanager
def transport(where: Endpoint, login: Login, deadline: float) -> Iterator[paramiko.Transport]:
    """An authenticated connection to a host that showed the key we know it by; Unreachable where it did not."""
    allowed = keys.expected(login.known, where.address, where.port)
    if not allowed:
        raise Unreachable("its host key is not in known_hosts beside the spec nor in yours, or was revoked there")
    wait = min(CONNECT_SECONDS, _left(deadline))
    opened = paramiko.Transport(socket.create_connection((where.address, where.port), timeout=wait))
    try:
        _handshake(opened, allowed, wait)
        _log_in(opened, login, wait)
        yield opened
    finally:
        opened.close()


def _handshake(transport: paramiko.Transport, allowed: tuple[paramiko.PKey, ...], wait: float) -> None:
    """Agree on keys; the host must show one of the keys we know it by (only their types are offered)."""
    transport.banner_timeout = transport.handshake_timeout = wait + 1  # ours ends first
    options = transport.get_security_options()
    options.ciphers = [c for c in CIPHERS if c in options.ciphers]
    kinds = {key.get_name() for key in allowed}
    options.key_types = [k for k in options.key_types if _family(k) in kinds]
    transport.start_client(timeout=wait)
    if not transport.initial_kex_done:  # paramiko returns from a wait that was too long as if all were well
        raise TimeoutError
    if transport.get_remote_server_key() not in allowed:
        raise Unreachable("the host key is not the one we know: another machine, or one that was reinstalled")


def _family(algorithm: str) -> str:
    """The kind of key that a signature algorithm belongs to: RSA keys sign with three."""
    return "ssh-rsa" if algorithm.startswith("rsa-sha2") else algorithm


def _log_in(transport: paramiko.Transport, login: Login, wait: float) -> None:
    transport.auth_timeout = wait
    for key in login.private:
        try:
            transport.auth_publickey(login.user, key)
        except paramiko.AuthenticationException as error:
            if "timeout" in str(error):  # paramiko says that it got no answer as if it had been turned away
                raise TimeoutError from error
        else:
            return
    raise Unreachable(f"no key lets us in as {login.user}")


def execute(transport: paramiko.Transport, command: str, source: bytes, deadline: float) -> tuple[int, bytes, bytes]:
    """Exit code, output and error output of one command with ``source`` on its input."""
    channel = transport.open_session(timeout=_left(deadline))
    channel.settimeout(_left(deadline))
    channel.exec_command(command)
    channel.sendall(source)
    channel.shutdown_write()
    out = _drain(channel, deadline)
    channel.settimeout(_left(deadline))
    error = channel.makefile_stderr("rb").read(4000)
    if not channel.status_event.wait(_left(deadline)):
        raise TimeoutError
    return channel.recv_exit_status(), out, bytes(error)


def _drain(channel: paramiko.Channel, deadline: float) -> bytes:
    parts: list[bytes] = []
    while True:
        channel.settimeout(_left(deadline))
        part = channel.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)
        if sum(map(len, parts)) > MAX_ANSWER_BYTES:
            raise OSError("the answer does not end")


def _answer(outcome: tuple[int, bytes, bytes]) -> dict[str, Any]:
    code, out, error = outcome
    for line in out.decode("utf-8", "replace").splitlines():
        if line.startswith(ANSWER):
            answer: dict[str, Any] = json.loads(line.removeprefix(ANSWER))
            return answer
    said = error.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
    raise Unreachable(f"python3 under sudo did not answer (exit {code}): {said[-1]}")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def cause(error: BaseException, where: Endpoint) -> str:
    """Why a host did not answer, in words. What paramiko wraps is told as what it was."""
    if isinstance(error, TimeoutError) or isinstance(error.__cause__ or error.__context__, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on port {where.port}"
    text = str(error) or type(error).__name__
    return "no answer in time" if "timed out" in text.lower() else text.splitlines()[0]
