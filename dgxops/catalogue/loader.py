"""Read the catalogue's YAML into typed values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dgxops.catalogue.schema import ArchitectureEntry, ReleaseEntry, SwitchEntry, SystemEntry
from dgxops.errors import DgxopsError
from dgxops.model.cluster import Release
from dgxops.model.node import CpuLayout, Gpu, HostPort, KernelSettings, PortRole, System
from dgxops.paths import catalogue_root

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Catalogue:
    """Everything known, by id."""

    systems: dict[str, System]
    architectures: dict[str, ArchitectureEntry]
    switches: dict[str, SwitchEntry]
    releases: dict[str, Release]

    def system(self, system_id: str) -> System:
        """The system of an id."""
        return self.systems[system_id]

    def architectures_of(self, system_id: str) -> tuple[ArchitectureEntry, ...]:
        """The reference architectures that a system is built into; none, one or several."""
        return tuple(a for a in self.architectures.values() if system_id in a.systems)

    def architecture_for(self, system_id: str, named: str | None) -> ArchitectureEntry:
        """The architecture that is named, or the only one that there is.

        Raises:
            DgxopsError: there is none, or several and none is named (``spec.load`` finds this first, with its place).
        """
        fitting = [a for a in self.architectures_of(system_id) if named in (None, a.id)]
        if len(fitting) != 1:
            raise DgxopsError(f"{system_id}: {len(fitting)} architectures fit")
        return fitting[0]


@cache
def load() -> Catalogue:
    """The whole catalogue.

    Raises:
        pydantic.ValidationError: a catalogue file breaks its schema (a fault of dgxops, not of a spec).
    """
    root = catalogue_root()
    return Catalogue(
        systems={p.stem: _system(SystemEntry.model_validate(_read(p))) for p in _files("systems")},
        architectures={p.stem: ArchitectureEntry.model_validate(_read(p)) for p in _files("architectures")},
        switches={k: SwitchEntry.model_validate(v) for k, v in _read(root / "switches.yml").items()},
        releases={k: _release(k, ReleaseEntry.model_validate(v)) for k, v in _read(root / "releases.yml").items()},
    )


def system_ids() -> tuple[str, ...]:
    """Ids of all systems, sorted, without reading their files."""
    return tuple(p.stem for p in _files("systems"))


def architecture_ids() -> tuple[str, ...]:
    return tuple(p.stem for p in _files("architectures"))


@cache
def release_ids() -> tuple[str, ...]:
    return tuple(sorted(_read(catalogue_root() / "releases.yml")))


def _files(kind: str) -> list[Path]:
    return sorted((catalogue_root() / kind).glob("*.yml"))


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as stream:
        data: dict[str, Any] = yaml.load(stream, Loader=_Loader)  # noqa: S506 - a safe loader
    return data


def _system(entry: SystemEntry) -> System:
    return System(
        id=entry.id,
        name=entry.name,
        dmi_patterns=tuple(entry.dmi_patterns),
        cpu=CpuLayout(**entry.cpu.model_dump()),
        ram_gb=entry.ram_gb,
        real_memory_mb=entry.real_memory_mb,
        gpu=Gpu(**{**entry.gpu.model_dump(), "cores": tuple(entry.gpu.cores)}),
        ports=tuple(HostPort(**{**p.model_dump(), "role": PortRole(p.role)}) for p in entry.ports),
        rack_units=entry.rack_units,
        power_kw=entry.power_kw,
        kernel=KernelSettings(tuple(entry.kernel.parameters), tuple(entry.kernel.blacklist)),
        marks=tuple(sorted(entry.marks.items())),
    )


def _release(release_id: str, entry: ReleaseEntry) -> Release:
    packages = tuple(sorted((purpose, tuple(names)) for purpose, names in entry.packages.items()))
    return Release(
        id=release_id,
        dgx_os=entry.dgx_os,
        slurm=entry.slurm,
        tested_on=tuple(entry.tested_on),
        packages=packages,
        time_pool=entry.time.pool,
        leap_seconds=entry.time.leap_seconds,
    )
