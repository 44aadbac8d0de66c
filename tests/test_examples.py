"""The example clusters: what is committed is what dgxops renders, and Ansible reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dgxops import catalogue, spec
from dgxops.expand import expand
from dgxops.render.tree import render
from dgxops.render.write import differences

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "inventories").glob("*/cluster.yml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.parent.name)
def test_the_committed_tree_is_what_is_rendered(file: Path) -> None:
    artifacts = render(expand(spec.load(file), catalogue.load()))
    assert [f"{d.path}: {d.kind}" for d in differences(file.parent / "rendered", artifacts)] == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.parent.name)
def test_rendering_twice_gives_the_same_bytes(file: Path) -> None:
    first, second = (render(expand(spec.load(file), catalogue.load())) for _ in range(2))
    assert first == second
    assert list(first) == list(second)


@pytest.mark.parametrize("inventory", ["rendered/hosts.yml", "rendered"])
def test_ansible_lists_576_systems_and_their_addresses(inventory: str) -> None:
    """From a checkout the folder is an inventory too: ansible.cfg leaves the cable lists out."""
    tool = Path(sys.executable).with_name("ansible-inventory")
    words = [str(tool), "-i", f"inventories/eos/{inventory}", "--list"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "WARNING" not in done.stderr
    listed = json.loads(done.stdout)
    assert len(listed["dgx"]["hosts"]) == 576
    assert len(listed["_meta"]["hostvars"]) == 576 + 6
    assert listed["_meta"]["hostvars"]["dgx-576"]["ansible_host"] == "10.16.3.64"
