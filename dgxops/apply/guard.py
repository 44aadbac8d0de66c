"""The last look before a file stays: no secret of ours in what a run leaves on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dgxops.secrets.files import write_private


def scrub(files: Iterable[Path], secrets: Mapping[str, str]) -> tuple[str, ...]:
    """Take secrets out of files that hold any; the answer names "secret in file" for each, for the operator."""
    found = []
    for file in files:
        data = file.read_bytes() if file.is_file() else b""
        names = [name for name, value in secrets.items() if value.encode() in data]
        for name in names:
            data = data.replace(secrets[name].encode(), f"<{name}>".encode())
            found.append(f"{name} in {file.name}")
        if names:
            write_private(file, data, replace=True)
    return tuple(found)
