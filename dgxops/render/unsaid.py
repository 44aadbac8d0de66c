"""What the rendered files lack because the catalogue does not know it: only the site can say it, under `hardware:`.

Files that need such a value fall back to the name that is printed on the system, or leave the value out; nothing is
guessed. What nobody knows of architectures and switches is in :mod:`.unsaid_design`. What Slurm cannot do without
(memory, processors) is refused by ``validate`` and is not told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from dgxops.model.cluster import Cluster
from dgxops.model.marks import UNKNOWN
from dgxops.model.system import HostPort, PortRole, System, SystemKind
from dgxops.render.hostlist import fold
from dgxops.render.unsaid_design import Unsaid, unsaid_design

_CABLED = (PortRole.COMPUTE, PortRole.STORAGE, PortRole.INBAND)
_RACKED = (SystemKind.SERVER, SystemKind.TRAY)


def unsaid(cluster: Cluster) -> tuple[Unsaid, ...]:
    """Everything that a site must still say of its systems, then of its design, then of what Slurm shares."""
    systems = (one for system in cluster.systems for one in _of_system(cluster, system))
    return (*systems, *unsaid_design(cluster), *_shared_state(cluster))


def _shared_state(cluster: Cluster) -> Iterator[Unsaid]:
    """Several controllers must see one state; in the lab they do."""
    state = PurePosixPath(cluster.slurm.settings.state_save_location)
    mounted = any(state.is_relative_to(shared.mount) for shared in cluster.storage)
    if len(cluster.slurm.controllers) > 1 and not mounted and not cluster.lab:
        yield Unsaid("slurm", f"where its controllers share {state}", "slurmctld", "storage",
                     "the file server that all heads can mount", "cluster.yml does not say")  # fmt: skip


def _of_system(cluster: Cluster, system: System) -> Iterator[Unsaid]:
    if ports := _lacking(_cabled(system), "interface"):
        yield Unsaid(system.id, f"interface names of {ports}", "host_vars, addresses, cable validation, NetBox",
                     "hardware.ports.<port>.interface", "`ip -brief link` on one")  # fmt: skip
    if ports := _lacking(_on_infiniband(cluster, system), "rdma"):
        yield Unsaid(system.id, f"RDMA devices of {ports}", "host_vars, UFM's files",
                     "hardware.ports.<port>.rdma", "`rdma link` on one")  # fmt: skip
    if not system.gpu.cores and system.cpu and system.cpu.sockets > 1:
        yield Unsaid(system.id, "the cores next to each GPU", "gres.conf", "hardware.gpu_cores",
                     "`nvidia-smi topo -m` on one")  # fmt: skip
    if system.kind in _RACKED and not system.rack_units:
        yield Unsaid(system.id, "its height", "rack drawings, NetBox", "hardware.rack_units", "a look at one")


def _cabled(system: System) -> list[HostPort]:
    return [port for port in system.ports if port.role in _CABLED]


def _on_infiniband(cluster: Cluster, system: System) -> list[HostPort]:
    """Ports that meet an InfiniBand fabric, by whose device the fabric's tools know them."""
    names = {f.name for f in cluster.fabrics if f.protocol == "infiniband"}
    return [port for port in _cabled(system) if port.role.value in names]


def _lacking(ports: list[HostPort], field: str) -> str:
    return fold(port.name for port in ports if getattr(port, field) is None)


def marks_shown(system: System) -> dict[str, str]:
    """The marks of a system, those that the site's words on its ports make on one line a field.

    "ports.interface: unknown" goes when the site said all of them.
    """
    said: dict[str, list[str]] = {}
    made: dict[str, str] = {}
    names = {port.name for port in system.ports}
    for mark_field, mark in system.marks:
        _, _, rest = mark_field.partition("ports.")
        name, _, field = rest.rpartition(".")
        if mark == "site" and name in names:
            said.setdefault(field, []).append(name)
        else:
            made[mark_field] = mark
    for field, ports in said.items():
        made[f"ports.{fold(ports)}.{field}"] = "site"
        if made.get(f"ports.{field}") == UNKNOWN and not _lacking(_cabled(system), field):
            del made[f"ports.{field}"]
    return dict(sorted(made.items()))
