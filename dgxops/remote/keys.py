"""Host keys that are trusted, and the keys we show."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.pkey import UnknownKeyType

from dgxops.errors import DgxopsError

USER_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
_REVOKED = "@revoked"  # sshd(8): the other marker, @cert-authority, is for certificates, which paramiko cannot check
_UNUSABLE = (ValueError, ArithmeticError, LookupError, paramiko.SSHException, UnknownKeyType)


@dataclass(frozen=True, slots=True)
class HostKey:
    """One line of a known_hosts file. ``names`` are plain, ``patterns`` have wildcards, are hashed or negated."""

    names: frozenset[str]
    patterns: tuple[str, ...]
    key: paramiko.PKey
    revoked: bool = False  # it must never be believed again

    def of(self, name: str) -> bool:
        """Whether it is about the host of this name, as OpenSSH would say."""
        fitting = [pattern for pattern in self.patterns if _fits(pattern.removeprefix("!"), name)]
        return not any(p.startswith("!") for p in fitting) and (name in self.names or bool(fitting))


Known = tuple[HostKey, ...]


def known_hosts(files: Iterable[Path]) -> Known:
    """Every host key in these files, read once for all hosts; a file that is not there holds none."""
    lines = (line for file in files if file.is_file() for line in file.read_bytes().splitlines())
    return tuple(key for line in lines for key in [_host_key(line.decode("utf-8", "replace"))] if key)


def _host_key(line: str) -> HostKey | None:
    """What a line says; None for comments, keys of certificate authorities and all that cannot be read."""
    words = line.split()
    revoked = words[:1] == [_REVOKED]
    names, kind, data, *_ = [*words[revoked:], "", "", ""]
    if names.startswith(("#", "@")):
        return None
    key = _public(kind, data)
    if key is None:
        return None
    patterns = tuple(name for name in names.split(",") if set(name) & set("*?!|"))
    return HostKey(frozenset(names.lower().split(",")) - {*patterns}, patterns, key, revoked)


def _public(kind: str, text: str) -> paramiko.PKey | None:
    try:
        data = base64.b64decode(text, validate=True)
        key = paramiko.PKey.from_type_string(kind, data)
        return key if key.asbytes() == data else None  # paramiko fills up what is torn
    except _UNUSABLE:
        return None


def _fits(pattern: str, name: str) -> bool:
    if pattern.startswith("|"):
        return _hashed(name, pattern)
    wild = re.escape(pattern.lower()).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, name) is not None


def _hashed(name: str, pattern: str) -> bool:
    """Whether a name is that of "|1|salt|HMAC-SHA1 of the name" (sshd(8))."""
    try:
        _, version, salt, digest = pattern.split("|")
        made = hmac.digest(base64.b64decode(salt), name.encode(), "sha1")
        return version == "1" and made == base64.b64decode(digest)
    except ValueError:
        return False


def expected(known: Known, address: str, port: int) -> tuple[paramiko.PKey, ...]:
    """The keys that a host at this address may show; none when it is not known, or only by keys that were revoked."""
    name = address.lower() if port == 22 else f"[{address.lower()}]:{port}"
    about = [line for line in known if line.of(name)]
    revoked = [line.key for line in about if line.revoked]
    return tuple(line.key for line in about if not line.revoked and line.key not in revoked)


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
