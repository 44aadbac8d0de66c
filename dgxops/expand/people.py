"""Numbers of the admins' accounts: one a person, the same on every host, as Slurm knows users by their number."""

from __future__ import annotations

import hashlib

FIRST_UID, UIDS = 20000, 10000  # of those that Debian leaves to people (1000 to 59999), far above the first to be given


def uid_of(name: str, given: int | None) -> int:
    """The number that the spec gives, or one that follows from the name alone: who else is an admin never moves it."""
    if given is not None:
        return given
    return FIRST_UID + int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % UIDS
