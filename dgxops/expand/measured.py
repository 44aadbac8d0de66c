"""What a site says of its hardware in place of the catalogue's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dgxops.model.system import CpuLayout, System

if TYPE_CHECKING:
    from dgxops.spec.hardware import Hardware

SITE = "site"
"""Mark of a value that the site said."""

CPU_NEEDS = ("sockets", "cores_per_socket", "threads_per_core")
"""What must be said of processors of which the catalogue knows nothing."""


def measured(system: System, hardware: Hardware) -> System:
    """The system with what the site says; its fields are marked "site". Ports that are none of its own are left out."""
    said = _pruned(hardware.model_dump(exclude_none=True))
    if cores := said.pop("gpu_cores", None):
        said["gpu"] = {**said.get("gpu", {}), "cores": cores}
    marks = {**dict(system.marks), **dict.fromkeys(_fields(said), SITE)}
    values = {key: _value(system, key, value) for key, value in said.items()}
    return replace(system, **values, marks=tuple(sorted(marks.items())))


def _pruned(said: dict[str, Any]) -> dict[str, Any]:
    """Without parts of which nothing is said."""
    return {key: value for key, value in said.items() if value != {}}


def _fields(said: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Every field that is said, with what it is part of: "ports.OSFP1.interface"."""
    for key, value in said.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _value(system: System, key: str, said: Any) -> Any:
    """The new value of a field of the system; of a part, what is not said stays."""
    if key == "ports":
        return tuple(replace(port, **said.get(port.name, {})) for port in system.ports)
    if key == "acceptance":
        return tuple({**dict(system.acceptance), **said}.items())
    if key == "cpu" and system.cpu is None:
        return CpuLayout(**{"model": None, **said}) if said.keys() >= set(CPU_NEEDS) else None
    return replace(getattr(system, key), **said) if isinstance(said, Mapping) else said
