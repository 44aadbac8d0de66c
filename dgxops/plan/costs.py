"""What each change costs the node it is made on: one table, by role and by the thing that changes.

A row is (role, kind, pattern, cost); the first that fits wins, and a change that no row fits costs the worst that its
role has. Kinds are those of :class:`dgxops.model.plan.Reason`. Costs are upper bounds: what the change may need.
"reload" and "restart" are of a service (Slurm's daemons restart under running jobs), "drain" means that jobs must not
run while it is done, "reboot" that it takes effect at the next reboot, which a role requests and never does.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from dgxops.model.plan import Cost, worst

Row = tuple[str, str, str, Cost]

TABLE: tuple[Row, ...] = (
    ("dgx_os", "variable", "dgx_os_kernel_parameters", Cost.REBOOT),
    ("dgx_os", "variable", "dgx_os_blacklisted_modules", Cost.REBOOT),
    ("dgx_os", "variable", "dgx_os_*", Cost.NONE),
    ("dgx_os", "file", "/etc/default/grub*", Cost.REBOOT),
    ("dgx_os", "file", "/etc/modprobe.d/*", Cost.REBOOT),
    ("dgx_os", "*", "*", Cost.NONE),
    ("name_resolution", "variable", "name_resolution_dns_*", Cost.RESTART),
    ("name_resolution", "variable", "name_resolution_*", Cost.NONE),
    ("name_resolution", "file", "/etc/systemd/*", Cost.RESTART),
    ("name_resolution", "*", "*", Cost.NONE),
    ("time_sync", "variable", "time_sync_*", Cost.RESTART),
    ("time_sync", "*", "*", Cost.RESTART),
    ("access", "variable", "access_sshd_settings", Cost.RELOAD),
    ("access", "variable", "access_*", Cost.NONE),
    ("access", "file", "/etc/ssh/sshd_config*", Cost.RELOAD),
    ("access", "*", "*", Cost.NONE),
    ("nvidia_driver", "variable", "nvidia_driver_module_file", Cost.NONE),
    ("nvidia_driver", "variable", "nvidia_driver_*", Cost.REBOOT),
    ("nvidia_driver", "file", "/etc/apt/*", Cost.NONE),
    ("nvidia_driver", "*", "*", Cost.REBOOT),
    ("fabric_manager", "variable", "fabric_manager_module_file", Cost.NONE),
    ("fabric_manager", "variable", "fabric_manager_*", Cost.REBOOT),
    ("fabric_manager", "file", "/etc/apt/*", Cost.NONE),
    ("fabric_manager", "*", "*", Cost.REBOOT),
    ("dcgm", "variable", "dcgm_*packages", Cost.NONE),
    ("dcgm", "variable", "dcgm_upgrade", Cost.RESTART),
    ("dcgm", "variable", "dcgm_exporter*", Cost.RESTART),
    ("dcgm", "*", "*", Cost.RESTART),
    ("munge", "variable", "munge_*", Cost.RESTART),
    ("munge", "*", "*", Cost.RESTART),
    ("slurm_database", "variable", "slurm_database_*", Cost.RESTART),
    ("slurm_database", "*", "*", Cost.RESTART),
    ("node_health", "variable", "node_health_*", Cost.NONE),
    ("node_health", "*", "*", Cost.NONE),
    ("slurm_controller", "variable", "slurm_controller_config_dir", Cost.RELOAD),
    ("slurm_controller", "variable", "slurm_controller_*", Cost.RESTART),
    ("slurm_controller", "shipped", "*", Cost.RELOAD),
    ("slurm_controller", "file", "/etc/slurm/*", Cost.RELOAD),
    ("slurm_controller", "*", "*", Cost.RESTART),
    ("slurm_node", "variable", "slurm_node_*", Cost.RESTART),
    ("slurm_node", "*", "*", Cost.RESTART),
    ("slurm_login", "variable", "slurm_login_*", Cost.RESTART),
    ("slurm_login", "*", "*", Cost.RESTART),
)


def cost_of(role: str, kind: str, subject: str, table: tuple[Row, ...] = TABLE) -> Cost:
    """Cost of a change; reboot, the worst there is, for a role that the table does not know."""
    for name, row_kind, pattern, cost in table:
        if name == role and fnmatchcase(kind, row_kind) and fnmatchcase(subject, pattern):
            return cost
    return worst_of(role, table)


def cost_of_all(role: str, variables: Iterable[str]) -> Cost:
    """Cost of a role that is new to a host or is itself another: that of all the variables it has there."""
    return worst([cost_of(role, "role", role), *(cost_of(role, "variable", name) for name in variables)])


def worst_of(role: str, table: tuple[Row, ...] = TABLE) -> Cost:
    """The most that any change of a role costs: what stands for the unknown."""
    return worst(cost for name, _, _, cost in table if name == role) if role in known(table) else Cost.REBOOT


def known(table: tuple[Row, ...] = TABLE) -> frozenset[str]:
    """Roles that the table speaks of."""
    return frozenset(row[0] for row in table)
