"""Hand-made values that the lab's tests share."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from dgxops.lab.machine import LabMachine
from dgxops.lab.state import Lab
from dgxops.lab.up import Wish
from dgxops.model.node import HostRole

NAME = "dgxops-test"
NETWORK = "10.99.243"


def machine(name: str, role: HostRole, number: int, gpus: int = 0) -> LabMachine:
    return LabMachine(
        name=name,
        fqdn=f"{name}.{NAME}.example.com",
        role=role,
        ip=IPv4Address(f"{NETWORK}.{number}"),
        prefix=24,
        gateway=IPv4Address(f"{NETWORK}.1"),
        gpus=gpus,
        shared="/srv/slurm/state" if role is HostRole.HEAD else "",
    )


HEADS = (machine("head-01", HostRole.HEAD, 11), machine("head-02", HostRole.HEAD, 12))
DGX = machine("dgx-001", HostRole.DGX, 101, gpus=8)
MACHINES = (*HEADS, DGX)


def wish(**changes: object) -> Wish:
    plain = Wish(cluster=NAME, spec=Path("/nowhere/cluster.yml"), ssh_user="ansible", machines=MACHINES)
    return replace(plain, **changes)  # type: ignore[arg-type]


def lab(**changes: object) -> Lab:
    plain = Lab(NAME, Path("/nowhere/cluster.yml"), "debian-13", Path("/nowhere/base"), "ansible", MACHINES)
    return replace(plain, **changes)  # type: ignore[arg-type]
