"""A tested set of versions, with what a site says in place of single ones."""

from __future__ import annotations

from dataclasses import dataclass, fields

from dgxops.model.marks import above, mark_of


@dataclass(frozen=True, slots=True)
class Versions:
    """What belongs together. None: not published, so whatever the repository of the site holds."""

    dgx_os: str  # "7"
    driver_branch: str  # "580"
    driver: str | None  # "580.126.20"
    fabric_manager: str | None
    imex: str | None
    nvlsm: str | None
    cuda: str | None
    doca: str | None
    mft: str | None
    dcgm: str | None
    container_toolkit: str | None
    slurm: str  # "24.11"
    enroot: str | None
    pyxis: str | None


@dataclass(frozen=True, slots=True)
class DriverBranch:
    """A branch of NVIDIA's data-centre driver, as NVIDIA's tables have it."""

    number: str  # "580"
    kind: str  # long-term, production, new-feature
    end_of_life: str  # a month: "2028-06"
    cuda: str  # highest major version of CUDA without a forward-compatibility package


VERSIONED = tuple(f.name for f in fields(Versions))
"""What a release gives a version of, in the order in which people read it."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A package repository; of its texts those in braces follow from the mirror, the system and the versions.

    ``address`` begins with ``{mirror}``, which is the site's mirror and, without one, ``public``, the archive's own
    place; that is None where no public archive has these packages.
    """

    name: str
    public: str | None
    address: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    key: str | None  # where its signing key can be had; None: not published
    purpose: str

    def at(self, mirror: str | None) -> str | None:
        """``address`` with the mirror in place; None where it has no place."""
        return self._placed(self.address, mirror)

    def key_at(self, mirror: str | None) -> str | None:
        """``key`` with the mirror in place; None where it has no place, or is not published."""
        return self._placed(self.key, mirror) if self.key else None

    def _placed(self, text: str, mirror: str | None) -> str | None:
        where = mirror or self.public
        return text.replace(MIRROR, where.rstrip("/")) if where else None


MIRROR = "{mirror}"

VERSION = r"^[0-9]+(\.[0-9]+)*$"
"""What a version is written as; :func:`numbers` reads it."""

SLURM_VERSION = r"^[0-9]{2}\.[0-9]{2}$"

SLURM_VERSIONS = ("23.11", "24.05", "24.11", "25.05", "25.11")
"""Releases of Slurm whose files are known: the tags in :mod:`dgxops.check.slurm.keys`."""

IMEX_CHANNELS_SINCE = (24, 5)
"""The first Slurm with the plugin switch/nvidia_imex, which gives a job an IMEX channel of its own."""

DISTRIBUTIONS = {"6": ("jammy", "22.04"), "7": ("noble", "24.04")}
"""DGX OS -> the Ubuntu that it is built on (NVIDIA/deepops docs/deepops/dgx-software-stack.md)."""


@dataclass(frozen=True, slots=True)
class Release:
    """A tested set of versions from the catalogue; ``marks`` and ``sources`` are of versions and repositories."""

    id: str
    versions: Versions
    tested_on: tuple[str, ...]  # distributions, e.g. debian-13; none: not tested yet
    packages: tuple[tuple[str, tuple[str, ...]], ...]  # purpose -> package names, e.g. ("slurmd", ("slurmd",))
    stack: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]  # DGX OS -> purpose -> names of packages
    repositories: tuple[Repository, ...]
    time_pool: str | None  # the distribution's public time servers; None: ask nobody outside
    leap_seconds: str  # file that says when leap seconds were and will be
    marks: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, tuple[str, ...]], ...] = ()
    branch: DriverBranch | None = None  # of the driver; None: NVIDIA's tables do not list it

    @property
    def dgx_os(self) -> str:
        return self.versions.dgx_os

    @property
    def slurm(self) -> str:
        return self.versions.slurm

    def mark(self, field: str, value: object) -> str | None:
        """The mark of a field, such as "versions.cuda", that has this value; None where it was read."""
        return mark_of(dict(self.marks), above(field), value)

    def packages_for(self, purpose: str) -> tuple[str, ...]:
        return dict(self.packages)[purpose]

    def stack_for(self, purpose: str, *, open_module: bool = True) -> tuple[str, ...]:
        """NVIDIA's packages of a purpose, for this DGX OS and driver branch; none of what no system has there.

        ``open_module`` is told by the driver's names alone.
        """
        words = {"branch": self.versions.driver_branch, "open": "-open" if open_module else ""}
        return tuple(name.format(**words) for name in dict(dict(self.stack)[self.versions.dgx_os]).get(purpose, ()))


def numbers(version: str) -> tuple[int, ...]:
    """ "580.126.20" -> (580, 126, 20), to be compared."""
    return tuple(int(part) for part in version.split("."))


def branch_of(driver: str) -> str:
    """The branch of a driver's version: what stands before the first dot."""
    return driver.split(".")[0]
