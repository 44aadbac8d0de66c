"""Rented capacity: a provider's entry and one of its shapes, as the entry of a system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dgxops.catalogue.system import cautious_memory_mb, system_of
from dgxops.catalogue.system_schema import PUBLISHED_FLOORS, CloudEntry, ShapeEntry, SystemEntry
from dgxops.model.system import System

KIB = 1024


def cloud_of(entry: CloudEntry, texts: Mapping[str, str]) -> System:
    """The system of a provider in its usual shape, with the other shapes beside it.

    Raises:
        KeyError: a source has no text.
    """
    shapes = {s.name: _system(entry, s, texts) for s in entry.shapes}
    usual = shapes.pop(entry.shape)
    return replace(usual, shapes=tuple(shapes.values()))


def _system(entry: CloudEntry, shape: ShapeEntry, texts: Mapping[str, str]) -> System:
    described = {
        key: getattr(entry, key) for key in ("id", "name", "kind", "aliases", "conflicts", "unknown", "sources")
    }
    notes = [*entry.notes, *([shape.note] if shape.note else [])]
    data = {**described, "notes": notes, "marks": _marks(entry, shape), **_size(shape), **_NOT_OURS}
    ports = [*_fabric_ports(entry, shape), *_inband_ports(entry)]
    system = system_of(SystemEntry.model_validate({**data, "ports": ports}), texts)
    return replace(system, shape=shape.name)


def _marks(entry: CloudEntry, shape: ShapeEntry) -> dict[str, str]:
    """Those of the entry and of the shape; memory that Slurm may hand out is always worked out."""
    return {**entry.marks, **({"real_memory_mb": "inferred"} if shape.ram_mib else {}), **shape.marks}


_NOT_OURS: Mapping[str, Any] = {
    "year": None,
    "dmi_patterns": [],
    "needs": {"fabric_manager": None, "nvlsm": None, "imex": None, "kernel_module": None, "driver_least": None},
    "bmc": {"redfish": None, "ipmi": None},
    "psu": None,
    "power_kw": None,
    "rack_units": None,
    "os": {"releases": [], "min_iso": None, "end_of_support": None},
    "config_packages": {},
    "kernel": {"parameters": []},
}
"""What the provider's image and premises decide."""


def _size(shape: ShapeEntry) -> dict[str, Any]:
    ram_gb = shape.ram_mib // KIB if shape.ram_mib else None
    return {
        "arch": shape.arch,
        "cpu": _cpu(shape),
        "ram_gb": ram_gb,
        "real_memory_mb": cautious_memory_mb(ram_gb) if ram_gb else None,
        "gpu": _gpu(shape),
        "nvlink": {
            "domain": shape.nvlink_domain,
            **dict.fromkeys(("generation", "links_per_gpu", "per_gpu_gbs", "topology", "switches")),
        },
        "drives": {**dict.fromkeys(("os", "os_raid", "data", "data_raid")), "count": shape.drives},
        "acceptance": {name: getattr(shape, name, None) for name in PUBLISHED_FLOORS},
    }


def _cpu(shape: ShapeEntry) -> dict[str, Any] | None:
    if shape.sockets is None:
        return None
    layout = {key: getattr(shape, key) for key in ("sockets", "cores_per_socket", "threads_per_core")}
    return {"model": None, **layout, "numa_nodes": None}


def _gpu(shape: ShapeEntry) -> dict[str, Any]:
    return {
        "model": shape.gpu,
        "slurm_type": shape.slurm_type,
        "count": shape.gpus,
        "memory_gb": shape.gpu_memory_gb,
        "memory_visible_mib": None,
        "smi_name": None,
        "architecture": shape.gpu_architecture,
        "tdp_w": None,
        "cores": [],
    }


def _fabric_ports(entry: CloudEntry, shape: ShapeEntry) -> list[dict[str, Any]]:
    count = shape.ports or 0
    rdma: list[str | None] = [*shape.rdma] or [None] * count
    return [
        {
            "name": f"compute-{index + 1}",
            "role": "compute",
            "interface": entry.interface.format(index) if entry.interface else None,
            "rdma": rdma[index],
            "pci": None,
            "rate_gbps": shape.rate_gbps,
            "rail": index,
            "gpu": index if count == shape.gpus else None,
        }
        for index in range(count)
    ]


def _inband_ports(entry: CloudEntry) -> list[dict[str, Any]]:
    unknown = dict.fromkeys(("rdma", "pci", "rate_gbps"))
    return [{"name": "management-1", "role": "inband", "interface": entry.inband, **unknown}] if entry.inband else []
