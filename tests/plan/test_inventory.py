"""The tree read by us is the tree read by Ansible."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dgxops.ansible_tool import tool
from dgxops.errors import DgxopsError
from dgxops.model.cluster import Cluster
from dgxops.plan import inventory
from dgxops.plan.inventory import matching
from dgxops.render.tree import render
from dgxops.render.write import write_tree

from ..toy import write

TREE = {
    "hosts.yml": """
all:
  vars: {a: inventory-all, b: inventory-all, c: inventory-all, d: inventory-all, e: inventory-all}
  hosts:
    lone: {e: lone}
  children:
    zoo:
      vars: {c: inventory-zoo}
      hosts: {h1: {f: inventory-h1, g: inventory-h1}, h2: }
      children: {deep: }
    alpha:
      children: {deep: }
    deep:
      hosts: {h3: , h1: }
      vars: {d: inventory-deep}
    empty: {hosts: {}}
""",
    "group_vars/all.yml": "a: all\nb: all\nlist: [1, 2]\n",
    "group_vars/zoo/rendered.yml": "a: zoo\nb: zoo\nlist: [3]\nmapping: {x: 1}\n",
    "group_vars/zoo/site.yml": "b: zoo-site\n",
    "group_vars/zoo/.hidden.yml": "b: hidden\n",
    "group_vars/alpha.yaml": "a: alpha\nb: alpha\nmapping: {y: 2}\n",
    "group_vars/deep.json": '{"a": "deep", "mapping": {"z": 3}}',
    "host_vars/h1/rendered.yml": "g: h1\nunsafe: !unsafe '{{ no }}'\n",
    "host_vars/h1/site.yml": "a: h1-site\n",
    "host_vars/h3.yml": "b: h3\n",
}


def as_ansible_reads(tree: Path) -> dict[str, Any]:
    done = subprocess.run(
        [tool("ansible-inventory"), "--inventory", str(tree / "hosts.yml"), "--list"],
        capture_output=True,
        text=True,
        check=True,
    )
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def members(data: dict[str, Any], group: str) -> set[str]:
    own = data.get(group, {})
    return set(own.get("hosts", [])).union(*(members(data, child) for child in own.get("children", [])))


def compare(tree: Path) -> None:
    ours, theirs = inventory.read(tree), as_ansible_reads(tree)
    wanted = {h: {k: plain(v) for k, v in x.items()} for h, x in theirs["_meta"]["hostvars"].items()}
    assert {h: v for h, v in ours.variables.items() if v} == wanted
    for group, hosts in ours.groups.items():
        assert set(hosts) == members(theirs, group), group


def plain(value: Any) -> Any:
    return value["__ansible_unsafe"] if isinstance(value, dict) and "__ansible_unsafe" in value else value


def test_precedence_is_ansibles(tmp_path: Path) -> None:
    for path, text in TREE.items():
        write(tmp_path / path, text)
    compare(tmp_path)


def test_a_rendered_tree_is_read_as_ansible_reads_it(tmp_path: Path, mini: Cluster) -> None:
    write_tree(tmp_path / "rendered", render(mini))
    compare(tmp_path / "rendered")


@pytest.mark.parametrize(
    ("pattern", "hosts"),
    [
        ("deep", {"h1", "h3"}),
        ("zoo:lone", {"h1", "h2", "h3", "lone"}),
        ("all:!zoo", {"lone"}),
        ("zoo:&alpha", {"h1", "h3"}),
        ("!deep,zoo", {"h2"}),
        ("zoo[0]", {"h1"}),
        ("empty", set()),
        ("h2", {"h2"}),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, hosts: set[str]) -> None:
    for path, text in TREE.items():
        write(tmp_path / path, text)
    assert set(matching(inventory.read(tmp_path), pattern)) == hosts


def test_a_pattern_that_names_nothing_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "hosts.yml", "all: {hosts: {h1: }}\n")
    with pytest.raises(DgxopsError, match="a playbook names gpu"):
        matching(inventory.read(tmp_path), "gpu")
