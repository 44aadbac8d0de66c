"""Single machines of a lab that is up: cut their power, switch them on, give them a new disk."""

from __future__ import annotations

from collections.abc import Sequence

from dgxops.lab import boot
from dgxops.lab.lock import exclusive
from dgxops.lab.machine import LabMachine
from dgxops.lab.needs import require_root
from dgxops.lab.node import empty
from dgxops.lab.state import Lab
from dgxops.lab.wait import await_logins


def kill(lab: Lab, machines: Sequence[LabMachine]) -> None:
    """End machines as a loss of power would; what they wrote stays on their disks."""
    require_root()
    with exclusive():
        for machine in machines:
            boot.kill(lab, machine)


def start(lab: Lab, machines: Sequence[LabMachine], seconds: float) -> None:
    """Boot those that are dead and wait until all let one in."""
    require_root()
    with exclusive():
        _boot(lab, machines, seconds)


def reset(lab: Lab, machines: Sequence[LabMachine], seconds: float) -> None:
    """Kill, forget all that was written, boot: machines as they were at their first boot, with the same host keys.

    What the heads share stays, as a file server would keep it.
    """
    require_root()
    with exclusive():
        for machine in machines:
            boot.kill(lab, machine)
            empty(lab, machine)
        _boot(lab, machines, seconds)


def _boot(lab: Lab, machines: Sequence[LabMachine], seconds: float) -> None:
    for machine in machines:
        if not boot.cell_of(lab, machine).alive():
            boot.start(lab, machine)
    await_logins(lab, machines, seconds)
