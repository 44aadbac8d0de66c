"""Whether the secrets are kept as they should be."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from dgxops.errors import DgxopsError
from dgxops.secrets.store import Secrets, Source, load


def findings(source: Source, tree: Path) -> tuple[str, ...]:
    """Everything that is wrong, in words that hold no secret; empty when all is well."""
    try:
        secrets = load(source)
    except DgxopsError as error:
        return (f"{error.message} ({error.hint})" if error.hint else error.message,)
    if secrets is None:
        return (f"{source.vault} is not there: dgxops secrets create makes it",)
    return (*_exposed(source), *_leaked(secrets, tree))


def _exposed(source: Source) -> Iterator[str]:
    if not source.command and _tracked_by_git(source.password):
        yield f"{source.password} is in git: take it out, and change every secret"


def _tracked_by_git(path: Path) -> bool:
    argv = ["git", "-C", str(path.parent), "ls-files", "--error-unmatch", path.name]
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _leaked(secrets: Secrets, tree: Path) -> Iterator[str]:
    """Files of the rendered tree that hold a secret."""
    for path in sorted(p for p in tree.rglob("*") if p.is_file()):
        data = path.read_bytes()
        yield from (f"{path} holds {name}" for name, value in secrets.items() if value.encode() in data)
