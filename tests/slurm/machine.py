"""A Debian machine with its own Slurm, made once over the lab's base system; it has no network when it is used."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dgxops.lab.image import ensure_image
from dgxops.lab.lock import exclusive
from dgxops.lab.up import Wish, image_plan
from dgxops.model.cluster import Cluster
from dgxops.render import hosts_file, slurm

SCRIPT = Path(__file__).with_name("controller.sh")
PACKAGES = ("iproute2", "mariadb-server", "munge", "procps", "slurm-client", "slurmctld", "slurmd", "slurmdbd")


@dataclass(frozen=True)
class Machine:
    """The root of one tree; ``folder`` holds its layers."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def run(
        self,
        argv: Sequence[str],
        *,
        hostname: str = "trixie",
        online: bool = False,
        bind: Mapping[Path, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """A command inside; what it changes is gone afterwards unless ``online`` (which is for installing)."""
        options = [
            f"--hostname={hostname}",
            *([] if online else ["--private-network", "--volatile=overlay"]),
            *(f"--bind-ro={source}:{target}" for source, target in (bind or {}).items()),
            *(f"--setenv={name}={value}" for name, value in (environment or {}).items()),
        ]
        return subprocess.run(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={self.root}", *options, *argv],
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )


def written(cluster: Cluster, folder: Path) -> Path:
    """The folder, with what is rendered for Slurm and the names of the hosts in it."""
    for path, text in (slurm.artifacts(cluster) | hosts_file.artifacts(cluster)).items():
        (folder / Path(path).name).write_text(text)
    return folder


def led(machine: Machine, cluster: Cluster, folder: Path, ask: str) -> subprocess.CompletedProcess[str]:
    """What a slurmctld on the cluster's first head answers to a script, with the files written to ``folder``."""
    head = cluster.by_name[cluster.slurm.controllers[0]]
    return machine.run(
        ["/bin/sh", "/controller.sh", "/bin/sh", "-c", ask],
        hostname=head.name,
        bind={written(cluster, folder): "/slurm", SCRIPT: "/controller.sh"},
        environment={"ADDRESSES": str(head.management_ip)},
    )


def make(folder: Path) -> Machine:
    """Lay a tree over the lab's base system and install Slurm, without starting anything."""
    with exclusive():
        plan = image_plan(Wish(cluster="", spec=folder, ssh_user="ansible", machines=()))
        base = ensure_image(plan, print)
    machine = Machine(folder)
    for name in ("root", "upper", "work"):
        (folder / name).mkdir(parents=True)
    layers = f"lowerdir={base},upperdir={folder}/upper,workdir={folder}/work"
    subprocess.run(["mount", "-t", "overlay", "dgxops-test", "-o", layers, str(machine.root)], check=True)
    try:
        _install(machine)
    except BaseException:
        discard(machine)
        raise
    return machine


def _install(machine: Machine) -> None:
    policy = machine.root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    steps = "apt-get update --quiet --quiet && apt-get install --quiet --yes --no-install-recommends "
    done = machine.run(
        ["sh", "-c", steps + " ".join(PACKAGES)], online=True, environment={"DEBIAN_FRONTEND": "noninteractive"}
    )
    if done.returncode:
        raise AssertionError(done.stdout[-2000:] + done.stderr[-2000:])


def discard(machine: Machine) -> None:
    subprocess.run(["umount", str(machine.root)], check=True)
