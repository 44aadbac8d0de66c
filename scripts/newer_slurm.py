#!/usr/bin/env python3
"""Let the Slurm of a newer Debian lead the clusters of inventories/, with the files that are rendered for it.

usage: scripts/newer_slurm.py [--suite forky] [CLUSTER ...]

Builds a tree of that suite in a temporary folder (root, mmdebstrap; half a minute), then starts munged, MariaDB,
slurmdbd and slurmctld in it once for each cluster, without a network, and prints what the controller made of the
topology. Not part of `make test`, for the suite is a moving one: a breakage there would be none of ours.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dgxops.cli.common import load_cluster  # noqa: E402
from dgxops.model.cluster import Cluster  # noqa: E402
from tests.conftest import on  # noqa: E402
from tests.slurm import machine as machines  # noqa: E402
from tests.slurm.machine import PACKAGES, Machine  # noqa: E402

ARCHIVE = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian {} main"
ASK = """
scontrol show config | grep -E 'TopologyPlugin|SLURM_VERSION'
sinfo --noheader --format='%D nodes in %P'
scontrol show topology
"""


def built(folder: Path, suite: str) -> Machine:
    """The suite's Slurm, nothing of it started. A mirror may hold a moving suite's lists longer than they are valid."""
    words = ["mmdebstrap", "--variant=minbase", f"--include=systemd,{','.join(PACKAGES)}", "--quiet"]
    lasting = ["--aptopt=Acquire::Check-Valid-Until false"]
    subprocess.run([*words, *lasting, suite, str(folder / "root"), ARCHIVE.format(suite)], check=True)
    return Machine(folder)


def version_of(machine: Machine) -> str:
    """Its release, "26.05"."""
    said = machine.run(["slurmctld", "-V"]).stdout
    return ".".join(said.split()[1].split(".")[:2])


def led(machine: Machine, cluster: Cluster) -> tuple[bool, str]:
    """Whether a slurmctld on the first head leads the cluster, and what it says."""
    with tempfile.TemporaryDirectory() as name:
        done = machines.led(machine, cluster, Path(name), ASK)
    return done.returncode == 0, done.stdout.strip() or done.stderr.strip()


def main() -> int:
    """0 when the controller led every cluster."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", default="forky")
    parser.add_argument("clusters", nargs="*", metavar="CLUSTER", help="folders of inventories/ (all)")
    asked = parser.parse_args()
    names = asked.clusters or sorted(f.parent.name for f in (ROOT / "inventories").glob("*/cluster.yml"))
    failed = []
    with tempfile.TemporaryDirectory(prefix="dgxops-slurm-") as folder:
        machine = built(Path(folder), asked.suite)
        version = version_of(machine)
        for name in names:
            fine, said = led(machine, on(load_cluster(ROOT / "inventories" / name), version))
            print(f"\n{name}: {'led by' if fine else 'NOT LED by'} Slurm {version}\n  " + said.replace("\n", "\n  "))
            failed += [] if fine else [name]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
