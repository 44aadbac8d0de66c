"""Keys of the lab, made before its machines first boot, so that the first login already knows whom it talks to."""

from __future__ import annotations

from pathlib import Path

from dgxops.lab.machine import LabMachine
from dgxops.lab.shell import run
from dgxops.lab.state import Lab, write_whole


def ensure_keys(lab: Lab) -> None:
    """The lab's own key, a host key a machine, and known_hosts with every machine under its names and address."""
    _ensure_key(lab.ssh_key, f"dgxops lab {lab.cluster}")
    for machine in lab.machines:
        lab.folder(machine).mkdir(parents=True, exist_ok=True)
        _ensure_key(host_key(lab, machine), machine.fqdn)
    write_whole(lab.known_hosts, "".join(_known(lab, m) for m in lab.machines))


def host_key(lab: Lab, machine: LabMachine) -> Path:
    return lab.folder(machine) / "ssh_host_ed25519_key"


def public(key: Path) -> str:
    """The public half of a key, one line."""
    return key.with_name(key.name + ".pub").read_text()


def _ensure_key(path: Path, comment: str) -> None:
    if not path.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path))


def _known(lab: Lab, machine: LabMachine) -> str:
    kind, key, *_ = public(host_key(lab, machine)).split()
    return f"{machine.name},{machine.fqdn},{machine.ip} {kind} {key}\n"
