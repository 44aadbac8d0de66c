"""What makes a machine itself on top of the common base: its name, address, keys and stand-in devices."""

from __future__ import annotations

import os
import shutil
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path

from dgxops.lab.keys import host_key, public
from dgxops.lab.machine import LabMachine
from dgxops.lab.network import resolver_text
from dgxops.lab.state import Lab
from dgxops.lab.supply import apt_lines

NVIDIA_MAJOR = 195  # character devices of the NVIDIA driver (Linux Documentation/admin-guide/devices.txt)
CONTROL_MINOR = 255


@dataclass(frozen=True, slots=True)
class NodeFile:
    """One file of a machine; ``home`` marks those that belong to the login user."""

    path: str
    text: str
    mode: int = 0o644
    home: bool = False


def files_of(lab: Lab, machine: LabMachine) -> tuple[NodeFile, ...]:
    """Every file that a machine has and the base has not."""
    key = host_key(lab, machine)
    return (
        NodeFile("etc/hostname", f"{machine.name}\n"),
        NodeFile("etc/hosts", f"127.0.0.1 localhost\n{machine.ip} {machine.fqdn} {machine.name}\n"),
        NodeFile("etc/machine-id", f"{uuid.uuid4().hex}\n", 0o444),
        NodeFile("etc/resolv.conf", resolver_text()),
        NodeFile("etc/apt/apt.conf.d/95dgxops-lab-packages", apt_lines(lab)),
        NodeFile("etc/systemd/network/10-lab.network", _network(machine)),
        NodeFile("etc/ssh/ssh_host_ed25519_key", key.read_text(), 0o600),
        NodeFile("etc/ssh/ssh_host_ed25519_key.pub", public(key)),
        NodeFile(f"home/{lab.ssh_user}/.ssh/authorized_keys", public(lab.ssh_key), 0o600, home=True),
    )


def _network(machine: LabMachine) -> str:
    return (
        "[Match]\nName=host0\n\n"
        f"[Network]\nAddress={machine.interface}\nGateway={machine.gateway}\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n"
    )


def prepare(lab: Lab, machine: LabMachine) -> None:
    """Make a machine's overlay ready to boot; one that was booted before keeps everything it holds."""
    folder = lab.folder(machine)
    for name in ("work", "root"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "upper").exists():
        _fill(lab, machine, folder / "upper.new")
        (folder / "upper.new").rename(folder / "upper")


def empty(lab: Lab, machine: LabMachine) -> None:
    """Forget all that a machine (which must not run) wrote; the next boot is its first. Its host key stays."""
    for name in ("upper", "upper.new", "work", "root"):
        shutil.rmtree(lab.folder(machine) / name, ignore_errors=True)


def empty_shared(lab: Lab) -> None:
    """Forget what the heads (none of which must run) wrote into their shared folder."""
    shutil.rmtree(lab.shared_state, ignore_errors=True)
    lab.shared_state.mkdir(parents=True)


def _fill(lab: Lab, machine: LabMachine, upper: Path) -> None:
    shutil.rmtree(upper, ignore_errors=True)
    upper.mkdir()
    upper.chmod(0o755)
    owner = (lab.image / "home" / lab.ssh_user).stat()
    for file in files_of(lab, machine):
        path = upper / file.path
        _mirror_folders(lab.image, upper, path.parent)
        path.write_text(file.text)
        path.chmod(file.mode)
        if file.home:
            path.parent.chmod(0o700)
            for mine in (path, path.parent):
                os.chown(mine, owner.st_uid, owner.st_gid)


def _mirror_folders(image: Path, upper: Path, folder: Path) -> None:
    """Make a folder of the overlay with the owner and mode that the base has for it: the overlay's word counts."""
    if folder == upper or folder.exists():
        return
    _mirror_folders(image, upper, folder.parent)
    folder.mkdir()
    folder.chmod(0o755)
    below = image / folder.relative_to(upper)
    if below.is_dir():
        status = below.stat()
        os.chown(folder, status.st_uid, status.st_gid)
        folder.chmod(stat.S_IMODE(status.st_mode))


def stand_ins(machine: LabMachine) -> dict[str, int]:
    """Device name below /dev -> minor number of the stand-ins for a machine's GPUs; empty where it has none."""
    gpus = {f"nvidia{n}": n for n in range(machine.gpus)}
    return gpus | {"nvidiactl": CONTROL_MINOR} if gpus else {}


def ensure_devices(lab: Lab) -> None:
    """Device nodes for all machines to bind: of the driver's numbers, with no driver behind them."""
    folder = device_folder(lab)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: minor for machine in lab.machines for name, minor in stand_ins(machine).items()}
    for name, minor in wanted.items():
        if not (folder / name).exists():
            os.mknod(folder / name, 0o666 | stat.S_IFCHR, os.makedev(NVIDIA_MAJOR, minor))
            (folder / name).chmod(0o666)


def device_folder(lab: Lab) -> Path:
    return lab.root / "devices"
