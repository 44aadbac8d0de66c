"""scripts/setup.sh brings all that the Makefile's commands need, and the same tools on every day."""

from __future__ import annotations

import re
from pathlib import Path

from dgxops.lab.needs import COMMANDS
from dgxops.lab.sources import DISTRIBUTIONS

ROOT = Path(__file__).parent.parent
SETUP = (ROOT / "scripts/setup.sh").read_text()
ALWAYS_THERE = {"apt", "util-linux"}  # on Debian and Ubuntu


def test_it_installs_what_the_lab_asks_for_and_the_keys_of_its_base() -> None:
    listed = re.search(r"^packages=\(([^)]*)\)", SETUP, re.MULTILINE)
    assert listed
    keyring = DISTRIBUTIONS["debian-13"].keyring_package
    assert {*COMMANDS.values(), keyring} - ALWAYS_THERE <= set(listed[1].split())
