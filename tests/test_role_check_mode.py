"""What a role does in check mode, of the little that it may do there (tests/role_contract/checks.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
LISTS = "/var/lib/apt/lists/deb.example.com_debian_dists_trixie_main_binary-amd64_Packages"


@pytest.mark.parametrize("check", [False, True], ids=["apply", "check"])
def test_check_mode_fetches_package_lists_only_where_there_are_none(check: bool, tmp_path: Path) -> None:
    tasks = yaml.safe_load((ROOT / "roles/dgx_os/tasks/install.yml").read_text())
    (fetch,) = (t for t in tasks if t.get("ansible.builtin.apt", {}).get("update_cache"))
    assert fetch["check_mode"] is False
    plays = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {
                "__dgx_os_found": {"files": [{"path": path} for path in lists]},
                **{f"__dgx_os_{name}": {"changed": False} for name in ("sources", "further", "removed")},
                **changed,
            },
            "tasks": [{"ansible.builtin.debug": {"msg": f"fetch {case}"}, "when": fetch["when"]}],
        }
        for case, lists, changed in (
            ("none", [], {}),
            ("old", [LISTS], {"__dgx_os_sources": {"changed": True}}),
            ("more", [LISTS], {"__dgx_os_further": {"changed": True}}),
            ("less", [LISTS], {"__dgx_os_removed": {"changed": True}}),
            ("kept", [LISTS], {"__dgx_os_sources": {"changed": False, "skipped": True}}),
        )
    ]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(plays))
    tool = str(Path(sys.executable).with_name("ansible-playbook"))
    words = [tool, "--inventory=localhost,", "play.yml", *(["--check"] if check else [])]
    settings = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOME": str(tmp_path)}
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, check=True)
    fetched = [case for case in ("none", "old", "more", "less", "kept") if f"fetch {case}" in done.stdout]
    assert fetched == (["none"] if check else ["none", "old", "more", "less"])
