"""Starting and ending one machine: an overlay in a mount namespace of its own, and systemd-nspawn in it."""

from __future__ import annotations

from pathlib import Path

from dgxops.lab.cell import Cell, cell
from dgxops.lab.machine import LabMachine
from dgxops.lab.node import device_folder, prepare, stand_ins
from dgxops.lab.state import Lab

# The overlay is mounted where no one else sees it, so a machine that dies, however it dies, leaves no mount behind;
# nspawn's own notes under /run are kept from the host in the same way.
_BOOT = """
set -e
mkdir -p /run/systemd
mount -t overlay dgxops-lab -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t tmpfs dgxops-lab /run/systemd
folder=$2
shift 2
exec systemd-nspawn --directory="$folder/root" "$@"
"""


def cell_of(lab: Lab, machine: LabMachine) -> Cell:
    return cell(lab.cluster, machine.name)


def console_log(lab: Lab, machine: LabMachine) -> Path:
    return lab.folder(machine) / "console.log"


def start(lab: Lab, machine: LabMachine) -> None:
    """Boot a machine that is not running; returns before it is up."""
    own = cell_of(lab, machine)
    own.kill()
    prepare(lab, machine)
    argv = ["unshare", "--mount", "--propagation=private", "sh", "-c", _BOOT, "boot"]
    argv += [str(lab.image), str(lab.folder(machine)), *nspawn_options(lab, machine)]
    own.start(argv, console_log(lab, machine), {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})


def nspawn_options(lab: Lab, machine: LabMachine) -> list[str]:
    """systemd-nspawn's options for one machine, less the folder."""
    binds = [f"--bind={device_folder(lab) / name}:/dev/{name}" for name in stand_ins(machine)]
    if machine.shared:
        binds.append(f"--bind={lab.shared_state}:{machine.shared}")
    return [
        "--quiet",
        f"--machine={machine.name}-{lab.tag}",
        f"--hostname={machine.name}",
        f"--network-bridge={lab.bridge}",
        *binds,
        "--register=no",
        "--keep-unit",
        "--link-journal=no",
        "--resolv-conf=off",
        "--timezone=off",
        "--setenv=SYSTEMD_COLORS=0",
        "--boot",
    ]


def kill(lab: Lab, machine: LabMachine) -> None:
    """End a machine as a loss of power would."""
    cell_of(lab, machine).kill()
