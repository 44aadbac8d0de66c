"""ansible-vault as a subprocess: secrets go through pipes, never through arguments or plain files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from dgxops.ansible_tool import tool
from dgxops.errors import DgxopsError
from dgxops.secrets.files import require_private

HEADER = b"$ANSIBLE_VAULT;"
SECONDS = 60


def is_vault(path: Path) -> bool:
    """Whether a file is one that ansible-vault encrypted."""
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def encrypt(plain: bytes, password: Path) -> bytes:
    """Cipher text of ``plain``."""
    return _run("encrypt", plain, password, f"cannot encrypt with {password}")


def decrypt(file: Path, password: Path) -> bytes:
    """Plain text of a vault file; raises DgxopsError where the password is missing, open to others or wrong."""
    if not password.is_file():
        raise DgxopsError(
            f"{file} is there, but the vault password {password} is not",
            hint="copy it from where the secrets were created; dgxops never replaces secrets that it cannot open",
        )
    if not is_vault(file):
        raise DgxopsError(f"{file} is not encrypted", hint=f"ansible-vault encrypt {file}")
    return _run("decrypt", file.read_bytes(), password, f"{file} cannot be opened with {password}")


def _run(verb: str, data: bytes, password: Path, failure: str) -> bytes:
    if not os.access(password, os.X_OK):  # an executable one is a program that prints the password
        require_private(password)
    argv = [tool("ansible-vault"), verb, "--vault-password-file", str(password.resolve()), "--output", "-"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")}
    try:
        done = subprocess.run(argv, input=data, capture_output=True, timeout=SECONDS, env=environment, check=False)
    except subprocess.TimeoutExpired as error:
        raise DgxopsError(f"{failure}: no answer in {SECONDS} s") from error
    if done.returncode != 0:
        raise DgxopsError(failure, hint="the password is not the one that the file was encrypted with")
    return done.stdout
