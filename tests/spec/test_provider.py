"""The provider's file: every form of it that is read, and that no garbage is believed or breaks anything."""

from __future__ import annotations

import json
import os
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgxops import spec
from dgxops.errors import InputError
from dgxops.spec.provider import Expected, machines_in
from dgxops.spec.provider.rows import COLUMNS
from dgxops.spec.schema import ClusterSpec

GOOGLE = "hardware: {real_memory_mb: 1800000, cpu: {sockets: 2, cores_per_socket: 52, threads_per_core: 2}}\n"


def loaded(folder: Path, platform: str, file: str, text: str, more: str = "") -> ClusterSpec:
    (folder / file).write_text(text)
    keys = f"name: cloud\nplatform: {platform}\nprovider: {file}\nnetworks: {{management: {{subnet: 10.60.0.0/24}}}}\n"
    (folder / "cluster.yml").write_text(keys + more)
    return spec.load(folder / "cluster.yml")


def google(name: str, last: int, *, shape: str = "a3-megagpu-8g", **labels: str) -> dict[str, Any]:
    """One item of what gcloud prints, with the keys that are read and some that are not."""
    place = {"cluster": "c", "block": "b", "subblock": f"s{last % 2}", "host": "h"}
    return {
        "id": str(7000 + last),
        "kind": "compute#instance",
        "name": name,
        "labels": labels,
        "machineType": f"https://compute.example/projects/p/zones/z-a/machineTypes/{shape}",
        "networkInterfaces": [{"name": "nic0", "networkIP": f"10.60.0.{last}"}, {"networkIP": "10.99.0.1"}],
        "resourceStatus": {"physicalHostTopology": place},
        "zone": "https://compute.example/projects/p/zones/z-a",
    }  # fmt: skip


def test_what_gcloud_prints(tmp_path: Path) -> None:
    head = google("head", 9, shape="n2-standard-8", **{"dgxops-role": "head"})
    text = json.dumps(
        [google("gpu-10", 20), google("gpu-2", 21), head | {"resourceStatus": {}, "name": "head-1"}], indent=1
    )
    found = loaded(tmp_path, "dgx-cloud-gcp", "nodes.json", text, GOOGLE).rented
    assert [(m.name, m.role, str(m.address)) for m in found] == [
        ("head-1", "head", "10.60.0.9"),
        ("gpu-2", "dgx", "10.60.0.21"),
        ("gpu-10", "dgx", "10.60.0.20"),
    ]
    assert found[1].placement.network == (("island", "c"), ("block", "b"), ("subblock", "s1"))
    assert (found[1].placement.availability_domain, found[1].placement.host) == ("z-a", "h")


def test_what_az_prints(tmp_path: Path) -> None:
    def machine(name: str, last: int, shape: str, **tags: str) -> dict[str, Any]:
        return {"name": f"set_{last}", "osProfile": {"computerName": name},
                "hardwareProfile": {"vmSize": shape}, "privateIps": f"10.60.0.{last},10.9.0.{last}",
                "publicIps": "", "powerState": "VM running", "tags": tags or None, "zones": ["1"]}  # fmt: skip

    made = [
        machine("gpu-1", 20, "Standard_ND96isr_H100_v5"),
        machine("h-1", 9, "Standard_D8s_v5", **{"dgxops-role": "head"}),
    ]
    found = loaded(tmp_path, "dgx-cloud-azure", "nodes.json", json.dumps(made)).rented
    assert [(m.name, m.role, str(m.address)) for m in found] == [
        ("h-1", "head", "10.60.0.9"),
        ("gpu-1", "dgx", "10.60.0.20"),
    ]
    assert found[1].placement.network == ()


def test_headings_may_be_the_providers_words_and_values_stand_apart(tmp_path: Path) -> None:
    text = '\ufeff# a comment\n"Name", address,Role,HPC island,Network-Block,local_block\r\n\r\n'
    text += "head-1,10.60.0.9,Head,,,\n gpu-1 , 10.60.0.20 ,,i1,b1,l1\n"
    found = loaded(tmp_path, "dgx-cloud-oci", "nodes.csv", text).rented
    assert [m.name for m in found] == ["head-1", "gpu-1"]
    assert found[1].placement.network == (("island", "i1"), ("block", "b1"), ("subblock", "l1"))


def test_no_value_reaches_the_inventory_that_ansible_would_run(tmp_path: Path) -> None:
    head = ",".join(COLUMNS)
    (tmp_path / "nodes.csv").write_text(f"{head}\n" + ",".join(["{{7*7}}"] * len(COLUMNS)) + "\n")
    machines, problems = machines_in(tmp_path / "nodes.csv", expected("dgx-cloud-oci"))
    assert machines == ()
    assert set(COLUMNS) <= {p.path for p in problems}


def test_counts_that_cluster_yml_states_may_be_right(tmp_path: Path) -> None:
    text = "name,address,role\nhead-1,10.60.0.9,head\ngpu-1,10.60.0.20,\n"
    made = loaded(
        tmp_path, "dgx-cloud-oci", "nodes.csv", text, "scalable_units: none\nnodes: 1\nservices: {head: 1, login: 0}\n"
    )
    assert (made.nodes, made.services.head, made.services.login) == (1, 1, 0)


def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    inner = tmp_path / "cloud"
    inner.mkdir()
    (tmp_path / "elsewhere.csv").write_text("name,address\n")
    (inner / "nodes.csv").symlink_to(tmp_path / "elsewhere.csv")
    (inner / "cluster.yml").write_text("name: cloud\nplatform: dgx-cloud-oci\nprovider: nodes.csv\n")
    with pytest.raises(InputError, match=r"is outside of the folder of cluster\.yml"):
        spec.load(inner / "cluster.yml")


def test_a_pipe_or_a_folder_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv"):
        machines, problems = machines_in(tmp_path / name, expected("dgx-cloud-oci"))
        assert (machines, [p.message for p in problems]) == ((), ["is not an ordinary file"])


def expected(platform: str) -> Expected:
    return Expected(platform, "a shape", IPv4Network("10.60.0.0/24"), None, None, 8)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=300), st.text('name,adress#"\n\r\t 0123.;[]{}:\\', max_size=300).map(str.encode)),
    name=st.sampled_from(["nodes.csv", "nodes.json"]),
)
def test_garbage_is_refused_with_a_place_and_never_raises(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    _, problems = machines_in(tmp_path / name, expected("dgx-cloud-gcp"))
    assert problems
    assert all(len(str(p)) < 700 + len(str(tmp_path)) for p in problems)


def test_deep_json_is_no_list_of_machines(tmp_path: Path) -> None:
    (tmp_path / "nodes.json").write_text("[" * 100_000)
    _, (problem,) = machines_in(tmp_path / "nodes.json", expected("dgx-cloud-gcp"))
    assert "JSON" in problem.message or "list" in problem.message


@pytest.mark.parametrize("column", COLUMNS)
def test_a_misspelt_column_is_one_fault_with_the_right_word(tmp_path: Path, column: str) -> None:
    head = ",".join(f"{c}x" if c == column else c for c in COLUMNS)
    (tmp_path / "nodes.csv").write_text(f"{head}\nhead-1,10.60.0.9,head\n")
    _, (problem,) = machines_in(tmp_path / "nodes.csv", expected("dgx-cloud-oci"))
    assert (problem.line, problem.column, problem.hint) == (1, head.index(f"{column}x") + 1, f"did you mean {column}?")
