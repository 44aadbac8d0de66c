"""The counts of a cluster as one plain object: what ``dgxops show --json`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from dgxops.model.cluster import Cluster, Group
from dgxops.model.fabric import Fabric
from dgxops.model.network import Network
from dgxops.model.placement import Placement
from dgxops.model.release import VERSIONED, Release
from dgxops.model.system import System
from dgxops.render.power import power_of
from dgxops.render.stamp import stamp
from dgxops.render.unsaid import marks_shown, unsaid

FORMAT_VERSION = 1

_RENDERED = ("cpu", "dmi_patterns", "gpu.cores", "gpu.count", "gpu.slurm_type", "kernel", "ports", "real_memory_mb")
"""Fields of a system that rendered files depend on."""


def summary(cluster: Cluster) -> dict[str, object]:
    """Counts, folded names, networks and partitions; JSON-ready."""
    power = power_of(cluster)
    return {
        "format_version": FORMAT_VERSION,
        **({"rented": _rented(cluster)} if cluster.rented else {}),
        "name": cluster.name,
        "design": stamp(cluster),
        "domain": cluster.domain,
        "architecture": ", ".join(cluster.architectures),
        "systems": {s.id: sum(n.system is s for n in cluster.nodes) for s in cluster.systems},
        "scalable_units": cluster.scalable_units,
        "groups": [_group(cluster, g) for g in cluster.groups if g.name],
        "nodes": len(cluster.nodes),
        "gpus": cluster.gpus,
        "absent": _absent(cluster),
        "site_must_say": [{"system": u.system, "what": u.what, "key": u.key} for u in unsaid(cluster)],
        "racks": len(cluster.racks),
        "power_kw": power.whole,
        "power_kw_of": power.of,
        "power_kw_known": power.kw,
        "power_unknown": list(power.unknown),
        "hosts": {role: _fold(names) for role, names in _by_role(cluster).items()},
        "switches": {f.name: {tier.value: n for tier, n in f.switch_counts().items()} for f in cluster.fabrics},
        "switch_models": {f.name: _models(f) for f in cluster.fabrics},
        "cables": {f.name: {kind.value: n for kind, n in f.cable_counts().items()} for f in cluster.fabrics},
        "networks": {n.name: str(n.subnet) for n in cluster.networks},
        **({"network_plans": plans} if (plans := {n.name: _plan(n) for n in cluster.networks if n.parts}) else {}),
        "slurm": _slurm(cluster),
        "storage": [{"name": s.name, "kind": s.kind, "mount": s.mount, "server": s.server} for s in cluster.storage],
        "release": _release(cluster.release),
        "marks": {
            **{s.id: _marks(s) for s in cluster.systems},
            **{name: marks for g in cluster.groups for name, marks in _design_marks(cluster, g)},
        },
    }


def _plan(network: Network) -> dict[str, object]:
    """How a network is cut into subnets."""
    return {"plan": network.plan, "subnets": [str(part.subnet) for part in network.parts]}


def _group(cluster: Cluster, group: Group) -> dict[str, object]:
    """One of several groups."""
    nodes = [n for n in cluster.nodes if n.group == group.name]
    systems = dict.fromkeys(n.system.id for n in nodes if n.system)
    return {
        "name": group.name,
        "systems": list(systems),
        "architecture": group.architecture,
        "scalable_units": group.scalable_units,
        "nodes": len(nodes),
        "gpus": sum(n.system.gpu.count for n in nodes if n.system),
        "fabrics": [f.name for f in cluster.fabrics if f.group == group.name],
    }


def _absent(cluster: Cluster) -> list[dict[str, object]]:
    """Systems that are away, alike ones folded; they are counted above all the same."""
    return [
        {"nodes": _fold(list(names)), "count": len(names), "kind": a.kind.value, "reason": a.reason, "since": a.since}
        for a, names in cluster.absent
    ]


def _rented(cluster: Cluster) -> dict[str, object]:
    """The shapes, and how many places of each kind hold the nodes, where the provider says so of all of them."""
    nodes = [node.placement for node in cluster.nodes if node.placement]
    kinds = [f.name for f in fields(Placement) if f.name != "instance" and all(getattr(p, f.name) for p in nodes)]
    places = {kind: len({getattr(p, kind) for p in nodes}) for kind in kinds}
    return {"shapes": sorted({s.shape for s in cluster.systems if s.shape}), "places": places}


def _release(release: Release) -> dict[str, object]:
    return {
        "id": release.id,
        "dgx_os": release.dgx_os,
        "slurm": release.slurm,
        "tested_on": list(release.tested_on),
        "versions": {name: getattr(release.versions, name) for name in VERSIONED},
        "marks": {name: mark for name in VERSIONED if (mark := _version_mark(release, name))},
    }


def _version_mark(release: Release, name: str) -> str | None:
    return release.mark(f"versions.{name}", getattr(release.versions, name))


def _marks(system: System) -> dict[str, str]:
    """Marks of what the rendered files are made of; the others are on `dgxops show system`."""
    return {field: mark for field, mark in marks_shown(system).items() if field.startswith(_RENDERED)}


def _design_marks(cluster: Cluster, group: Group) -> Iterator[tuple[str, dict[str, str]]]:
    """Marks of a group's architecture and switch models, with its name where another has it otherwise."""
    for name, marks in _designs(group).items():
        alike = all(_designs(other).get(name, marks) == marks for other in cluster.groups)
        yield name if alike else f"{name} of {group.name}", marks


def _designs(group: Group) -> dict[str, dict[str, str]]:
    return {group.architecture: dict(group.marks), **{m.name: dict(m.marks) for m in group.models}}


def _by_role(cluster: Cluster) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for host in cluster.hosts:
        found.setdefault(host.role.value, []).append(host.name)
    return found


def _fold(names: list[str]) -> str:
    return str(NodeSet.fromlist(names, resolver=RESOLVER_NOGROUP))


def _models(fabric: Fabric) -> list[str]:
    return sorted({s.model for s in fabric.switches})


def _slurm(cluster: Cluster) -> dict[str, object]:
    return {
        "controllers": list(cluster.slurm.controllers),
        "partitions": [
            {"name": p.name, "nodes": _fold(list(p.nodes)), "count": len(p.nodes), "default": p.default}
            for p in cluster.slurm.partitions
        ],
    }
