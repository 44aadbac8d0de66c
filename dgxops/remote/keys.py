"""Host keys that are trusted, and the keys we show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import paramiko

from dgxops.errors import DgxopsError

USER_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")


def known_hosts(files: Iterable[Path]) -> paramiko.HostKeys:
    """Every host key in these files, read once for all hosts; a file that is not there holds none."""
    keys = paramiko.HostKeys()
    for file in files:
        if file.is_file():
            keys.load(str(file))
    return keys


def expected(keys: paramiko.HostKeys, address: str, port: int) -> dict[str, paramiko.PKey]:
    """Key type -> the one key that a host at this address may show; empty when it is not known."""
    name = address if port == 22 else f"[{address}]:{port}"
    return dict(keys.lookup(name) or {})


def private_keys(file: Path | None) -> tuple[paramiko.PKey, ...]:
    """The key to log in with: this file alone, or those of the agent and the user's own without a passphrase."""
    if file is not None:
        return (_load(file),)
    home = (Path.home() / ".ssh" / name for name in USER_KEYS)
    return (*paramiko.Agent().get_keys(), *_loadable(p for p in home if p.is_file()))


def _load(file: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(file)
    except (OSError, paramiko.SSHException, ValueError) as error:
        raise DgxopsError(f"the SSH key {file} cannot be used: {error}") from error


def _loadable(files: Iterable[Path]) -> list[paramiko.PKey]:
    """Those that need no passphrase; the others are the agent's business."""
    found = []
    for file in files:
        try:
            found.append(paramiko.PKey.from_path(file))
        except (OSError, paramiko.SSHException, ValueError, TypeError):
            continue
    return found
