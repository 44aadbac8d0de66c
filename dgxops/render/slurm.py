"""Slurm's cluster-wide files, copied to the controllers as they are; everyone else fetches them from there.

Written for the version in ``cluster.slurm.settings.version``. Parameters were looked up in the manual pages of 24.11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby

from dgxops.model.cluster import Cluster
from dgxops.model.node import System
from dgxops.model.workload import SlurmSettings
from dgxops.render.hostlist import fold
from dgxops.render.slurm_conf import settings, slurm_conf
from dgxops.render.slurm_topology import file_of, topology_text

FOLDER = "files/slurm"


def artifacts(cluster: Cluster) -> dict[str, str]:
    """slurm.conf, gres.conf, cgroup.conf and the version's topology file below files/slurm/."""
    texts = {
        "slurm.conf": slurm_conf(cluster),
        "gres.conf": gres_conf(cluster),
        "cgroup.conf": cgroup_conf(cluster.slurm.settings),
        file_of(cluster.slurm.settings.version): topology_text(cluster.slurm),
    }
    return {f"{FOLDER}/{name}": _header(cluster, name) + text for name, text in texts.items()}


def _header(cluster: Cluster, name: str) -> str:
    version = cluster.slurm.settings.version
    return (
        f"# {name} of cluster {cluster.name}, for Slurm {version}.\n"
        "# Written by dgxops render: change cluster.yml and render again, not this file.\n\n"
    )


def gres_conf(cluster: Cluster) -> str:
    """The GPUs of every kind of node: device files, and the cores next to them."""
    lines = (line for system in cluster.systems for line in _gpu_lines(system, fold(_names_with(cluster, system))))
    return "\n".join(lines) + "\n"


def _names_with(cluster: Cluster, system: System) -> Iterator[str]:
    return (n.name for n in cluster.nodes if n.system is system)


def _gpu_lines(system: System, nodes: str) -> Iterator[str]:
    """One line a run of GPUs that share their cores, one of all where their cores are not known.

    The flag sets CUDA_VISIBLE_DEVICES and no other vendor's name.
    """
    known = system.gpu.cores or ("",) * system.gpu.count
    for cores, run in groupby(range(system.gpu.count), key=lambda index: known[index]):
        files = fold(gpu_device(index) for index in run)
        beside = f" Cores={cores}" if cores else ""
        yield f"NodeName={nodes} Name=gpu Type={system.gpu.slurm_type} File={files}{beside} Flags=nvidia_gpu_env"


def gpu_device(index: int) -> str:
    """Device file of a GPU."""
    return f"/dev/nvidia{index}"


def cgroup_conf(slurm: SlurmSettings) -> str:
    """What jobs are confined to. Cores, memory and devices on real nodes."""
    lines = [f"CgroupPlugin={slurm.cgroup_plugin}"] if slurm.cgroup_plugin else []
    answer = "yes" if slurm.constrain else "no"
    lines += [f"{what}={answer}" for what in ("ConstrainCores", "ConstrainDevices", "ConstrainRAMSpace")]
    return "\n".join(lines) + "\n"


def restart_token(cluster: Cluster, daemon: str) -> str:
    """Digest of what ``daemon`` reads only when it starts; while it stays the same a reload is enough.

    ``scontrol reconfigure`` (23.11 and later) starts new processes and so takes nearly everything over, nodes and
    topology included; the manual pages except ports, authentication, the Cores of gres.conf and what is marked
    ``restart`` in :mod:`dgxops.render.slurm_conf`.
    """
    lines = [str(s) for _, section in settings(cluster) for s in section if daemon in s.restart]
    if daemon == "slurmctld":
        lines += sorted({f"{s.id} {cores}" for s in cluster.systems for cores in s.gpu.cores})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
