"""How the labs of this machine are: what runs, what answers, what is dead."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dgxops.lab.boot import cell_of
from dgxops.lab.machine import LabMachine
from dgxops.lab.remote import answers
from dgxops.lab.state import Lab

FORMAT = 1


class Power(StrEnum):
    UP = "up"  # its sshd answers
    SILENT = "silent"  # it runs, and does not answer (yet)
    DEAD = "dead"  # nothing runs


@dataclass(frozen=True, slots=True)
class MachineStatus:
    machine: LabMachine
    power: Power


def status(lab: Lab) -> tuple[MachineStatus, ...]:
    """Every machine of a lab with its state, looked at just now."""
    with ThreadPoolExecutor(max_workers=32) as pool:
        powers = pool.map(lambda m: _power(lab, m), lab.machines)
        return tuple(map(MachineStatus, lab.machines, powers))


def _power(lab: Lab, machine: LabMachine) -> Power:
    if not cell_of(lab, machine).alive():
        return Power.DEAD
    return Power.UP if answers(machine) else Power.SILENT


def status_data(labs: Iterable[Lab]) -> dict[str, Any]:
    """``{"version", "labs": [{"cluster", …, "machines": [{"name", "role", "address", "state", …}]}]}``"""
    return {"version": FORMAT, "labs": [_lab_data(lab) for lab in labs]}


def _lab_data(lab: Lab) -> dict[str, Any]:
    return {
        "cluster": lab.cluster,
        "spec": str(lab.spec),
        "base": lab.base,
        "complete": lab.complete,
        "subnet": str(lab.subnet),
        "bridge": lab.bridge,
        "root": str(lab.root),
        "ssh_user": lab.ssh_user,
        "ssh_key": str(lab.ssh_key),
        "known_hosts": str(lab.known_hosts),
        "rendered": str(lab.rendered),
        "machines": [_machine_data(m) for m in status(lab)],
    }


def _machine_data(seen: MachineStatus) -> dict[str, Any]:
    machine = seen.machine
    return {
        "name": machine.name,
        "role": str(machine.role),
        "address": str(machine.ip),
        "stand_in_gpus": machine.gpus,
        "state": str(seen.power),
    }
