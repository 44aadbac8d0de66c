"""The only place of the linter that reads files: a folder like /etc/slurm, of any site."""

from __future__ import annotations

from pathlib import Path

from dgxops.check.slurm.config import FILES, SLURM
from dgxops.errors import DgxopsError


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of the files that there are, by name.

    Raises:
        DgxopsError: there is no slurm.conf, or a file cannot be read as UTF-8.
    """
    if folder.is_file():
        raise DgxopsError(f"{folder} is a file", hint="name the folder that holds it")
    if not (folder / SLURM).is_file():
        raise DgxopsError(f"{folder}: there is no {SLURM} in it", hint="name the folder that holds it: /etc/slurm")
    try:
        return {name: (folder / name).read_text(encoding="utf-8") for name in FILES if (folder / name).is_file()}
    except (OSError, UnicodeDecodeError) as error:
        raise DgxopsError(f"{folder}: cannot be read: {error}") from error
