"""What a site's tools print of a cluster, as far as import reads it."""

from __future__ import annotations

from collections import defaultdict

from dgxops import catalogue, spec
from dgxops.expand import expand
from dgxops.model.cluster import Cluster
from dgxops.nodeset import fold


def cluster_of(text: str) -> Cluster:
    return expand(spec.loads("cluster.yml", text.encode()), catalogue.load())


def rows(cluster: Cluster) -> str:
    links = (link for f in cluster.fabrics for link in f.links)
    return "a_name,a_port,z_name,z_port\n" + "".join(
        f"{k.a.device},{k.a.port},{k.z.device},{k.z.port}\n" for k in links
    )


def nodes(cluster: Cluster, memory: int | None = None) -> str:
    """As `scontrol show node` prints them."""
    member: dict[str, list[str]] = defaultdict(list)
    for partition in cluster.slurm.partitions:
        for name in partition.nodes:
            member[name].append(partition.name)
    made = []
    for node in cluster.nodes:
        assert node.system is not None
        assert node.system.cpu is not None
        cpu, gpu = node.system.cpu, node.system.gpu
        made.append(
            f"NodeName={node.name} Arch=x86_64 CoresPerSocket={cpu.cores_per_socket}\n"
            f"   Gres=gpu:{gpu.slurm_type}:{gpu.count}(S:0-1)\n   NodeAddr={node.management_ip} Version=24.11\n"
            f"   RealMemory={memory or node.system.real_memory_mb or 500000} Sockets={cpu.sockets} Boards=1\n"
            f"   ThreadsPerCore={cpu.threads_per_core} TmpDisk=0\n   Partitions={','.join(member[node.name])}\n\n"
        )
    return "".join(made)


def partitions(cluster: Cluster) -> str:
    """As `scontrol show partition` prints them."""
    return "".join(
        f"PartitionName={p.name}\n   AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL\n"
        f"   AllocNodes=ALL Default={'YES' if p.default else 'NO'} QoS=N/A\n"
        f"   MaxNodes=UNLIMITED MaxTime={p.max_time} MinNodes=0 LLN=NO\n   Nodes={fold(p.nodes)}\n   State=UP\n\n"
        for p in cluster.slurm.partitions
    )


def config(cluster: Cluster) -> str:
    """As `scontrol show config` prints it."""
    heads = [h for h in cluster.hosts if h.role.value == "head"]
    lines = [f"SlurmctldHost[{i}]       = {h.name}({h.management_ip})" for i, h in enumerate(heads)]
    return "\n".join(
        [
            "Configuration data as of 2026-11-24T10:00:00",
            "AccountingStorageBackupHost = (null)",
            f"ClusterName             = {cluster.name}",
            "SLURM_VERSION           = 24.11.5",
            *lines,
            "",
            "Slurmctld(primary) at head-01 is UP",
        ]
    )
