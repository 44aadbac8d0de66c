"""A reader that goes away is no failure, a full disk is told in one line, and no command does what was not meant."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINI = str(ROOT / "inventories" / "mini")
DGXOPS = [sys.executable, "-m", "dgxops"]


@pytest.mark.parametrize("words", [["show", "systems"], ["check", MINI], ["show", "--json", MINI]])
def test_it_ends_quietly_in_a_pipe_that_closes(words: list[str]) -> None:
    process = subprocess.Popen([*DGXOPS, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""


@pytest.mark.parametrize("words", [["--help"], ["show", MINI], ["schema"]])
def test_a_full_disk_is_told_in_one_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*DGXOPS, *words], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (5, "the output cannot be written: no space left on device\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "--engine", "updn", MINI], "--engine goes with --simulate"),
        (["check", "--slurm-version", "24.05", MINI], "--slurm-version goes with --slurm"),
        (["check", "--slurm", ".", MINI], "give a SPEC or --slurm DIR, not both"),
        (["check"], "give a SPEC, or --slurm DIR"),
        (["render", "--output", MINI, MINI], "holds the spec itself"),
        (["render", "--output", str(ROOT / "inventories"), MINI], "holds the spec itself"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: list[str], said: str) -> None:
    done = subprocess.run([*DGXOPS, *words], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert said in done.stderr


def test_files_of_others_in_the_tree_are_named(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    assert elsewhere(tmp_path, "render", "--output", str(tree), MINI).returncode == 0
    (tree / "group_vars" / "all" / "extra.yml").write_text("a: 1\n")
    done = elsewhere(tmp_path, "render", "--check", "--output", str(tree), MINI)
    assert done.returncode == 0
    assert "not written by dgxops, left alone: group_vars/all/extra.yml" in done.stdout


def test_the_id_of_a_system_is_no_spec_but_is_understood(tmp_path: Path) -> None:
    done = elsewhere(tmp_path, "show", "dgx-h100")
    assert done.returncode == 2
    assert "dgxops show system dgx-h100" in done.stderr


INIT = {
    "two architectures": (["--platform", "dgx-b300", "--architecture", "b300-xdr"], "architecture: b300-xdr\n"),
    "a plain group": (["--platform", "dgx-spark", "--nodes", "2", "--fabric", "direct"], "fabric: direct  #"),
    "a plain group of what has units too": (["--scalable-units", "none", "--nodes", "4"], "scalable_units: none  #"),
}


@pytest.mark.parametrize("case", INIT)
def test_init_can_say_what_every_platform_needs(case: str, tmp_path: Path) -> None:
    words, written = INIT[case]
    made = elsewhere(tmp_path, "init", "-y", "pod", *words)
    assert made.returncode == 0, made.stderr
    assert written in (tmp_path / "pod" / "cluster.yml").read_text()
    checked = elsewhere(tmp_path, "validate", "pod")
    assert checked.returncode == 0, checked.stderr


RENTED = {"oci": "provider", "azure": "provider", "gcp": "hardware.cpu, hardware.real_memory_mb, provider"}


@pytest.mark.parametrize("provider", RENTED)
def test_init_leaves_to_the_provider_what_is_the_providers(provider: str, tmp_path: Path) -> None:
    made = elsewhere(tmp_path, "init", "-y", "pod", "--platform", f"dgx-cloud-{provider}")
    assert made.returncode == 0, made.stderr
    checked = elsewhere(tmp_path, "validate", "--json", "pod")
    problems = json.loads(checked.stdout)["problems"]
    assert ", ".join(p["path"] for p in problems) == RENTED[provider]
    refused = elsewhere(tmp_path, "init", "-y", "pod2", "--platform", f"dgx-cloud-{provider}", "--oob", "10.1.0.0/24")
    assert refused.returncode == 2
    assert "rented machines have no BMC of yours" in refused.stderr


def elsewhere(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run([*DGXOPS, *words], capture_output=True, text=True, cwd=folder, env=environment, check=False)
