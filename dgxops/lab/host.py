"""Kernel settings of the host that labs need higher: what they were is written down first and put back at the end."""

from __future__ import annotations

import json
from pathlib import Path

from dgxops.lab import state

# Setting -> what the labs need at least. 33 systemd machines open some 500 inotify instances; the usual limit is 128.
NEEDED = {
    "net/ipv4/ip_forward": 1,
    "fs/inotify/max_user_instances": 8192,
    "fs/inotify/max_user_watches": 65536,
}
SYSCTL = Path("/proc/sys")


def raise_settings() -> dict[str, tuple[int, int]]:
    """Raise what is too low; setting -> (before, now) of those that were."""
    before = _recorded()
    low = {key: value for key, value in _current().items() if value < NEEDED[key]}
    _record({**low, **before})
    for key in low:
        _change(key, NEEDED[key])
    return {key: (value, NEEDED[key]) for key, value in low.items()}


def restore_settings() -> None:
    """Put back what was recorded; for the end of the last lab."""
    for key, value in _recorded().items():
        _change(key, value)
    _file().unlink(missing_ok=True)


def _change(key: str, value: int) -> None:
    (SYSCTL / key).write_text(f"{value}\n")


def _current() -> dict[str, int]:
    return {key: int((SYSCTL / key).read_text()) for key in NEEDED}


def _file() -> Path:
    return state.HOME / "host.json"


def _recorded() -> dict[str, int]:
    if not _file().exists():
        return {}
    recorded: dict[str, int] = json.loads(_file().read_text())
    return recorded


def _record(values: dict[str, int]) -> None:
    state.HOME.mkdir(parents=True, exist_ok=True)
    state.write_whole(_file(), json.dumps(values, indent=1) + "\n")
