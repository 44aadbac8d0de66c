"""A wheel, installed into an empty environment in another folder, is all that a user needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(ROOT, sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(ROOT))
    return next(out.glob("dgxops-*.whl"))


@pytest.fixture(scope="module")
def dgxops(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    environment = tmp_path_factory.mktemp("elsewhere") / "venv"
    run(ROOT, sys.executable, "-m", "venv", str(environment))
    run(ROOT, str(environment / "bin/pip"), "install", "--quiet", str(wheel))
    return str(environment / "bin/dgxops")


def run(folder: Path, *words: str, wanted: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in wanted, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_it_carries_roles_playbooks_plugins_and_catalogue(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for path in (
        "dgxops/_ansible/roles/slurm_node/tasks/main.yml",
        "dgxops/_ansible/playbooks/site.yml",
        "dgxops/_ansible/plugins/callback/dgxops_events.py",
        "dgxops/catalogue/systems/dgx-h100.yml",
    ):
        assert path in names


def test_init_validate_render_lab_and_plan_from_any_folder(dgxops: str, tmp_path: Path) -> None:
    folder = tmp_path / "pod"
    assert Path(run(tmp_path, dgxops, "--ansible-root").strip(), "playbooks", "site.yml").is_file()
    run(tmp_path, dgxops, "init", str(folder), "--yes", "--name", "wheel", "--platform", "dgx-h100")
    spec = folder / "cluster.yml"
    spec.write_text(
        "name: wheel\nplatform: dgx-h100\nnodes: 1\nservices: {head: 1, login: 0}\n"
        "networks: {management: {subnet: 10.98.0.0/21}, oob: {subnet: 10.99.0.0/21}}\n"
    )
    run(tmp_path, dgxops, "validate", str(spec))
    run(tmp_path, dgxops, "render", str(spec))
    assert (folder / "rendered/hosts.yml").is_file()
    run(tmp_path, dgxops, "lab", "up", str(spec))
    try:
        text = run(tmp_path, dgxops, "plan", str(spec))
        assert "slurm_controller" in text
    finally:
        run(tmp_path, dgxops, "lab", "down", str(spec))
