"""Rented capacity in cluster.yml: the keys that belong to it, those that do not, and the provider's file beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from dgxops import catalogue
from dgxops.errors import Problem
from dgxops.expand import services
from dgxops.model.node import HostRole, PortRole, System
from dgxops.model.rented import RentedMachine
from dgxops.model.system import NvlinkDomain, SystemKind
from dgxops.spec import document
from dgxops.spec.checked import Checked
from dgxops.spec.design import Design
from dgxops.spec.document import Path as Place
from dgxops.spec.messages import closest, meant_or_known, shown
from dgxops.spec.provider import Expected, machines_in
from dgxops.spec.schema import ClusterSpec, Services

_THEIRS = {
    ("architecture",): "rented capacity has no reference architecture of yours",
    ("fabric",): "the provider has cabled it",
    ("omit",): "a machine that is not rented has no row in the provider's file",
    ("grow_to",): "rented capacity has no scalable units to grow to",
    ("design",): "the provider has built it",
    ("naming",): "names are those of the provider's file",
    ("networks", "oob"): "rented machines have no BMC of yours",
    ("networks", "storage"): "rented machines have no storage fabric of yours",
}
"""Keys of a site's own machines, and why they say nothing here."""

_OURS = ("shape", "provider")
_MOST = {
    HostRole.HEAD: 4,
    HostRole.LOGIN: 10,
    HostRole.K8S: 6,
    HostRole.K8S_ADMIN: 3,
    HostRole.K8S_USER: 3,
    HostRole.SERVICE: 4,
}
"""As many as a spec may ask for."""


def settled(file: str, checked: Checked, folder: Path | None) -> tuple[Checked, list[Problem]]:
    """The spec with its rented machines, and what is wrong with the keys and the file they come from.

    ``folder`` holds the provider's file; None where the spec is only a text, whose machines stay unknown. Rules that
    ask for nodes stay silent where the file has faults.
    """
    system = _platform(checked.spec)
    if system is None or ("platform",) in checked.broken:
        return checked, []
    if system.kind is not SystemKind.CLOUD:
        return checked, [_problem(file, checked, (key,), f"belongs to rented capacity, which {system.id} is not",
                                  "take it out") for key in _OURS if _written(checked, (key,))]  # fmt: skip
    problems = [*_strangers(file, checked), *_shape_faults(file, checked, system)]
    shape = checked.spec.shape and system.in_shape(checked.spec.shape)
    machines, more = _machines(file, checked, shape or system, folder)
    problems += more
    if not more and folder:
        problems += _count_faults(file, checked, machines)
    return _with(checked, shape or system, machines, known=not more and folder is not None), problems


def _platform(spec: ClusterSpec) -> System | None:
    """The system, or the one that was perhaps meant."""
    known = catalogue.load()
    meant = spec.platform if spec.platform in known.platforms else closest(spec.platform, known.platforms)
    return known.system(meant) if meant else None


def _with(checked: Checked, system: System, machines: tuple[RentedMachine, ...], known: bool) -> Checked:
    counts = {role: sum(m.role is role for m in machines) for role in HostRole}
    served: dict[str, Any] = {role.value: counts[role] for role in services.SERVED_ROLES}
    have = Services.model_construct(**{**served, "head": counts[HostRole.HEAD] or 1})
    update = {
        "shape": system.shape,
        "architecture": None,
        "scalable_units": "none",
        "nodes": counts[HostRole.DGX] or checked.spec.nodes or 1,
        "fabric": "none",
        "omit": "none",
        "grow_to": None,
        "design": Design(),
        "services": have,
        "rented": machines if known else (),
    }
    broken = checked.broken if known else checked.broken | {("nodes",), ("services",)}
    return replace(checked, spec=checked.spec.model_copy(update=update), broken=broken)


def _written(checked: Checked, place: Place) -> bool:
    return document.find(checked.root, place).node is not None


def _problem(file: str, checked: Checked, place: Place, message: str, hint: str = "") -> Problem:
    """At the place; where that is not written, at the platform, which asks for it."""
    spot = document.find(checked.root, place)
    at = spot if spot.node is not None else document.find(checked.root, ("platform",))
    return Problem(file, at.line, at.column, document.dotted(place), message, hint)


def _strangers(file: str, checked: Checked) -> Iterator[Problem]:
    plain = {("fabric",): "none", ("omit",): ("none", "auto"), ("architecture",): None, ("grow_to",): None}
    for place, why in _THEIRS.items():
        value = getattr(checked.spec, str(place[0]))
        idle = place in plain and (value == plain[place] or value in (plain[place] or ()))
        if _written(checked, place) and not idle and place not in checked.broken:
            yield _problem(file, checked, place, why, "take it out")
    units = ("scalable_units",)
    if _written(checked, units) and checked.spec.scalable_units != "none" and units not in checked.broken:
        yield _problem(file, checked, units, "rented capacity has none", "scalable_units: none, or take it out")


def _shape_faults(file: str, checked: Checked, system: System) -> Iterator[Problem]:
    named = checked.spec.shape
    if named is None or ("shape",) in checked.broken:
        return
    shapes = {s.shape: s for s in (system, *system.shapes) if s.shape}
    servers = [name for name, s in shapes.items() if s.nvlink.domain is NvlinkDomain.NODE]
    if named not in shapes:
        message = f"{system.name} has no shape {shown(named)}"
        yield _problem(file, checked, ("shape",), message, meant_or_known(named, servers))
    elif named not in servers:
        message = f"a {named} is a tray of an NVLink rack, whose places this release cannot give to Slurm"
        yield _problem(file, checked, ("shape",), message, f"one of {', '.join(servers)}")


def _machines(
    file: str, checked: Checked, system: System, folder: Path | None
) -> tuple[tuple[RentedMachine, ...], list[Problem]]:
    named, place = checked.spec.provider, ("provider",)
    if place in checked.broken:
        return (), []
    if named is None:
        message = "is required: the provider decides what the machines are called and where they are"
        return (), [_problem(file, checked, place, message, "provider: nodes.csv, a row a machine: name,address,role")]
    if folder is None:
        return (), []
    path = folder / named
    if not path.resolve().is_relative_to(folder.resolve()):
        message = f"{shown(named)} is outside of the folder of cluster.yml, and missing where that is copied to"
        return (), [_problem(file, checked, place, message, "copy it to that folder")]
    if not path.exists():
        hint = "a row a machine: name,address,role; or what gcloud or az prints"
        return (), [_problem(file, checked, place, f"there is no file {shown(named)} beside cluster.yml", hint)]
    return machines_in(path, _expected(checked, system))


def _expected(checked: Checked, system: System) -> Expected:
    networks = checked.spec.networks
    known = {
        name: getattr(networks, name).subnet if ("networks", name, "subnet") not in checked.broken else None
        for name in ("management", "compute")
    }
    gateway, subnet = networks.management.gateway, known["management"]
    if gateway == "auto":
        gateway = subnet.network_address + 1 if subnet else None
    return Expected(
        platform=system.id,
        shape=system.shape or "",
        management=subnet,
        gateway=gateway,
        compute=known["compute"],
        ports=len(system.ports_of(PortRole.COMPUTE)) or None,
    )


def _count_faults(file: str, checked: Checked, machines: tuple[RentedMachine, ...]) -> Iterator[Problem]:
    """How many machines of each role cluster.yml says there are, where it does."""
    spec, name = checked.spec, checked.spec.provider
    wanted: dict[Place, tuple[HostRole, int | None]] = {
        ("nodes",): (HostRole.DGX, spec.nodes),
        **{("services", role.value): (role, count) for role, count in services.counts(spec.services).items()},
    }
    for place, (role, count) in wanted.items():
        have = sum(m.role is role for m in machines)
        if have > _MOST.get(role, have):
            message = f"{name} has {have} machines with role {role}, more than {_MOST[role]}"
            yield _problem(file, checked, ("provider",), message)
        elif count != have and _written(checked, place) and place not in checked.broken:
            message = f"{name} has {have} machine{'s' * (have != 1)} with role {role}, not {count}"
            yield _problem(file, checked, place, message, f"{have}, or take it out")
    if not any(m.role is HostRole.DGX for m in machines):
        yield _problem(file, checked, ("provider",), f"{name} has no machine with role {HostRole.DGX}")
