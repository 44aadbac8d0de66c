"""Every role's scenario, in turn, on the lab's machines: the one command that runs them all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
SCENARIOS = sorted(path.parent.name for path in ROOT.glob("molecule/*/molecule.yml"))

pytestmark = pytest.mark.lab


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    """A command of this virtual environment, at the root of the repository."""
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "NO_COLOR": "1"}
    return subprocess.run([BIN / argv[0], *argv[1:]], cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module", autouse=True)
def machines() -> Iterator[None]:
    """The scenarios boot the machines and reset them; they are taken down once, at the end."""
    yield
    down = run("dgxops", "lab", "down", "molecule/shared/cluster.yml")
    assert down.returncode == 0, down.stderr


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: str) -> None:
    """From machines that never were: the heads' shared state directory outlives a reset of the machines."""
    down = run("dgxops", "lab", "down", "molecule/shared/cluster.yml")
    assert down.returncode == 0 or "no lab of" in down.stderr, down.stderr
    done = run("molecule", "test", "--scenario-name", scenario, "--destroy", "never")
    assert done.returncode == 0, (done.stdout + done.stderr)[-12_000:]
