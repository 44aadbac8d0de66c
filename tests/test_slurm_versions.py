"""The installed Slurm is the version that slurm.conf is written for, or the role's proof says which it is instead."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from dgxops.model.cluster import Cluster
from dgxops.render.role_vars import slurm

ROLES = Path(__file__).parent.parent / "roles"
PROGRAMS = {"slurm_controller": "slurmctld", "slurm_node": "slurmd", "slurm_login": "sinfo"}


@pytest.mark.parametrize("role", PROGRAMS)
@pytest.mark.parametrize(
    ("installed", "right"),
    [
        ("slurm-wlm 24.11.5", True),  # Debian's
        ("slurm 24.11.0-0rc1", True),  # SchedMD's own
        ("slurm-wlm 23.11.4", False),
        ("slurm 25.05.1", False),
        ("slurm 24.110.1", False),
        ("slurm 124.11.1", False),
    ],
)
def test_the_proof_tells_versions_apart(role: str, installed: str, right: bool, tmp_path: Path) -> None:
    program = tmp_path / PROGRAMS[role]
    program.write_text(f'#!/bin/sh\n[ "$1" = -V ] && echo "{installed}"\n')
    program.chmod(0o755)
    script = yaml.safe_load((ROLES / role / "vars/main.yml").read_text())[f"__{role}_version_held"]
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", script, "sh", "24.11"], env=path, capture_output=True, text=True)
    assert (done.returncode == 0) is right
    assert right or f"{installed}, but slurm.conf is written for Slurm 24.11" in done.stderr


@pytest.mark.parametrize("role", PROGRAMS)
def test_the_proof_is_run_with_the_version_of_the_release(role: str, pod1: Cluster) -> None:
    assert slurm.group_variables(pod1)[role][f"{role}_version"] == pod1.release.slurm == "24.11"
    argv = [task.get("ansible.builtin.command", {}).get("argv", []) for task in _verify(role)]
    assert ["sh", "-c", f"{{{{ __{role}_version_held }}}}", "sh", f"{{{{ {role}_version }}}}"] in argv


def _verify(role: str) -> list[dict[str, dict[str, list[str]]]]:
    tasks: list[dict[str, dict[str, list[str]]]] = yaml.safe_load((ROLES / role / "tasks/verify.yml").read_text())
    return tasks
