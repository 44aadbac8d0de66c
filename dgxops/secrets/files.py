"""Files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dgxops.errors import DgxopsError


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter, and that git leaves out."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    return folder


def write_private(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write ``path`` 0600 in one step, on the disk when it returns; raises FileExistsError unless ``replace``."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(temporary).replace(path)
        else:
            os.link(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_private(path: Path) -> None:
    """Refuse a file that others may read."""
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise DgxopsError(f"{path} can be read by others (mode {mode:04o})", hint=f"chmod 600 {path}")
