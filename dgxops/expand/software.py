"""A release with what a site says in place of single versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from dgxops.expand.measured import SITE
from dgxops.model.release import DriverBranch, Release, Versions, branch_of

if TYPE_CHECKING:
    from dgxops.spec.software import Versions as Said

INFERRED, UNKNOWN = "inferred", "unknown"
_DRIVEN = ("driver", "fabric_manager", "imex")
"""What moves with the driver."""


def settled(release: Release, said: Said, branches: Mapping[str, DriverBranch]) -> Release:
    """The release with those versions, and with what is known of its driver's branch."""
    changed = with_versions(release, said)
    return replace(changed, branch=branches.get(changed.versions.driver_branch))


def with_versions(release: Release, said: Said) -> Release:
    """The release with those versions; they are marked "site".

    A driver takes its branch, the fabric manager and IMEX along; a branch of another number leaves the driver open.
    """
    own = said.model_dump(exclude_none=True)
    if not own:
        return release
    versions = Versions(**{**asdict(release.versions), **_driven(release.versions, own), **own})
    marks = {**dict(release.marks), **dict(_marks(release.versions, versions, own))}
    return replace(release, versions=versions, marks=tuple(sorted(marks.items())))


def _driven(known: Versions, own: dict[str, str]) -> dict[str, Any]:
    """What follows from a driver or a branch that a site says, and is not said itself."""
    branch = own.get("driver_branch") or (branch_of(own["driver"]) if "driver" in own else known.driver_branch)
    driver = own.get("driver") or (known.driver if branch == known.driver_branch else None)
    if (branch, driver) == (known.driver_branch, known.driver):
        return {}
    every: dict[str, Any] = {"driver_branch": branch, **dict.fromkeys(_DRIVEN, driver)}
    return {name: version for name, version in every.items() if name not in own}


def _marks(known: Versions, now: Versions, own: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((f"versions.{name}", SITE) for name in own)
    for name in ("driver_branch", *_DRIVEN):
        if name not in own and getattr(now, name) != getattr(known, name):
            yield f"versions.{name}", INFERRED if getattr(now, name) else UNKNOWN
