"""What the Slurm roles are told: every variable they require, and no other; never a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dgxops.lab.profile import for_lab
from dgxops.model.cluster import Cluster
from dgxops.render.role_vars import slurm

ROLES = Path(__file__).parent.parent.parent / "roles"
GROUP = {
    "munge": {"managed"},
    "slurm_database": {"slurm_database"},
    "slurm_controller": {"slurm_controller"},
    "slurm_node": {"slurm_node", "platform_dgx_h100"},
    "slurm_login": {"slurm_login"},
}
SECRETS = {"munge_key", "slurm_database_password"}
TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "list": list, "bool": bool, "dict": dict}


def options(role: str) -> dict[str, dict[str, Any]]:
    spec = yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text())
    found: dict[str, dict[str, Any]] = spec["argument_specs"]["main"]["options"]
    return found


def given(cluster: Cluster, role: str) -> dict[str, object]:
    groups = slurm.group_variables(cluster)
    return {name: value for group in GROUP[role] for name, value in groups[group].items() if name.startswith(role)}


@pytest.mark.parametrize("role", GROUP)
@pytest.mark.parametrize("lab", [False, True])
def test_a_role_gets_what_it_requires_and_nothing_it_does_not_know(pod1: Cluster, role: str, lab: bool) -> None:
    told = given(for_lab(pod1, 2) if lab else pod1, role)
    required = {name for name, option in options(role).items() if option.get("required")}
    assert required - SECRETS <= told.keys() <= options(role).keys() - SECRETS
    for name, value in told.items():
        assert isinstance(value, TYPES[options(role)[name]["type"]]), name


def test_only_the_folder_to_ship_is_jinja(pod1: Cluster) -> None:
    texts = [str(v) for variables in slurm.group_variables(pod1).values() for v in variables.values()]
    assert [t for t in texts if "{{" in t] == ["{{ inventory_dir }}/files/slurm"]


def test_gpu_devices_go_by_system(pod1: Cluster) -> None:
    devices = slurm.group_variables(pod1)["platform_dgx_h100"]["slurm_node_gpu_devices"]
    assert devices == [f"/dev/nvidia{i}" for i in range(8)]


def test_nothing_by_host(pod1: Cluster) -> None:
    assert all(slurm.host_variables(pod1, host) == {} for host in pod1.hosts)


def test_only_the_lab_trusts_a_mount_of_any_kind_below_the_state(pod1: Cluster) -> None:
    assert "slurm_controller_trust_local_mount" not in given(pod1, "slurm_controller")
    assert given(for_lab(pod1, 2), "slurm_controller")["slurm_controller_trust_local_mount"] is True
