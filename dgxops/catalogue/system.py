"""Entries of systems/ -> System."""

from __future__ import annotations

from collections.abc import Mapping

from dgxops.catalogue.system_schema import SystemEntry
from dgxops.model.system import (
    Bmc,
    CpuLayout,
    Drives,
    Gpu,
    HostPort,
    KernelSettings,
    Needs,
    Nvlink,
    NvlinkDomain,
    NvlinkRack,
    OsSupport,
    PortRole,
    System,
    SystemKind,
)

MEMORY_SHARE = 0.90
"""Share of the fitted memory that Slurm is told of where nobody published or measured more: too much drains nodes."""


def system_of(entry: SystemEntry, texts: Mapping[str, str]) -> System:
    """The system an entry describes; ``texts`` are those of the sources, by key.

    Raises:
        KeyError: a source has no text.
    """
    gpu = entry.gpu.model_dump()
    lists = {key: tuple(gpu[key]) for key in ("cores", "nearest_rdma", "memory_options_gb")}
    return System(
        id=entry.id,
        name=entry.name,
        aliases=tuple(entry.aliases),
        kind=SystemKind(entry.kind),
        year=entry.year,
        arch=entry.arch,
        dmi_patterns=tuple(entry.dmi_patterns),
        cpu=CpuLayout(**entry.cpu.model_dump()) if entry.cpu else None,
        ram_gb=entry.ram_gb,
        real_memory_mb=entry.real_memory_mb,
        gpu=Gpu(**{**gpu, **lists}),
        nvlink=Nvlink(**{**entry.nvlink.model_dump(), "domain": NvlinkDomain(entry.nvlink.domain)}),
        needs=Needs(**entry.needs.model_dump()),
        ports=tuple(HostPort(**{**p.model_dump(), "role": PortRole(p.role)}) for p in entry.ports),
        drives=Drives(**entry.drives.model_dump()),
        bmc=Bmc(**entry.bmc.model_dump()),
        psu=entry.psu,
        power_kw=entry.power_kw,
        rack_units=entry.rack_units,
        rack=NvlinkRack(**entry.rack.model_dump()) if entry.rack else None,
        os=OsSupport(**{**entry.os.model_dump(), "releases": tuple(entry.os.releases)}),
        config_packages=tuple((os, tuple(names)) for os, names in entry.config_packages.items()),
        acceptance=tuple(entry.acceptance.items()),
        kernel=KernelSettings(tuple(entry.kernel.parameters), tuple(entry.kernel.blacklist)),
        conflicts=tuple(entry.conflicts),
        unknown=tuple(entry.unknown),
        marks=tuple(sorted(entry.marks.items())),
        sources=tuple((field, tuple(texts[key] for key in keys)) for field, keys in entry.sources.items()),
        notes=tuple(entry.notes),
    )


def cautious_memory_mb(ram_gb: int) -> int:
    """What Slurm is told of where only the fitted memory is known, in MiB."""
    return int(MEMORY_SHARE * ram_gb * 1024)
