"""The --target of plan, apply and verify, and who can be asked there."""

from __future__ import annotations

from pathlib import Path

from dgxops.apply import target as targets
from dgxops.apply.target import Target
from dgxops.cli.common import spec_file
from dgxops.model.node import HostRole
from dgxops.remote import keys
from dgxops.remote.session import Endpoint, Login


def resolved(path: Path, choice: str) -> Target:
    """The machines that a spec stands for: the lab when it is up, else the site."""
    from dgxops import catalogue, spec
    from dgxops.expand import expand

    file = spec_file(path)
    written = spec.load(file)
    return targets.resolve(file, expand(written, catalogue.load()), tuple(written.secrets.command or ()), choice)


def speakers(where: Target) -> tuple[tuple[Endpoint, ...], Login]:
    """Hosts that have Slurm's commands, login nodes first, and how to log in there."""
    cluster = where.cluster
    hosts = (*cluster.hosts_of(HostRole.LOGIN), *cluster.hosts_of(HostRole.HEAD))
    endpoints = tuple(Endpoint(h.name, str(h.management_ip)) for h in hosts)
    return endpoints, Login(where.ssh_user, keys.known_hosts(where.known_hosts), keys.private_keys(where.ssh_key))
