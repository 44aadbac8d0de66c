"""scripts/setup.sh brings all that the Makefile's commands need, and the same tools on every day."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dgxops.lab.needs import COMMANDS
from dgxops.lab.sources import DISTRIBUTIONS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LINES = (ROOT / "constraints.txt").read_text().splitlines()
PINS = [Requirement(line) for line in LINES if not line.startswith("#")]
SETUP = (ROOT / "scripts/setup.sh").read_text()
ALWAYS_THERE = {"apt", "dpkg", "util-linux"}  # on Debian and Ubuntu


def test_it_installs_what_the_lab_asks_for_and_the_keys_of_its_base() -> None:
    listed = re.search(r"^packages=\(([^)]*)\)", SETUP, re.MULTILINE)
    assert listed
    keyring = DISTRIBUTIONS["debian-13"].keyring_package
    assert {*COMMANDS.values(), keyring} - ALWAYS_THERE <= set(listed[1].split())


def test_it_installs_the_servers_that_read_zones_and_reservations_and_starts_none() -> None:
    for package in ("bind9-utils", "kea-dhcp4-server", "dnsmasq-base"):
        assert re.search(rf"^packages=\([^)]*\b{package}\b", SETUP, re.MULTILINE), package
    assert "keep_off kea-dhcp4-server.service" in SETUP


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_development_tools_and_libraries_that_tests_lean_on_have_one_version_each(python: str) -> None:
    tools = {r.name: r for r in map(Requirement, PROJECT["optional-dependencies"]["dev"])}
    libraries = ("ansible-core", "openpyxl", "pynetbox")
    held = {r.name: r for r in map(Requirement, PROJECT["dependencies"]) if r.name in libraries}
    wanted = {canonicalize_name(name): r for name, r in (tools | held).items()}
    pins = [p for p in PINS if p.marker is None or p.marker.evaluate({"python_version": python})]
    assert sorted(canonicalize_name(p.name) for p in pins) == sorted(wanted)
    for pin in pins:
        ((operator, version),) = ((s.operator, s.version) for s in pin.specifier)
        assert operator == "=="
        assert wanted[canonicalize_name(pin.name)].specifier.contains(version), pin


def test_setup_keeps_to_them_and_notices_when_they_change() -> None:
    assert "--constraint constraints.txt --editable '.[dev]'" in SETUP
    assert "cat pyproject.toml constraints.txt | sha256sum" in SETUP
