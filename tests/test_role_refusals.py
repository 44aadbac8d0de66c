"""What a role reads of a host before it changes anything, and refuses: its validate.yml alone, on this machine.

Values that a role refuses on hosts of a cluster are tried by its scenario (molecule/<role>/scenario.yml).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: %s, tasks_from: validate.yml}
"""


def validate(tmp_path: Path, role: str, **variables: Any) -> str:
    """What ansible-playbook says while it holds this machine against these variables of a role."""
    (tmp_path / "play.yml").write_text(PLAY % role)
    words = [str(Path(sys.executable).with_name("ansible-playbook")), "--inventory=localhost,", "play.yml"]
    settings = {"ANSIBLE_ROLES_PATH": str(ROOT / "roles"), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOME": str(tmp_path)}
    done = subprocess.run(
        [*words, "--extra-vars", json.dumps({"ansible_python_interpreter": sys.executable} | variables)],
        cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout + done.stderr


def admins(*people: tuple[str, int]) -> dict[str, Any]:
    return {"access_admins": [{"name": name, "uid": uid, "keys": ["ssh-ed25519 AAAA"]} for name, uid in people]}


def test_a_number_that_is_somebody_elses_on_the_host_is_refused(tmp_path: Path) -> None:
    said = validate(tmp_path, "access", **admins(("anna", 26846), ("eve", 65534)))
    assert "localhost: access_admins.uid: eve is to be 65534, but on this host nobody is 65534" in said
    assert "anna is to be" not in said


def test_one_number_for_two_admins_is_refused(tmp_path: Path) -> None:
    said = validate(tmp_path, "access", **admins(("anna", 26846), ("bert", 26846)))
    assert "localhost: access_admins.uid: anna with the number of bert is not one account" in said


def controllers(state_directory: str, **more: Any) -> dict[str, Any]:
    return {
        "slurm_controller_hosts": ["localhost", "head-02"],
        "slurm_controller_state_directory": state_directory,
        "slurm_controller_version": "24.11",
        "slurm_controller_config_dir": str(ROOT / "inventories/mini/rendered/files/slurm"),
        **more,
    }


def test_a_mount_that_one_host_alone_can_have_is_refused_for_two_controllers(tmp_path: Path) -> None:
    said = validate(tmp_path, "slurm_controller", **controllers("/dev/shm/slurm/state"))
    assert "localhost: slurm_controller_state_directory: /dev/shm/slurm/state is on /dev/shm" in said
    assert "a file system of this host alone (tmpfs), but 2 controllers (localhost, head-02) must share it" in said


def test_the_lab_may_trust_a_mount_of_any_kind(tmp_path: Path) -> None:
    trusted = {"slurm_controller_trust_local_mount": True}
    assert "failed=0" in validate(tmp_path, "slurm_controller", **controllers("/dev/shm/slurm/state", **trusted))
    said = validate(tmp_path, "slurm_controller", **controllers("/slurm-state", **trusted))
    assert "/slurm-state is not on a mount point of its own" in said


def nvlink(tmp_path: Path, listed: str, **more: Any) -> dict[str, Any]:
    """IMEX on a host without a driver, with a list of its domain."""
    nodes = tmp_path / "nodes_config.cfg"
    nodes.write_text(listed)
    return {
        "fabric_manager_packages": ["nvidia-imex"],
        "fabric_manager_services": ["nvidia-imex.service"],
        "fabric_manager_branch": "580",
        "fabric_manager_imex_nodes": str(nodes),
        **more,
    }


def test_a_list_without_the_host_is_refused(tmp_path: Path) -> None:
    """IMEX ends at once where no line is an address of its own host."""
    said = validate(tmp_path, "fabric_manager", **nvlink(tmp_path, "198.51.100.1\n198.51.100.2\n"))
    assert "nodes_config.cfg has none of the host's own addresses (" in said


def test_a_list_of_names_is_refused(tmp_path: Path) -> None:
    said = validate(tmp_path, "fabric_manager", **nvlink(tmp_path, "198.51.100.1\ntray-02\n"))
    assert "nodes_config.cfg: 'tray-02' is not an address" in said


def test_a_host_without_a_driver_gets_no_fabric_manager(tmp_path: Path) -> None:
    """It has nothing to be of the same version as; check mode foresees that both are installed."""
    alone = {"fabric_manager_imex_nodes": None, "fabric_manager_packages": ["nvidia-fabricmanager"],
             "fabric_manager_services": ["nvidia-fabricmanager.service"]}  # fmt: skip
    said = validate(tmp_path, "fabric_manager", **nvlink(tmp_path, "", **alone))
    assert "no driver is installed, and nvidia-fabricmanager wants its own; nvidia_driver comes first" in said


def test_another_driver_is_refused_and_both_are_named(tmp_path: Path) -> None:
    module = tmp_path / "version"
    module.write_text("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build\n")
    here = {
        "fabric_manager_imex_nodes": None,
        "fabric_manager_packages": ["nvidia-fabricmanager", "libnvsdm"],
        "fabric_manager_services": ["nvidia-fabricmanager.service"],
        "fabric_manager_module_file": str(module),
    }
    said = validate(tmp_path, "fabric_manager", **nvlink(tmp_path, "", **here, fabric_manager_version="580.126.20"))
    assert "driver 580.95.05 is loaded, and nvidia-fabricmanager 580.126.20 is wanted" in " ".join(said.split())
    drained = {"fabric_manager_version": "580.126.20", "fabric_manager_upgrade": True}
    assert "failed=0" in validate(tmp_path, "fabric_manager", **nvlink(tmp_path, "", **here, **drained))
    assert "failed=0" in validate(tmp_path, "fabric_manager", **nvlink(tmp_path, "", **here))
