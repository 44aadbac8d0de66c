"""A real SSH server on a port of this machine that runs what it is asked in a shell: for the client's own tests."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import paramiko

from dgxops.remote.keys import HostKey
from dgxops.remote.session import Endpoint, Login

HOST_KEY = paramiko.ECDSAKey.generate()
USER_KEY = paramiko.ECDSAKey.generate()


class Server(paramiko.ServerInterface):
    """Lets one key in, after ``seconds``, and runs one command."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        time.sleep(self.seconds)
        return paramiko.AUTH_SUCCESSFUL if key == USER_KEY else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        threading.Thread(target=run, args=(channel, command.decode()), daemon=True).start()
        return True


def run(channel: paramiko.Channel, command: str) -> None:
    source = channel.makefile("rb").read()
    done = subprocess.run(command, shell=True, input=source, capture_output=True)  # noqa: S602 - a test's own command
    channel.sendall(done.stdout)
    channel.sendall_stderr(done.stderr)
    channel.send_exit_status(done.returncode)
    channel.close()


def known(port: int, host: paramiko.PKey = HOST_KEY) -> HostKey:
    """The host key of the server on a port of this machine."""
    return HostKey(frozenset({f"[127.0.0.1]:{port}"}), (), host)


@dataclass
class Sshd:
    """Where it listens, and logins for it."""

    where: Endpoint

    def login(self, command: str = "python3 -", key: paramiko.PKey = USER_KEY, host: paramiko.PKey = HOST_KEY) -> Login:
        return Login("ansible", (known(self.where.port, host),), (key,), command)


def serve(listener: socket.socket, answers: bool, lets_in: float) -> None:
    held = []
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        held.append(connection)
        if answers:
            transport = paramiko.Transport(connection)
            transport.add_server_key(HOST_KEY)
            transport.start_server(server=Server(lets_in))
            held.append(transport)


@contextmanager
def sshd(*, answers: bool = True, lets_in: float = 0) -> Iterator[Sshd]:
    """A server; with ``answers`` false it accepts connections and never says a word, and it lets in after seconds."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, answers, lets_in), daemon=True).start()
    try:
        yield Sshd(Endpoint("n1", "127.0.0.1", listener.getsockname()[1]))
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
