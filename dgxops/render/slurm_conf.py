"""slurm.conf. Every parameter was looked up in the manual page of Slurm 24.11, slurm.conf(5).

Hosts are given with their addresses, which are functions of position: no daemon depends on how a host resolves names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from dgxops.model.absence import Away
from dgxops.model.cluster import Cluster
from dgxops.model.node import Host, System
from dgxops.model.release import IMEX_CHANNELS_SINCE, numbers
from dgxops.model.workload import Partition, SlurmSettings
from dgxops.render.hostlist import fold
from dgxops.render.slurm_topology import topology_of

DEFAULT_TREE_WIDTH = 16
TREE_HOPS = 3
IMEX_CHANNELS = 2048
_DOWN = {Away.REPAIR: "DOWN", Away.RETIRED: "FUTURE"}
HEALTH_PROGRAM = "/usr/libexec/dgxops/slurm-health"  # of role node_health


@dataclass(frozen=True, slots=True)
class Setting:
    """One line ``key=value``. ``restart`` names the daemons that cannot take a new value over while they run."""

    key: str
    value: str
    restart: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


SLURMCTLD = ("slurmctld",)
EVERY_DAEMON = ("slurmctld", "slurmd")


def settings(cluster: Cluster) -> list[tuple[str, list[Setting]]]:
    """Sections of the file, each under its comment, without nodes and partitions."""
    slurm = cluster.slurm
    return [
        ("Who controls the cluster, and how its parts trust each other", _control(cluster)),
        ("Jobs on a node", _on_node(slurm.settings)),
        ("Accounting", _accounting(cluster.by_name[slurm.database], slurm.settings)),
        ("What a job may ask for", _selection(cluster)),
        ("Health of nodes (role node_health)", _health()),
        ("Patience, in seconds, and messages", _timers(len(cluster.nodes))),
    ]


def _control(cluster: Cluster) -> list[Setting]:
    slurm = cluster.slurm
    hosts = (f"{name}({cluster.by_name[name].management_ip})" for name in slurm.controllers)
    return [
        Setting("ClusterName", slurm.cluster_name, SLURMCTLD),
        *(Setting("SlurmctldHost", host) for host in hosts),
        Setting("SlurmctldParameters", "enable_configless", SLURMCTLD),
        Setting("SlurmctldPidFile", "/run/slurmctld/slurmctld.pid"),
        Setting("SlurmUser", "slurm", EVERY_DAEMON),
        Setting("StateSaveLocation", slurm.settings.state_save_location, SLURMCTLD),
        Setting("SlurmdSpoolDir", "/var/spool/slurmd", ("slurmd",)),
        Setting("AuthType", "auth/munge", EVERY_DAEMON),
        Setting("CredType", "cred/munge", EVERY_DAEMON),
    ]


def _on_node(slurm: SlurmSettings) -> list[Setting]:
    lines = [Setting("ProctrackType", slurm.proctrack_type), Setting("TaskPlugin", slurm.task_plugin)]
    if _in_cgroups(slurm):
        lines.append(Setting("PrologFlags", "Contain"))
    if slurm.slurmd_parameters:
        lines.append(Setting("SlurmdParameters", ",".join(slurm.slurmd_parameters)))
    return [*lines, Setting("PropagateResourceLimitsExcept", "MEMLOCK")]


def _in_cgroups(slurm: SlurmSettings) -> bool:
    return slurm.proctrack_type == "proctrack/cgroup"


def _accounting(database: Host, slurm: SlurmSettings) -> list[Setting]:
    return [
        Setting("AccountingStorageType", "accounting_storage/slurmdbd", SLURMCTLD),
        Setting("AccountingStorageHost", str(database.management_ip)),
        Setting("AccountingStorageTRES", "gres/gpu", SLURMCTLD),
        Setting("JobAcctGatherType", f"jobacct_gather/{'cgroup' if _in_cgroups(slurm) else 'linux'}"),
    ]


def _health() -> list[Setting]:
    """The interval is DeepOps', the states are OCI's: idle nodes, drained ones too, one after the other.

    slurmd runs the program when it starts as well, before it registers.
    """
    return [
        Setting("HealthCheckProgram", HEALTH_PROGRAM),
        Setting("HealthCheckInterval", "300"),
        Setting("HealthCheckNodeState", "IDLE,CYCLE"),
    ]


def _selection(cluster: Cluster) -> list[Setting]:
    lines = [
        Setting("SelectType", "select/cons_tres", SLURMCTLD),
        Setting("SelectTypeParameters", "CR_Core_Memory", SLURMCTLD),
        Setting("GresTypes", "gpu", EVERY_DAEMON),
        Setting("TopologyPlugin", f"topology/{'block' if cluster.slurm.blocks else 'tree'}", SLURMCTLD),
    ]
    lines += _channels(cluster)
    share = _memory_share(cluster.systems)
    return [*lines, Setting("DefMemPerCPU", str(share))] if share else lines


def _channels(cluster: Cluster) -> list[Setting]:
    """An IMEX channel of its own for each job, where nodes share memory over NVLink, so that no user reaches another's.

    The plugin came with 24.05; Debian 13 has it (24.11.5, switch_nvidia_imex.so of slurm-wlm-basic-plugins), and its
    slurmctld loads it (tests/slurm/). On a node without channels slurmd says so and goes on (imex_device.c there). The
    number is the default of slurm.conf(5).
    """
    if not cluster.imex_domains or numbers(cluster.slurm.settings.version) < IMEX_CHANNELS_SINCE:
        return []
    return [
        Setting("SwitchType", "switch/nvidia_imex", EVERY_DAEMON),
        Setting("SwitchParameters", f"imex_channel_count={IMEX_CHANNELS}", EVERY_DAEMON),
    ]


def _memory_share(systems: tuple[System, ...]) -> int:
    """MB a CPU that every kind of node can give to all its CPUs: without it a job takes the whole node's memory."""
    return min((s.real_memory_mb // s.cpu.cpus for s in systems if s.real_memory_mb and s.cpu), default=0)


def _timers(nodes: int) -> list[Setting]:
    """ReturnToService=1: what went down for another reason than silence waits for a person. The first two are defaults;

    ResumeTimeout (a DGX takes minutes to boot) is DeepOps' value, UnkillableStepTimeout OCI's.
    """
    return [
        Setting("ReturnToService", "1"),
        Setting("SlurmctldTimeout", "120"),
        Setting("SlurmdTimeout", "300"),
        Setting("ResumeTimeout", "900"),
        Setting("UnkillableStepTimeout", "600"),
        Setting("TreeWidth", str(tree_width(nodes))),
    ]


def tree_width(nodes: int) -> int:
    """Fan-out with which three message hops reach ``nodes`` nodes; Slurm's default of 16 does so up to 4,368."""
    width = DEFAULT_TREE_WIDTH
    while sum(width**hop for hop in range(1, TREE_HOPS + 1)) < nodes:
        width += 1
    return width


def node_lines(cluster: Cluster) -> Iterator[str]:
    """One line a run of alike nodes, by position: Slurm lays tasks out in this order.

    ``NodeAddr`` is paired with ``NodeName`` by place.
    """
    for system, alike in groupby(cluster.nodes, key=lambda node: node.system):
        if system:
            yield _node_line(system, tuple(alike))


def down_lines(cluster: Cluster) -> Iterator[str]:
    """A line for those that are away alike, beside the NodeName line, so that it stays as it is.

    Tried with Slurm 24.11: DOWN keeps its reason, and what was down here stays so after the line goes, until a person
    resumes it; a FUTURE node is kept in its place and shown by no command.
    """
    for absence, names in cluster.absent:
        reason = str(absence).replace("#", "\\#")  # a bare one begins a comment, in quotes too
        yield f'DownNodes={fold(names)} State={_DOWN[absence.kind]} Reason="{reason}"'


def _node_line(system: System, nodes: tuple[Host, ...]) -> str:
    fields = {
        "NodeName": fold(n.name for n in nodes),
        "NodeAddr": fold(str(n.management_ip) for n in nodes),
        **_size(system),
        "Gres": f"gpu:{system.gpu.slurm_type}:{system.gpu.count}",
        "State": "UNKNOWN",
    }
    return " ".join(f"{key}={value}" for key, value in fields.items())


def _size(system: System) -> dict[str, int]:
    """What the node has of processors and memory; what nobody knows is left to Slurm's defaults, never guessed."""
    cpu, memory = system.cpu, system.real_memory_mb
    layout = (
        {"Sockets": cpu.sockets, "CoresPerSocket": cpu.cores_per_socket, "ThreadsPerCore": cpu.threads_per_core}
        if cpu
        else {}
    )
    return layout | ({"RealMemory": memory} if memory else {})


def partition_line(partition: Partition, topology: str = "") -> str:
    """One partition; its limits are Slurm's defaults but for the run time. ``topology`` is empty for the default."""
    fields = {
        "PartitionName": partition.name,
        "Nodes": fold(partition.nodes),
        "Default": "YES" if partition.default else "NO",
        "MaxTime": partition.max_time,
        "State": partition.state,
        **({"Topology": topology} if topology else {}),
    }
    return " ".join(f"{key}={value}" for key, value in fields.items())


def slurm_conf(cluster: Cluster) -> str:
    """The whole file, without its first comment line."""
    sections = [[f"# {title}", *map(str, lines)] for title, lines in settings(cluster)]
    nodes = ["# Nodes, as the catalogue describes their system", *node_lines(cluster), *down_lines(cluster)]
    partitions = ["# Partitions", *(partition_line(p, topology_of(cluster.slurm, p)) for p in cluster.slurm.partitions)]
    return "\n\n".join("\n".join(section) for section in (*sections, nodes, partitions)) + "\n"
