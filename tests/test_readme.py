"""Commands of the README that a reader would type are run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dgxops import secrets
from dgxops.secrets import Source

ROOT = Path(__file__).parent.parent


def test_plain_ansible_finds_roles_and_secrets_without_dgxops_in_the_way(tmp_path: Path) -> None:
    pod = tmp_path / "pod1"
    shutil.copytree(ROOT / "inventories" / "mini" / "rendered", pod / "rendered")
    secrets.create(Source(pod / "secrets.yml", pod / ".dgxops" / "vault-password"))
    found = re.search(r"(?m)^    ansible=.*\n(?:    .*\n)+", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert found
    dgxops = f'dgxops() {{ "{sys.executable}" -m dgxops "$@"; }}\n'
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    plain = {k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")}
    done = subprocess.run(
        ["bash", "-euc", dgxops + found[0].rstrip() + " --list-tasks"],
        cwd=tmp_path,
        env={**plain, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "slurm_node : " in done.stdout
