"""Rules about versions: those that do not belong together are refused."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops import catalogue
from dgxops.expand.software import with_versions
from dgxops.model.release import DISTRIBUTIONS, SLURM_VERSIONS, Versions, branch_of, numbers
from dgxops.spec.document import Path
from dgxops.spec.messages import meant_or_known, shown
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads

ENROOT_LEAST = "3.1.0"
"""What pyxis asks for (NVIDIA/pyxis)."""
_RELEASE: Path = ("software", "release")


@reads("software.release")
def release(facts: Facts) -> Iterator[Fault]:
    """The release is in the catalogue."""
    wanted, known = facts.spec.software.release, catalogue.release_ids()
    if wanted not in known:
        message = f"no release is called {shown(wanted)}"
        lost_zero = f"{wanted}0"  # what tools make of 2026.10 that take it for a number
        hint = f"did you mean {lost_zero}?" if lost_zero in known else meant_or_known(wanted, known)
        yield Fault(_RELEASE, message, hint)


@reads("software")
def one_driver(facts: Facts) -> Iterator[Fault]:
    """Driver, branch, fabric manager and IMEX are of one driver: each refuses any but its own, and one lock has all."""
    versions = _versions(facts)
    if versions is None:
        return
    driver, branch = versions.driver, versions.driver_branch
    if driver and branch_of(driver) != branch:
        message = f"{driver} is not of branch {branch}"
        yield Fault(_version("driver"), message, f"driver_branch: {branch_of(driver)}, or leave it out")
    what = f"the driver is {driver}" if driver else f"of the driver only the branch is known, {branch}"
    for name in ("fabric_manager", "imex"):
        version = getattr(versions, name)
        if version != driver:
            message = f"{version} must be exactly the driver's version: {what}"
            yield Fault(_version(name), message, "say the version of the driver alone: it takes this along")


@reads("software")
def known_to_us(facts: Facts) -> Iterator[Fault]:
    """DGX OS and Slurm are releases whose packages and files are known."""
    versions = _versions(facts)
    if versions is None:
        return
    if versions.dgx_os not in DISTRIBUTIONS:
        message = f"the packages of DGX OS {versions.dgx_os} are not known"
        yield Fault(_version("dgx_os"), message, f"known: {', '.join(DISTRIBUTIONS)}")
    if versions.slurm not in SLURM_VERSIONS:
        message = f"the files of Slurm {versions.slurm} are not known"
        yield Fault(_version("slurm"), message, f"known: {', '.join(SLURM_VERSIONS)}")


@reads("software")
def carried(facts: Facts) -> Iterator[Fault]:
    """The driver carries CUDA, and enroot carries pyxis."""
    versions = _versions(facts)
    if versions is None:
        return
    branch = catalogue.load().drivers.get(versions.driver_branch)
    if branch and versions.cuda and numbers(versions.cuda)[0] > numbers(branch.cuda)[0]:
        message = f"driver branch {branch.number} carries CUDA to {branch.cuda}, not {versions.cuda}"
        yield Fault(_version("cuda"), message, "a newer branch, or an older CUDA", cause=_version("driver_branch"))
    if versions.pyxis and versions.enroot and numbers(versions.enroot) < numbers(ENROOT_LEAST):
        message = f"pyxis {versions.pyxis} wants enroot {ENROOT_LEAST} or newer, not {versions.enroot}"
        yield Fault(_version("enroot"), message)


@reads("platform", "hardware.needs", "software")
def driver_of_the_system(facts: Facts) -> Iterator[Fault]:
    """The driver knows the GPUs: it is not older than they are, nor of a branch that has left them behind."""
    versions, needs = _versions(facts), facts.system.needs
    if versions is None:
        return
    driver, branch = versions.driver or versions.driver_branch, versions.driver_branch
    place, cause = _where(facts, "driver" if versions.driver else "driver_branch")
    if needs.driver_least and _older(driver, needs.driver_least):
        message = f"a {facts.system.name} wants driver {needs.driver_least} or newer, not {driver}"
        yield Fault(place, message, cause=cause)
    if needs.driver_last and numbers(branch) > numbers(needs.driver_last):
        message = f"{needs.driver_last} is the last driver branch for a {facts.system.name}, not {branch}"
        hint = f"software.versions.driver_branch: {needs.driver_last}"
        yield Fault(place, message, hint, cause=cause)


def _older(driver: str, least: str) -> bool:
    """Whether it is; a branch alone is the newest driver of it."""
    shortest = min(len(numbers(driver)), len(numbers(least)))
    return numbers(driver)[:shortest] < numbers(least)[:shortest]


def _versions(facts: Facts) -> Versions | None:
    """The versions in force; None where the release is not known, which is told."""
    software, releases = facts.spec.software, catalogue.load().releases
    found = releases.get(software.release)
    return with_versions(found, software.versions).versions if found else None


def _version(name: str) -> Path:
    return ("software", "versions", name)


def _where(facts: Facts, name: str) -> tuple[Path, Path]:
    """Where the driver comes from: the version or branch that is said, else the release, else the platform."""
    said = facts.spec.software.versions
    for key in (name, "driver", "driver_branch"):
        if getattr(said, key) is not None:
            return _version(key), ()
    return _RELEASE, ("platform",)
