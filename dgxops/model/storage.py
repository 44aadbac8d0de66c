"""Shared file systems."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SharedFilesystem:
    """One mount of the whole cluster; ``server`` is "managed" (a head serves it) or a host name or address."""

    name: str
    kind: str
    mount: str
    server: str
