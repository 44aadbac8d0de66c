"""Variables of dgx_os, name_resolution, time_sync and access."""

from __future__ import annotations

from dgxops.model.cluster import Admin, Cluster
from dgxops.model.node import Host, System
from dgxops.model.system import platform_group
from dgxops.render import chrony
from dgxops.render.repositories import codename, repositories

Variables = dict[str, object]

_FILES = "{{ inventory_dir }}/"


def group_variables(cluster: Cluster) -> dict[str, Variables]:
    """Group -> role variables: the site's on every managed host, the system's on its platform, the clock's on heads."""
    special = (_on_an_image() if cluster.rented else {}) | (_stand_ins() if cluster.lab else {})
    return {
        "managed": _managed(cluster) | special,
        "head": {"time_sync_config": _FILES + chrony.SERVER},
        **{platform_group(s.id): _platform(cluster, s) for s in cluster.systems},
    }


def host_variables(cluster: Cluster, host: Host) -> Variables:
    """Nothing of these roles differs from host to host but the name, which is the inventory's."""
    return {}


def _managed(cluster: Cluster) -> Variables:
    site = cluster.site
    return {
        "dgx_os_packages": list(cluster.release.packages_for("base")),
        "dgx_os_hardware_packages": list(cluster.release.packages_for("hardware")),
        "dgx_os_mirror": site.mirror,
        "dgx_os_timezone": site.timezone,
        "name_resolution_hosts_file": _FILES + "files/hosts",
        "name_resolution_dns_servers": list(site.dns_servers),
        "name_resolution_dns_search": [cluster.domain, *site.dns_search],
        "time_sync_packages": list(cluster.release.packages_for("chrony")),
        "time_sync_config": _FILES + chrony.CLIENT,
        "access_automation_user": site.ssh_user,
        "access_admins": [_admin(admin) for admin in site.admins],
    }


def _admin(admin: Admin) -> Variables:
    return {"name": admin.name, "uid": admin.uid, "keys": list(admin.keys)}


def _on_an_image() -> Variables:
    """A rented machine runs the provider's image, and its BMC and TPM are not the tenant's."""
    return {"dgx_os_hardware_packages": []}


def _stand_ins() -> Variables:
    """A container has no kernel, no clock and no hardware of its own."""
    return {"dgx_os_apply_kernel_settings": False, "dgx_os_hardware_packages": [], "time_sync_set_clock": False}


def _platform(cluster: Cluster, system: System) -> Variables:
    return {
        "dgx_os_repositories": list(repositories(cluster, system)),
        "dgx_os_codename": None if cluster.lab else codename(cluster, system),
        "dgx_os_kernel_parameters": list(system.kernel.parameters),
        "dgx_os_blacklisted_modules": list(system.kernel.blacklist),
        "dgx_os_dmi_patterns": [] if cluster.lab else list(system.dmi_patterns),
    }
