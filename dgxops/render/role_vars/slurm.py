"""Variables of munge and the Slurm roles."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host, System
from dgxops.model.system import platform_group
from dgxops.render.slurm import FOLDER, gpu_device, restart_token

Variables = dict[str, object]

LAB_BUFFER_POOL_MB = 128  # MariaDB's default: several labs share one small machine


def group_variables(cluster: Cluster) -> dict[str, Variables]:
    """Group -> role variables; no secret is among them."""
    return {
        "managed": {"munge_packages": _packages(cluster, "munge")},
        "slurm_database": _database(cluster),
        "slurm_controller": _controller(cluster),
        "slurm_node": {
            "slurm_node_packages": _packages(cluster, "slurmd"),
            "slurm_node_version": cluster.slurm.settings.version,
            "slurm_node_controllers": _controllers(cluster),
            "slurm_node_restart_token": restart_token(cluster, "slurmd"),
        },
        **{platform_group(system.id): {"slurm_node_gpu_devices": _gpu_devices(system)} for system in cluster.systems},
        "slurm_login": {
            "slurm_login_packages": _packages(cluster, "slurm_login"),
            "slurm_login_version": cluster.slurm.settings.version,
            "slurm_login_controllers": _controllers(cluster),
        },
    }


def host_variables(cluster: Cluster, host: Host) -> Variables:
    """Nothing of Slurm differs from host to host within a group."""
    return {}


def _packages(cluster: Cluster, *purposes: str) -> list[str]:
    return [name for purpose in purposes for name in cluster.release.packages_for(purpose)]


def _database(cluster: Cluster) -> Variables:
    variables: Variables = {
        "slurm_database_packages": _packages(cluster, "mariadb", "slurmdbd", "slurm_client"),
        "slurm_database_host": cluster.slurm.database,
        "slurm_database_cluster": cluster.slurm.cluster_name,
    }
    return variables | ({"slurm_database_buffer_pool_mb": LAB_BUFFER_POOL_MB} if cluster.lab else {})


def _controller(cluster: Cluster) -> Variables:
    variables: Variables = {
        "slurm_controller_packages": _packages(cluster, "slurmctld"),
        "slurm_controller_version": cluster.slurm.settings.version,
        "slurm_controller_config_dir": "{{ inventory_dir }}/" + FOLDER,
        "slurm_controller_hosts": list(cluster.slurm.controllers),
        "slurm_controller_state_directory": cluster.slurm.settings.state_save_location,
        "slurm_controller_restart_token": restart_token(cluster, "slurmctld"),
    }
    return variables | ({"slurm_controller_trust_local_mount": True} if cluster.lab else {})


def _controllers(cluster: Cluster) -> list[str]:
    """Where slurmd and sackd fetch their configuration: addresses, so that they start without name resolution."""
    return [str(cluster.by_name[name].management_ip) for name in cluster.slurm.controllers]


def _gpu_devices(system: System) -> list[str]:
    return [gpu_device(index) for index in range(system.gpu.count)]
