"""Variables of nvidia_driver, fabric_manager and dcgm."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host, System
from dgxops.model.system import platform_group
from dgxops.render.groups import fabric_needs, rack_group
from dgxops.render.imex import nodes_file
from dgxops.render.repositories import has_stack

Variables = dict[str, object]

PROPRIETARY = "proprietary"
"""The kind of kernel module of GPUs that the open one does not know."""
LAB_MODULE_FILE = "/run/nvidia-stand-in/version"
_SERVICES = {"fabric_manager": "nvidia-fabricmanager.service", "imex": "nvidia-imex.service"}
"""What is kept running; the fabric manager starts the subnet manager itself."""


def group_variables(cluster: Cluster) -> dict[str, Variables]:
    """Group -> role variables, of the systems that have NVIDIA's stack; what IMEX reads is by rack."""
    made = {platform_group(s.id): _driver(cluster, s) | _fabric(cluster, s) | _dcgm(cluster) for s in _systems(cluster)}
    return made | dict(_domains(cluster))


def host_variables(cluster: Cluster, host: Host) -> Variables:
    """Nothing of the driver differs from host to host."""
    return {}


def _systems(cluster: Cluster) -> Iterator[System]:
    return (s for s in cluster.systems if has_stack(cluster, s))


def _driver(cluster: Cluster, system: System) -> Variables:
    versions, open_module = cluster.release.versions, system.needs.kernel_module != PROPRIETARY
    variables: Variables = {
        "nvidia_driver_packages": list(cluster.release.stack_for("driver", open_module=open_module)),
        "nvidia_driver_branch": versions.driver_branch,
        "nvidia_driver_version": versions.driver,
    }
    return variables | _in_lab(cluster, "nvidia_driver")


def _fabric(cluster: Cluster, system: System) -> Variables:
    """What joins GPUs by NVLink beyond the driver; nothing where a system needs none of it."""
    needs, release = fabric_needs(cluster, system), cluster.release
    if not needs:
        return {}
    variables: Variables = {
        "fabric_manager_packages": [p for need in needs for p in release.stack_for(_OF_THE_DRIVER[need])],
        "fabric_manager_nvlsm_packages": list(release.stack_for("nvlsm")) if "nvlsm" in needs else [],
        "fabric_manager_services": [_SERVICES[need] for need in needs if need in _SERVICES],
        "fabric_manager_branch": release.versions.driver_branch,
        "fabric_manager_version": release.versions.fabric_manager,
    }
    own = {"fabric_manager_nvlsm_version": release.versions.nvlsm} if "nvlsm" in needs else {}
    return variables | own | _in_lab(cluster, "fabric_manager")


_OF_THE_DRIVER = {"fabric_manager": "fabric_manager", "nvlsm": "nvsdm", "imex": "imex"}
"""Need -> purpose of its packages that have the driver's version."""


def _in_lab(cluster: Cluster, role: str) -> Variables:
    return {f"{role}_module_file": LAB_MODULE_FILE} if cluster.lab else {}


def _domains(cluster: Cluster) -> Iterator[tuple[str, Variables]]:
    """The list of its members, for each NVLink domain that has some."""
    for domain in cluster.imex_domains:
        system = domain.members[0].system
        if domain.present and system and has_stack(cluster, system):
            yield rack_group(domain.name), {"fabric_manager_imex_nodes": "{{ inventory_dir }}/" + nodes_file(domain)}


def _dcgm(cluster: Cluster) -> Variables:
    return {
        "dcgm_packages": list(cluster.release.stack_for("dcgm")),
        "dcgm_exporter_packages": list(cluster.release.stack_for("dcgm_exporter")),
    }
