"""Plugin names by version of Slurm: slurmctld does not start with one that it cannot load.

Source: the folders below src/plugins/ of SchedMD/slurm at the tags slurm-23-11-11-1, slurm-24-05-8-1,
slurm-24-11-7-1, slurm-25-05-8-1 and slurm-25-11-7-1, without the shared code ("common", "other"); and
src/common/read_config.c there for the keys that take "none" to mean no plugin. accounting_storage/mysql is
slurmdbd's own: slurmctld refuses it (the same file).
"""

from __future__ import annotations

from dgxops.check.slurm.keys import Version

_ALWAYS: dict[str, frozenset[str]] = {
    "topologyplugin": frozenset({"topology/block", "topology/tree"}),
    "selecttype": frozenset({"select/cons_tres", "select/linear"}),
    "proctracktype": frozenset({"proctrack/cgroup", "proctrack/linuxproc", "proctrack/pgid"}),
    "taskplugin": frozenset({"task/affinity", "task/cgroup"}),
    "accountingstoragetype": frozenset({"accounting_storage/slurmdbd"}),
    "jobacctgathertype": frozenset({"jobacct_gather/cgroup", "jobacct_gather/linux"}),
    "switchtype": frozenset({"switch/hpe_slingshot"}),
}
_FROM_TO: tuple[tuple[str, str, Version, Version], ...] = (
    # key, plugin, first version, last version
    ("topologyplugin", "topology/3d_torus", (23, 11), (24, 11)),
    ("topologyplugin", "topology/default", (23, 11), (25, 11)),  # taken for topology/flat from 25.05 on
    ("topologyplugin", "topology/flat", (25, 5), (25, 11)),
    ("selecttype", "select/cray_aries", (23, 11), (23, 11)),
    ("proctracktype", "proctrack/cray_aries", (23, 11), (23, 11)),
    ("taskplugin", "task/cray_aries", (23, 11), (23, 11)),
    ("accountingstoragetype", "accounting_storage/ctld_relay", (24, 5), (25, 11)),
    ("switchtype", "switch/cray_aries", (23, 11), (23, 11)),
    ("switchtype", "switch/nvidia_imex", (24, 5), (25, 11)),
)
NONE_IS_FINE = frozenset({"topologyplugin", "taskplugin", "accountingstoragetype", "jobacctgathertype", "switchtype"})
KEYS = tuple(_ALWAYS)


def known(key: str, version: Version) -> frozenset[str]:
    """Values of ``key`` (in lower case) that this version can load."""
    return _ALWAYS[key] | {name for k, name, first, last in _FROM_TO if k == key and first <= version <= last}
