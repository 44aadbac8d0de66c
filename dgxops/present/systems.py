"""All systems of the catalogue in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from dgxops.model.system import NvlinkDomain, PortRole, System, SystemKind
from dgxops.present.console import Console
from dgxops.present.system_facts import UNKNOWN

_COLUMNS = ("system", "GPUs", "each #", "RAM #", "cores", "NVLink", "fabric #", "U #", "kW #", "marks #")


def ordered(systems: Iterable[System]) -> list[System]:
    """Servers first, oldest first; what has no year yet comes last of its kind."""
    kinds = list(SystemKind)
    return sorted(systems, key=lambda s: (kinds.index(s.kind), s.year or 9999, s.id))


def show(systems: Iterable[System], console: Console | None = None) -> None:
    """Print a line a system; fits 80 columns."""
    out = console or Console(highlight=False, soft_wrap=False)
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for column in _COLUMNS:
        title, right, _ = column.partition(" #")
        table.add_column(title, justify="right" if right else "left", no_wrap=True)
    for system in systems:
        table.add_row(*map(Text, _cells(system)))
    out.print(table)
    out.print(Text(_LEGEND, style="dim"))


_LEGEND = """
each, RAM in GB; cores: sockets x cores x threads; NVLink: generation, switches
(rack: it spans the rack); fabric: compute ports x Gb/s; U and kW of one node
marks: values that are inferred, second-hand or unknown; ? is unknown, - none
all of one system: dgxops show system ID"""


def _cells(system: System) -> tuple[str, ...]:
    gpu, cpu = system.gpu, system.cpu
    return (
        system.id,
        f"{gpu.count} {gpu.slurm_type}",
        "/".join(map(str, gpu.memory_options_gb)) or _text(gpu.memory_gb),
        _text(system.ram_gb),
        f"{cpu.sockets}x{cpu.cores_per_socket}x{cpu.threads_per_core}" if cpu else UNKNOWN,
        _nvlink(system),
        _fabric(system),
        _text(system.rack_units),
        _text(system.power_kw),
        str(sum(mark_counts(system).values())),
    )


def _text(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:g}"


def _nvlink(system: System) -> str:
    link = system.nvlink
    if link.domain is NvlinkDomain.NONE:
        return "-"
    extent = " rack" if link.domain is NvlinkDomain.RACK else f", {link.switches}" if link.switches else ""
    return f"{_text(link.generation)}{extent}"


def _fabric(system: System) -> str:
    ports = system.ports_of(PortRole.COMPUTE)
    if ports:
        return f"{len(ports)}x{_text(ports[0].rate_gbps)}"
    return UNKNOWN if system.mark("ports", None) else "-"


def mark_counts(system: System) -> Counter[str]:
    """How many fields of a system carry each mark."""
    return Counter(mark for _, mark in system.marks)


def row(system: System) -> dict[str, Any]:
    """A system as one line of ``dgxops show systems --json``."""
    cpu, ports = system.cpu, system.ports_of(PortRole.COMPUTE)
    return {
        "id": system.id,
        "aliases": list(system.aliases),
        "name": system.name,
        "kind": system.kind.value,
        "year": system.year,
        "gpus": system.gpu.count,
        "gpu": system.gpu.slurm_type,
        "gpu_memory_gb": system.gpu.memory_gb,
        "ram_gb": system.ram_gb,
        "cpus": cpu.cpus if cpu else None,
        "nvlink": {"generation": system.nvlink.generation, "domain": system.nvlink.domain.value},
        "compute_ports": len(ports),
        "compute_port_gbps": ports[0].rate_gbps if ports else None,
        "rack_units": system.rack_units,
        "power_kw": system.power_kw,
        "marks": dict(mark_counts(system)),
    }
