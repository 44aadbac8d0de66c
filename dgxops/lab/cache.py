"""What labs keep between one another: base systems, packages, keys. All of it can be had again."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

CACHE = Path("/var/cache/dgxops/lab")


def clean(in_use: Collection[Path]) -> tuple[Path, ...]:
    """Remove all but the base systems in use; returns what went."""
    gone = tuple(p for p in sorted(CACHE.glob("*")) if p not in in_use)
    for path in gone:
        shutil.rmtree(path)
    return gone
