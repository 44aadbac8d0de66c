"""Inventories of DeepOps and of dgxops: names, addresses, roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxops import catalogue
from dgxops.errors import DgxopsError, InputError
from dgxops.importing import inventory
from dgxops.importing.build import best
from dgxops.importing.detect import What, kind_of
from dgxops.importing.facts import Role, SeenHost, Sources
from tests.importing.printed import cluster_of

ROOT = Path(__file__).parents[2]
INI = """\
# a site's own
[all]
mgmt01  ansible_host=10.3.0.11
login01 ansible_host=10.3.0.21   ; the only one
gpu[01:04]
gpu01   ansible_host=10.3.1.1 ansible_user='a b'
nfs01   ansible_host=10.3.0.9
kube01

[slurm-master]
mgmt01

[slurm-login]
login01
[slurm-nfs]
nfs01
[kube-master]
kube01
[slurm-node]
gpu[01:04]

[slurm-cluster:children]
slurm-master
slurm-node

[all:vars]
ansible_user=ubuntu
"""
YAML = """\
all:
  children:
    slurm-cluster:
      children:
        slurm-master: {hosts: {mgmt01: {ansible_host: 10.3.0.11}}}
        slurm-node:
          hosts:
            gpu[01:04]:
            gpu01: {ansible_host: 10.3.1.1}
    slurm-login: {hosts: {login01: {ansible_host: 10.3.0.21}}}
    slurm-nfs: {hosts: {nfs01: {ansible_host: 10.3.0.9}}}
    kube-master: {hosts: {kube01: }}
"""


@pytest.mark.parametrize("text", [INI, YAML])
def test_both_forms_tell_the_same_hosts(text: str) -> None:
    assert kind_of("f", text) is What.INVENTORY
    gpus = [SeenHost(f"gpu{n:02d}", "10.3.1.1" if n == 1 else "", frozenset({Role.NODE})) for n in range(1, 5)]
    assert sorted(inventory.parse("f", text), key=lambda h: h.name) == [
        *gpus,
        SeenHost("kube01", "", frozenset({Role.OTHER})),
        SeenHost("login01", "10.3.0.21", frozenset({Role.LOGIN})),
        SeenHost("mgmt01", "10.3.0.11", frozenset({Role.HEAD})),
        SeenHost("nfs01", "10.3.0.9", frozenset({Role.NFS})),
    ]


def test_a_platform_makes_a_cluster_of_it() -> None:
    built = best(Sources(hosts=inventory.parse("f", INI)), "again", "a test", "dgx-h100")
    again = cluster_of(built.text)
    machines = ["mgmt01", "login01", "gpu01", "gpu02", "gpu03", "gpu04"]
    assert [h.name for h in again.hosts if h.role.value != "ufm"] == machines
    assert [s.server for s in again.storage] == ["nfs01"]
    assert "1 hosts of the inventory are neither node, head nor login: kube01" in built.found.open
    assert any("gpu01 has 10.3.1.1" in what for what in (*built.found.open, *built.agreed.differs)) is False
    assert built.found.value("networks.management.subnet") == "10.3.0.0/21"


def test_without_a_platform_the_question_is_asked() -> None:
    with pytest.raises(DgxopsError, match=r"name 4 nodes, but not which DGX systems they are: gpu\[01-04\]"):
        best(Sources(hosts=inventory.parse("f", INI)), "again", "a test", None)


@pytest.mark.parametrize("example", ["su1", "pod4", "gb200-su", "sparks"])
def test_an_inventory_that_dgxops_rendered_makes_its_machines_again(example: str) -> None:
    folder = ROOT / "inventories" / example
    first = cluster_of((folder / "cluster.yml").read_text())
    hosts = inventory.parse("f", (folder / "rendered/hosts.yml").read_text())
    again = cluster_of(best(Sources(hosts=hosts), "again", "a test", first.nodes[0].system.id).text)  # type: ignore[union-attr]
    assert [h.name for h in again.hosts] == [h.name for h in first.hosts]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[all]\n#gpu01\n", "f:1:1: names no host"),
        ("[slurm-node\ngpu01\n", "f:1:1: is no section: [slurm-node"),
        ("[slurm-node]\ngpu[09:01]\n", "f:2:1: is no range that counts upwards: [09:01]"),
        ("[slurm-node]\n{{ nodes }}\n", "f:2:1: is no host name: {{"),
        ("all:\n  hosts: [gpu01]\n", "f:1:1: hosts of all is no mapping"),
        ("all:\n  hosts: {a: b: c}\n", "f:2:1: is no YAML"),
    ],
)
def test_what_is_damaged_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        inventory.parse("f", text)
    assert str(caught.value).startswith(said)


def test_a_group_within_itself_ends() -> None:
    text = "[a:children]\nb\n[b:children]\na\n[slurm-node:children]\na\n[b]\ngpu01\n"
    assert inventory.parse("f", text) == (SeenHost("gpu01", "", frozenset({Role.NODE})),)


def test_the_platforms_of_the_question_exist() -> None:
    assert "dgx-h100" in catalogue.load().systems


def test_a_group_that_is_an_alias_of_itself_is_told() -> None:
    with pytest.raises(InputError, match="groups deep"):
        inventory.parse("f", "all: &a\n  hosts: {gpu01: }\n  children: {b: *a}\n")


def test_a_node_that_is_a_head_too_is_told() -> None:
    hosts = inventory.parse("f", "[slurm-node]\ngpu[1:4]\n[slurm-master]\ngpu1\n")
    found = best(Sources(hosts=hosts), "again", "a test", "dgx-h100").found
    assert "services.head: gpu1 are nodes too; dgxops wants machines of their own as heads" in found.open
