"""Making a lab what it should be: the same call starts the first machine and mends the last."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from dgxops.errors import DgxopsError
from dgxops.lab import boot, host, state
from dgxops.lab.image import ImagePlan, Say, ensure_image, plan_image
from dgxops.lab.keys import ensure_keys
from dgxops.lab.lock import exclusive
from dgxops.lab.machine import LabMachine
from dgxops.lab.names import fold
from dgxops.lab.needs import require
from dgxops.lab.network import raise_network, refuse_overlap
from dgxops.lab.node import empty, empty_shared, ensure_devices
from dgxops.lab.sources import DISTRIBUTIONS, archives_for, host_archives, host_release
from dgxops.lab.state import Lab
from dgxops.lab.supply import ensure_supply
from dgxops.lab.wait import await_logins

LOGIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a lab shall be. ``fresh`` forgets what its machines hold; ``mirror`` replaces the archive's address."""

    cluster: str
    spec: Path
    ssh_user: str
    machines: tuple[LabMachine, ...]
    write_rendered: Callable[[Path], object] | None = None  # writes the lab's rendered tree into a folder
    base: str = "debian-13"
    mirror: str | None = None
    fresh: bool = False
    rebuild: bool = False
    login_seconds: float = LOGIN_SECONDS


def up(wish: Wish, say: Say) -> Lab:
    """Boot what is missing of a lab and wait until all its machines let one in.

    Raises EnvironmentLacking, Locked, or RunFailed naming machines that do not answer in time.
    """
    if os.geteuid() != 0:
        require(None)
    with exclusive():
        before, others = state.load(wish.cluster), _others(wish)
        plan = image_plan(wish)
        image = _image(wish, plan, before)
        require(plan if wish.rebuild or not image.is_dir() else None)
        lab = Lab(wish.cluster, wish.spec, wish.base, image, wish.ssh_user, wish.machines)
        refuse_overlap(lab, others)
        _refuse_rebuild(wish, image, others)
        _let_go(before, lab, wish, say)
        _ensure_image(wish, plan, image, say)
        state.save(lab)
        if wish.write_rendered:
            wish.write_rendered(lab.rendered)
        _raise_host(lab, say)
        started = _start_missing(lab, say)
        await_logins(lab, lab.machines, wish.login_seconds)
        lab = replace(lab, complete=True)
        state.save(lab)
        say(f"{fold(m.name for m in lab.machines)} up" + ("" if started else ", as they were"))
        return lab


def _others(wish: Wish) -> tuple[Lab, ...]:
    return tuple(lab for lab in state.labs() if lab.cluster != wish.cluster)


def _image(wish: Wish, plan: ImagePlan, before: Lab | None) -> Path:
    """A lab that is there keeps the base tree it lies over, even if one built today would be another."""
    anew = wish.fresh or wish.rebuild
    same = before and (before.base, before.ssh_user) == (wish.base, wish.ssh_user) and before.image.is_dir()
    return before.image if before and same and not anew else plan.path


def _refuse_rebuild(wish: Wish, image: Path, others: tuple[Lab, ...]) -> None:
    """A base tree that machines lie over must not be taken from under them."""
    users = [lab.cluster for lab in others if lab.image == image]
    if wish.rebuild and users:
        raise DgxopsError(
            f"the base system {wish.base} cannot be built anew: the lab {', '.join(users)} lies over it",
            hint=f"dgxops lab down {users[0]}",
        )


def _ensure_image(wish: Wish, plan: ImagePlan, image: Path, say: Say) -> None:
    if image == plan.path:
        ensure_image(plan, say, rebuild=wish.rebuild)
    else:
        say(f"base system {wish.base}: {image}, as the machines were made (--fresh takes the newest)")


def image_plan(wish: Wish) -> ImagePlan:
    """The base system that a wish asks for, from the archives this host would use."""
    distribution = DISTRIBUTIONS[wish.base]
    if wish.mirror:
        distribution = replace(distribution, archive=wish.mirror, security=wish.mirror)
    release = {} if wish.mirror else host_release()
    return plan_image(distribution, archives_for(distribution, release, host_archives()), wish.ssh_user)


def _let_go(before: Lab | None, lab: Lab, wish: Wish, say: Say) -> None:
    """End machines that are no longer wanted, or no longer wanted as they are."""
    if before is None:
        return
    anew = wish.fresh or wish.rebuild or before.image != lab.image
    gone = [m for m in before.machines if anew or m not in lab.machines]
    running = [m for m in gone if boot.cell_of(before, m).alive()]
    if running:
        say(f"ending {fold(m.name for m in running)}")
    for machine in gone:
        boot.kill(before, machine)
        empty(before, machine)
    if anew:
        empty_shared(before)


def _raise_host(lab: Lab, say: Say) -> None:
    for setting, (was, now) in host.raise_settings().items():
        say(f"{setting.replace('/', '.')} raised from {was} to {now} until the last lab goes down")
    raise_network(lab)
    lab.shared_state.mkdir(parents=True, exist_ok=True)
    ensure_keys(lab)
    ensure_devices(lab)
    ensure_supply(lab)


def _start_missing(lab: Lab, say: Say) -> list[LabMachine]:
    missing = [m for m in lab.machines if not boot.cell_of(lab, m).alive()]
    if missing:
        say(f"booting {fold(m.name for m in missing)}{_stand_in_note(missing)}")
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda m: boot.start(lab, m), missing))
    return missing


def _stand_in_note(machines: Sequence[LabMachine]) -> str:
    gpus = sum(m.gpus for m in machines)
    return f" with {gpus} stand-in GPUs (device nodes, no hardware)" if gpus else ""
