"""One command at a time changes labs; looking is free."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from dgxops.errors import Locked
from dgxops.lab import state

PATIENCE_SECONDS = 60.0


@contextmanager
def exclusive(seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the labs of this machine; Locked, with the holder's process number, when another command does for long."""
    state.HOME.mkdir(parents=True, exist_ok=True)
    with (state.HOME / "lock").open("a+") as file:
        _take(file, time.monotonic() + seconds)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _take(file: TextIO, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.seek(0)
                raise Locked(f"process {file.read().strip() or '?'} is changing a lab on this machine") from None
            time.sleep(0.1)
