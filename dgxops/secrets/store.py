"""Where secrets come from, and how they reach Ansible."""

from __future__ import annotations

import base64
import binascii
import os
import secrets as randomness
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dgxops.errors import DgxopsError
from dgxops.secrets import vault
from dgxops.secrets.files import private_folder, write_private

NAMES = ("munge_key", "slurm_database_password")
MUNGE_KEY_BYTES = 1024  # what munge's own mungekey and NVIDIA's guides write; munged wants at least 32
COMMAND_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A vault file with its password file, or a program of the site (``command``, run in ``folder``)."""

    vault: Path
    password: Path
    command: tuple[str, ...] = ()
    folder: Path = Path()


@dataclass(frozen=True)
class Secrets(Mapping[str, str]):
    """Name -> value; values never show in a repr."""

    values_by_name: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


def load(source: Source) -> Secrets | None:
    """The secrets, None where none were created yet.

    Raises:
        DgxopsError: they are there and cannot be opened, or are not what they should be.
    """
    if source.command:
        return _checked(_printed(source), " ".join(source.command))
    if not source.vault.exists():
        return None
    return _checked(vault.decrypt(source.vault, source.password), str(source.vault))


def create(source: Source) -> Secrets:
    """Generate the secrets and keep them encrypted; raises DgxopsError where there are some already."""
    if source.command:
        raise DgxopsError("the secrets come from a program of the site", hint="see secrets.command of the spec")
    if source.vault.exists():
        raise DgxopsError(f"{source.vault} is there already", hint="secrets are generated once; dgxops secrets check")
    made = generate()
    _ensure_password(source.password)
    try:
        write_private(source.vault, vault.encrypt(_text(made), source.password))
    except FileExistsError as error:
        raise DgxopsError(f"{source.vault}: someone else created it just now") from error
    return made


def generate() -> Secrets:
    """New random secrets."""
    key = base64.b64encode(os.urandom(MUNGE_KEY_BYTES)).decode()
    return Secrets({"munge_key": key, "slurm_database_password": randomness.token_hex(32)})


def hand_over(source: Source, secrets: Secrets, folder: Path, *, exists: bool = True) -> list[str]:
    """Arguments that give ansible-playbook the secrets, encrypted; what must be written goes to ``folder`` (0700).

    ``exists`` is False for secrets that were made up for a rehearsal and are in no vault.
    """
    if exists and not source.command:
        return ["--extra-vars", f"@{source.vault.resolve()}", "--vault-password-file", str(source.password.resolve())]
    password, file = folder / "vault-password", folder / "secrets.yml"
    write_private(password, randomness.token_hex(32).encode(), replace=True)
    write_private(file, vault.encrypt(_text(secrets), password), replace=True)
    return ["--extra-vars", f"@{file}", "--vault-password-file", str(password)]


def _ensure_password(path: Path) -> None:
    if path.exists():
        return
    private_folder(path.parent)
    try:
        write_private(path, randomness.token_urlsafe(48).encode() + b"\n")
    except FileExistsError:
        return


def _text(secrets: Secrets) -> bytes:
    return yaml.safe_dump(dict(secrets), width=1 << 20).encode()


def _printed(source: Source) -> bytes:
    """What the site's program prints; its words are never repeated, they may be secret."""
    name = source.command[0]
    try:
        done = subprocess.run(
            source.command, capture_output=True, timeout=COMMAND_SECONDS, cwd=source.folder, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DgxopsError(f"{name}: no secrets after {COMMAND_SECONDS} s") from error
    except OSError as error:
        raise DgxopsError(f"{name}: cannot be run: {error.strerror}", hint="secrets.command of the spec") from error
    if done.returncode != 0:
        raise DgxopsError(f"{name}: ended with {done.returncode}, so there are no secrets", hint="run it by hand")
    return done.stdout


def _checked(text: bytes, origin: str) -> Secrets:
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError:
        data = None  # the parser's message would quote the text
    if not isinstance(data, dict):
        raise DgxopsError(f"{origin}: holds no mapping of names to secrets")
    faults = [fault for name in NAMES for fault in _faults(name, data.get(name))]
    if faults:
        raise DgxopsError(f"{origin}: {'; '.join(faults)}")
    return Secrets({name: str(data[name]) for name in NAMES})


def _faults(name: str, value: object) -> list[str]:
    if not isinstance(value, str) or not value.strip():
        return [f"{name} is missing"]
    if name == "munge_key" and _decoded_length(value) < MUNGE_KEY_BYTES:
        return [f"{name} is not base64 text of at least {MUNGE_KEY_BYTES} bytes"]
    bad = any(c in value for c in "\n\r\"'#\\") or value != value.strip()
    return [f"{name} has characters that slurmdbd.conf cannot hold"] if bad else []


def _decoded_length(text: str) -> int:
    try:
        return len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return 0
