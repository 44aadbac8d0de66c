"""The base system that all machines lie over: built once with mmdebstrap, whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from dgxops.errors import RunFailed
from dgxops.lab.cache import CACHE
from dgxops.lab.hostapt import apt_settings
from dgxops.lab.sources import Archive, Distribution
from dgxops.lab.trust import keyring_for

CUSTOMIZE = Path(__file__).with_name("customize.sh")
PACKAGES = (
    "apt",
    "ca-certificates",
    "dbus",
    "iproute2",
    "openssh-server",
    "procps",
    "python3",
    "python3-apt",
    "sudo",
    "systemd",
    "systemd-sysv",
)

# mmdebstrap's lines that tell an operator where it is; the rest matters only when it fails.
_STEP = re.compile(r"I: ((?:running apt-get|downloading|extracting|installing).*)\.\.\.")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """All that a base tree follows from; the same plan is the same tree, give or take the archive's day."""

    distribution: Distribution
    archives: tuple[Archive, ...]
    settings: str
    user: str
    packages: tuple[str, ...] = PACKAGES

    @property
    def path(self) -> Path:
        return CACHE / f"{self.distribution.name}-{self._digest()}"

    def _digest(self) -> str:
        lines = [*(a.line() for a in self.archives), self.settings, self.user, *self.packages, CUSTOMIZE.read_text()]
        return hashlib.sha256("\0".join(lines).encode()).hexdigest()[:12]


def plan_image(distribution: Distribution, archives: tuple[Archive, ...], user: str) -> ImagePlan:
    return ImagePlan(distribution, archives, apt_settings(), user)


def ensure_image(plan: ImagePlan, say: Say, *, rebuild: bool = False) -> Path:
    """The base tree, built when it is not there; trees of other plans stay until ``dgxops lab clean``."""
    if plan.path.is_dir() and not rebuild:
        say(f"base system {plan.distribution.name}: cached in {plan.path}")
        return plan.path
    say(f"base system {plan.distribution.name}: building it from {plan.archives[0].uri} (about half a minute, once)")
    workshop = plan.path.with_name(plan.path.name + ".building")
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    CACHE.chmod(0o700)
    try:
        _build(plan, workshop, say)
        shutil.rmtree(plan.path, ignore_errors=True)
        (workshop / "tree").rename(plan.path)
    finally:
        shutil.rmtree(workshop)
    return plan.path


def _build(plan: ImagePlan, workshop: Path, say: Say) -> None:
    """Into ``tree`` of a scratch folder, which a broken build leaves to no one."""
    (workshop / "apt.conf").write_text(plan.settings)
    (workshop / "sources.list").write_text("".join(f"{a.line()}\n" for a in plan.archives))
    _follow(_command(plan, workshop), say)


def _command(plan: ImagePlan, workshop: Path) -> list[str]:
    """mmdebstrap's arguments. Keys are named by their place on the host while it works, by that in the base after.

    The customizing script comes last: apt's caches, which it makes, hold as long as the sources are older.
    """
    own_keys = sorted({a.keyring for a in plan.archives if a.keyring} - {str(plan.distribution.keyring)})
    return [
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
        "--skip=cleanup/apt",
        f"--include={','.join(plan.packages)}",
        f"--components={','.join(plan.distribution.components)}",
        *(f"--setup-hook={hook}" for hook in _setup_hooks(workshop / "apt.conf")),
        f"--customize-hook=upload {quote(str(workshop / 'sources.list'))} /etc/apt/sources.list",
        *(f"--customize-hook=upload {quote(key)} {quote(key)}" for key in own_keys),
        f'--customize-hook=sh {quote(str(CUSTOMIZE))} "$1" {quote(plan.user)}',
        plan.distribution.suite,
        str(workshop / "tree"),
        *(keyed_on_host(archive, plan.distribution).line() for archive in plan.archives),
    ]


def keyed_on_host(archive: Archive, distribution: Distribution) -> Archive:
    """The archive, signed by the distribution's keys where the host keeps them."""
    if archive.keyring != str(distribution.keyring):
        return archive
    return replace(archive, keyring=str(keyring_for(distribution)))


def _setup_hooks(settings: Path) -> Iterator[str]:
    """The host's way to its mirrors goes into the tree before the first download."""
    yield f'mkdir -p "$1/etc/apt/apt.conf.d" && cp {quote(str(settings))} "$1/etc/apt/apt.conf.d/89dgxops-lab-host"'
    for name in ("auth.conf", "auth.conf.d"):
        if Path("/etc/apt", name).exists():
            yield f'mkdir -p "$1/etc/apt" && cp -a /etc/apt/{name} "$1/etc/apt/"'
    if any(Path("/usr/local/share/ca-certificates").glob("**/*.crt")):
        yield 'mkdir -p "$1/usr/local/share" && cp -a /usr/local/share/ca-certificates "$1/usr/local/share/"'


def _follow(command: list[str], say: Say) -> None:
    """Run mmdebstrap, passing on its steps with the time they began; RunFailed with its last words."""
    start = time.monotonic()
    last: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            last = [*last[-14:], line.rstrip()]
            if step := _STEP.match(line):
                say(f"  {time.monotonic() - start:3.0f} s  {step[1]}")
    if process.returncode:
        raise RunFailed("the base system could not be built; mmdebstrap's last words:\n" + "\n".join(last))
