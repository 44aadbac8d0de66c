"""Which lab, and which of its machines, a command means."""

from __future__ import annotations

from collections.abc import Sequence

from dgxops.errors import DgxopsError
from dgxops.lab import state
from dgxops.lab.machine import LabMachine
from dgxops.lab.names import pick
from dgxops.lab.state import Lab


def lab_named(name: str | None) -> Lab:
    """The lab of a cluster; without a name the only one there is. DgxopsError where that is not one lab."""
    there = state.labs()
    if name is None and len(there) == 1:
        return there[0]
    if not there:
        raise DgxopsError("no lab is up on this machine", hint="dgxops lab up SPEC")
    found = [lab for lab in there if lab.cluster == name]
    if not found:
        raise DgxopsError(f"no lab of {name}" if name else "several labs are up: name one", hint=_list(there))
    return found[0]


def _list(labs: Sequence[Lab]) -> str:
    return "there are: " + ", ".join(lab.cluster for lab in labs)


def lab_of_spec(text: str) -> Lab:
    """The lab that was made from a spec (a file or its folder), or that has this name; the spec is not read."""
    for lab in state.labs():
        if text == lab.cluster or state.same_spec(lab.spec, text):
            return lab
    raise DgxopsError(f"no lab of {text} is up", hint="dgxops lab status lists what is")


def machines_named(expression: str, lab: str | None) -> tuple[Lab, tuple[LabMachine, ...]]:
    """The machines that a folded expression names, in the lab they belong to."""
    if lab is not None:
        return _in(lab_named(lab), expression)
    there = state.labs()
    holding = [one for one in there if _holds(one, expression)]
    if len(holding) > 1:
        names = " or ".join(f"--lab {one.cluster}" for one in holding)
        raise DgxopsError(f"{expression} is in {len(holding)} labs", hint=f"say {names}")
    if not holding and len(there) > 1:
        raise DgxopsError(f"no lab holds {expression!r}", hint=_list(there))
    return _in(holding[0] if holding else lab_named(None), expression)


def _in(lab: Lab, expression: str) -> tuple[Lab, tuple[LabMachine, ...]]:
    return lab, pick(lab.machines, expression)


def _holds(lab: Lab, expression: str) -> bool:
    try:
        return bool(pick(lab.machines, expression))
    except DgxopsError:
        return False


def one(machines: Sequence[LabMachine], expression: str) -> LabMachine:
    if len(machines) != 1:
        raise DgxopsError(f"{expression} names {len(machines)} machines; this needs one")
    return machines[0]
