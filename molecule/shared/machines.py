#!/usr/bin/env python3
"""Inventory script: how to reach the lab machines of a scenario; who they are is in the rendered tree."""

from __future__ import annotations

import json

from dgxops.lab.state import find_lab


def connection() -> dict[str, str]:
    """Variables of all hosts; empty while no lab is up."""
    lab = find_lab("molecule")
    if lab is None:
        return {}
    return {
        "ansible_user": lab.ssh_user,
        "ansible_ssh_private_key_file": str(lab.ssh_key),
        "ansible_ssh_common_args": f"-o StrictHostKeyChecking=yes -o UserKnownHostsFile={lab.known_hosts}",
    }


if __name__ == "__main__":
    print(json.dumps({"_meta": {"hostvars": {}}, "all": {"vars": connection()}}))
