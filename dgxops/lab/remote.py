"""Reaching a machine over its own sshd, with its host key checked."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from dgxops.lab.machine import LabMachine
from dgxops.lab.state import Lab


def answers(machine: LabMachine, seconds: float = 1.0) -> bool:
    """Whether something that speaks SSH listens on a machine's port 22."""
    try:
        with socket.create_connection((str(machine.ip), 22), timeout=seconds) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def ssh_command(lab: Lab, machine: LabMachine, command: Sequence[str] = ()) -> list[str]:
    """OpenSSH's argument list to log in, or to run a command; the caller's own ssh settings play no part."""
    return [
        "ssh",
        "-F",
        "none",
        "-i",
        str(lab.ssh_key),
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "BatchMode=yes",
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        f"UserKnownHostsFile={lab.known_hosts}",
        "-o",
        "GlobalKnownHostsFile=none",
        "-o",
        "ConnectTimeout=5",
        "-l",
        lab.ssh_user,
        str(machine.ip),
        *(["--", *command] if command else []),
    ]
