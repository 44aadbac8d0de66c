"""Variables of nvidia_driver and dcgm."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host, System
from dgxops.model.system import platform_group
from dgxops.render.repositories import has_stack

Variables = dict[str, object]

PROPRIETARY = "proprietary"
"""The kind of kernel module of GPUs that the open one does not know."""
LAB_MODULE_FILE = "/run/nvidia-stand-in/version"


def group_variables(cluster: Cluster) -> dict[str, Variables]:
    """Group -> role variables, of the systems that have NVIDIA's stack."""
    systems = [s for s in cluster.systems if has_stack(cluster, s)]
    return {platform_group(s.id): _driver(cluster, s) | _dcgm(cluster) for s in systems}


def host_variables(cluster: Cluster, host: Host) -> Variables:
    """Nothing of these roles differs from host to host."""
    return {}


def _driver(cluster: Cluster, system: System) -> Variables:
    versions, open_module = cluster.release.versions, system.needs.kernel_module != PROPRIETARY
    variables: Variables = {
        "nvidia_driver_packages": list(cluster.release.stack_for("driver", open_module=open_module)),
        "nvidia_driver_branch": versions.driver_branch,
        "nvidia_driver_version": versions.driver,
    }
    return variables | ({"nvidia_driver_module_file": LAB_MODULE_FILE} if cluster.lab else {})


def _dcgm(cluster: Cluster) -> Variables:
    return {
        "dcgm_packages": list(cluster.release.stack_for("dcgm")),
        "dcgm_exporter_packages": list(cluster.release.stack_for("dcgm_exporter")),
    }
