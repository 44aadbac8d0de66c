"""What a role on a host is made from: one digest, and under it one a variable and one a shipped file. Pure but for
the reading of shipped files.

Secrets enter only as digests salted with the ledger's own salt, so a ledger that leaks tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dgxops.plan.roles import RoleSource
from dgxops.remote.node_program import canonical

FILES_PREFIX = "{{ inventory_dir }}/"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Inputs of one role on one host. ``secrets`` holds values and never leaves this process."""

    role_digest: str
    variables: Mapping[str, str]  # name -> digest
    files: Mapping[str, str]  # path below the tree -> SHA-256
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def as_ledger(self, salt: str) -> dict[str, Any]:
        """What a ledger keeps of them."""
        body: dict[str, Any] = {
            "role": self.role_digest,
            "variables": dict(self.variables),
            "files": dict(self.files),
            "secrets": {name: salted(value, salt) for name, value in self.secrets.items()},
        }
        return {**body, "digest": hashlib.sha256(canonical(body)).hexdigest()}


@dataclass
class Shipped:
    """Digests of the tree's files, each read once."""

    tree: Path
    _known: dict[str, dict[str, str]] = field(default_factory=dict)

    def digests(self, relative: str) -> dict[str, str]:
        """SHA-256 of one file, or of every file of one folder; empty where there is neither."""
        if relative not in self._known:
            self._known[relative] = dict(self._read(relative))
        return self._known[relative]

    def _read(self, relative: str) -> Iterator[tuple[str, str]]:
        path = self.tree / relative
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            if file.is_file():
                yield file.relative_to(self.tree).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()


def salted(value: str, salt: str) -> str:
    """HMAC-SHA256 of a secret under a ledger's salt."""
    return hmac.new(salt.encode(), value.encode(), hashlib.sha256).hexdigest()


def inputs_of(role: RoleSource, variables: Mapping[str, Any], shipped: Shipped, secrets: Mapping[str, str]) -> Inputs:
    """The inputs of ``role`` on a host with these variables."""
    taken = {name: value for name, value in variables.items() if role.takes(name)}
    hidden = {name: canonical(value).decode() for name, value in taken.items() if name in role.hidden}
    wanted = {name: value for name, value in secrets.items() if role.takes(name)}
    return Inputs(
        role.digest,
        {name: digest_of(value) for name, value in taken.items() if name not in hidden and name not in secrets},
        {path: digest for text in _references(taken.values()) for path, digest in shipped.digests(text).items()},
        {**hidden, **wanted},
    )


def digest_of(value: object) -> str:
    """SHA-256 over the one text of a value (128 bits of it: thousands of them travel)."""
    return hashlib.sha256(canonical(value)).hexdigest()[:32]


def _references(values: Iterable[Any]) -> Iterator[str]:
    """Paths below the tree that any value, however deep, names as a shipped file."""
    for value in values:
        if isinstance(value, str) and value.startswith(FILES_PREFIX):
            yield value.removeprefix(FILES_PREFIX).rstrip("/")
        elif isinstance(value, Mapping):
            yield from _references(value.values())
        elif isinstance(value, list):
            yield from _references(value)
