"""What the catalogue knows of a system, in words: lines of parts, each part with the mark of its value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from typing import Any, NamedTuple

from dgxops.model.system import NvlinkDomain, System

UNKNOWN = "?"


class Part(NamedTuple):
    """Some words of a line, and the mark of the value in them; None where it was read in NVIDIA's own text."""

    text: str
    mark: str | None = None


Line = tuple[str, list[Part]]
"""A label, empty for one that goes on, and what stands beside it."""


def lines(system: System, architectures: tuple[str, ...]) -> Iterator[Line]:
    """Everything but ports, remarks and sources; ``architectures`` are the ids of those the system is in."""
    say = _Say(system)
    yield from _identity(system, architectures, say)
    yield from _processors_and_memory(system, say)
    yield from _gpus(system, say)
    yield "NVLink", _nvlink(system, say)
    yield "needs", _needs(system, say)
    yield from _chassis(system, say)
    yield from _software(system, say)


@dataclass(frozen=True)
class _Say:
    """A field of the system as a part of a line."""

    system: System

    def __call__(self, field: str, form: str = "{}") -> Part:
        value = self._value(field)
        return Part(form.format(_words(value)), self.system.mark(field, value))

    def flag(self, field: str, word: str) -> Part:
        """A field that is true, false or unknown."""
        value = self._value(field)
        text = {True: word, False: f"no {word}", None: f"{word}: {UNKNOWN}"}[value]
        return Part(text, self.system.mark(field, value))

    def _value(self, field: str) -> Any:
        return reduce(
            lambda whole, name: None if whole is None else getattr(whole, name), field.split("."), self.system
        )


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or UNKNOWN
    if isinstance(value, float):
        return f"{value:g}"
    return UNKNOWN if value is None else str(value)


def _identity(system: System, architectures: tuple[str, ...], say: _Say) -> Iterator[Line]:
    yield "kind", [Part(system.kind.value), say("year", "year {}"), say("arch")]
    if system.aliases:
        yield "also called", [Part(alias) for alias in system.aliases]
    if system.shape:
        yield "shape", [say("shape")]
    yield "architecture", [Part(", ".join(architectures) or "none in the catalogue")]
    yield "product name", [say("dmi_patterns")]


def _processors_and_memory(system: System, say: _Say) -> Iterator[Line]:
    if system.cpu:
        layout = [
            ("sockets", "{} sockets"),
            ("cores_per_socket", "{} cores each"),
            ("threads_per_core", "{} threads each"),
        ]
        counts = [say(f"cpu.{field}", _singular(form, getattr(system.cpu, field))) for field, form in layout]
        yield "processors", [say("cpu.model"), *counts, say("cpu.numa_nodes", "{} NUMA nodes")]
    else:
        yield "processors", [say("cpu")]
    yield "memory", [say("ram_gb", "{} GB"), say("real_memory_mb", "{} MiB of it for Slurm")]


def _singular(form: str, count: int) -> str:
    return form.replace("sockets", "socket").replace("threads", "thread") if count == 1 else form


def _gpus(system: System, say: _Say) -> Iterator[Line]:
    sizes = "/".join(map(str, system.gpu.memory_options_gb))
    yield (
        "GPUs",
        [
            say("gpu.count", "{} GPUs" if system.gpu.count > 1 else "{} GPU"),
            say("gpu.model"),
            say("gpu.architecture"),
            say("gpu.memory_gb", f"{{}} GB each (sold with {sizes})" if sizes else "{} GB each"),
        ],
    )
    yield "", [say("gpu.memory_visible_mib", "{} MiB visible"), say("gpu.tdp_w", "{} W")]
    yield "", [say("gpu.smi_name", "nvidia-smi says {}"), say("gpu.slurm_type", f"gpu:{{}}:{system.gpu.count}")]
    if system.gpu.cores or not (system.cpu and system.cpu.sockets == 1):
        yield "cores by GPU", [Part(_runs(system.gpu.cores) or UNKNOWN, system.mark("gpu.cores", system.gpu.cores))]
    if system.gpu.nearest_rdma and all(port.gpu is None for port in system.ports):
        yield "RDMA by GPU", [Part(_runs(system.gpu.nearest_rdma), system.mark("gpu.nearest_rdma", "known"))]


def _runs(values: tuple[str, ...]) -> str:
    """Values by GPU, those of neighbours that are alike in one."""
    first, texts = 0, []
    for value, run in groupby(values):
        last = first + len(list(run)) - 1
        texts.append(f"{first}-{last}: {value}" if last > first else f"{first}: {value}")
        first = last + 1
    return ", ".join(texts)


def _nvlink(system: System, say: _Say) -> list[Part]:
    if system.nvlink.domain is NvlinkDomain.NONE:
        return [Part("none between GPUs"), say("nvlink.topology")]
    return [
        say("nvlink.generation", "generation {}"),
        say("nvlink.links_per_gpu", "{} links a GPU"),
        say("nvlink.per_gpu_gbs", "{} GB/s a GPU"),
        say("nvlink.topology", "{}" if system.nvlink.topology else "topology {}"),
        say("nvlink.switches", "{} switches"),
        say("nvlink.domain", "domain: {}"),
    ]


def _needs(system: System, say: _Say) -> list[Part]:
    return [
        say.flag("needs.fabric_manager", "fabric manager"),
        say.flag("needs.nvlsm", "nvlsm"),
        say.flag("needs.imex", "IMEX"),
        say("needs.kernel_module", "kernel module: {}"),
        say("needs.driver_least", "driver {} or newer" if system.needs.driver_least else "oldest driver {}"),
        *([say("needs.driver_last", "to branch {}")] if system.needs.driver_last else []),
    ]


def _chassis(system: System, say: _Say) -> Iterator[Line]:
    one = bool(system.drives.os) and str(system.drives.os).startswith("1 ")
    yield "drives", [say("drives.os", "system: {}"), *([] if one else [say("drives.os_raid", "RAID {}")])]
    yield "", [say("drives.data", "data: {}"), say("drives.data_raid", "RAID {}"), say("drives.count", "{} in all")]
    yield "BMC", [say.flag("bmc.redfish", "Redfish"), say.flag("bmc.ipmi", "IPMI")]
    yield "power", [say("power_kw", "{} kW"), say("psu", "supplies: {}")]
    yield "height", [say("rack_units", "{} U")]
    if system.rack:
        forms = {"trays": "{} trays", "switch_trays": "{} switch trays", "power_shelves": "{} power shelves"}
        yield "rack", [say(f"rack.{field}", form) for field, form in (*forms.items(), ("power_kw", "{} kW"))]


def _software(system: System, say: _Say) -> Iterator[Line]:
    yield (
        "DGX OS",
        [say("os.releases"), say("os.min_iso", "oldest image {}"), say("os.end_of_support", "support ends {}")],
    )
    packages_mark = system.mark("config_packages", "known")
    if not system.config_packages:
        yield "packages", [say("config_packages")]
    for number, (distribution, names) in enumerate(system.config_packages):
        yield "" if number else "packages", [Part(f"{distribution}: {', '.join(names)}", packages_mark)]
    yield "kernel", [Part(" ".join(system.kernel.parameters) or UNKNOWN, _mark(system, "parameters"))]
    if system.kernel.blacklist:
        yield "blacklisted", [Part(", ".join(system.kernel.blacklist), _mark(system, "blacklist"))]
    for number, (name, value) in enumerate(system.acceptance):
        text = UNKNOWN if value is None else f"{value:g}" if value < 10**6 else str(value)
        yield "" if number else "acceptance", [Part(f"{name} {text}", system.mark(f"acceptance.{name}", value))]


def _mark(system: System, field: str) -> str | None:
    return system.mark(f"kernel.{field}", getattr(system.kernel, field))
