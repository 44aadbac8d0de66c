#!/usr/bin/env python3
"""Inventory script: how to reach the lab machines of a scenario; who they are is in the rendered tree."""

from __future__ import annotations

import json

from dgxops.lab.sources import DISTRIBUTIONS, archives_for, host_archives, host_release, mirror_of
from dgxops.lab.state import find_lab

DEBIAN = DISTRIBUTIONS["debian-13"]


def connection() -> dict[str, str]:
    """Variables of all hosts; empty while no lab is up."""
    lab = find_lab("molecule")
    if lab is None:
        return {}
    return {
        "ansible_user": lab.ssh_user,
        "ansible_ssh_private_key_file": str(lab.ssh_key),
        "ansible_ssh_common_args": f"-o StrictHostKeyChecking=yes -o UserKnownHostsFile={lab.known_hosts}",
        "reachable_mirror": mirror(),
    }


def mirror() -> str:
    """The mirror that this host has its packages from, and the machines theirs, as ``dgx_os_mirror`` would name it."""
    return mirror_of(archives_for(DEBIAN, host_release(), host_archives())) or DEBIAN.archive.removesuffix("/debian")


if __name__ == "__main__":
    print(json.dumps({"_meta": {"hostvars": {}}, "all": {"vars": connection()}}))
