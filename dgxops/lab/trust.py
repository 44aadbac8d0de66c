"""The keys that a base system's archives are signed with, had from a source that this host already trusts."""

from __future__ import annotations

import shutil
from pathlib import Path

from dgxops.errors import EnvironmentLacking, RunFailed
from dgxops.lab.cache import CACHE
from dgxops.lab.shell import run
from dgxops.lab.sources import DISTRIBUTIONS, Distribution, archives_for, host_archives, host_release

_KEYED = DISTRIBUTIONS["debian-13"]  # its archive holds the keys of the others, signed with its own


def keyring_for(distribution: Distribution) -> Path:
    """A file with a distribution's keys: the host's, or the one in Debian's package of them, fetched once.

    Raises EnvironmentLacking, naming the package, where there is neither.
    """
    if distribution.keyring.exists():
        return distribution.keyring
    kept = CACHE / "keyrings" / distribution.keyring.name
    if not kept.exists():
        _fetch(distribution, kept)
    return kept


def _fetch(distribution: Distribution, kept: Path) -> None:
    scratch = kept.with_name(f"{kept.name}.unpacked")
    lines = [a.line() for a in archives_for(_KEYED, host_release(), host_archives())]
    extract = ["mmdebstrap", "--mode=root", "--variant=extract", f"--include={distribution.keyring_package}"]
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        run(*extract, "--format=directory", _KEYED.suite, str(scratch), *lines)
        shutil.copyfile(scratch / distribution.keyring.relative_to("/"), kept)
    except (RunFailed, OSError) as error:
        raise EnvironmentLacking(
            f"the keys that sign {distribution.name} are not on this machine: {distribution.keyring}",
            hint=f"apt-get install {distribution.keyring_package} (fetching it failed: {error})",
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
