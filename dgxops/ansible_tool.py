"""Ansible's commands, found beside the Python that runs dgxops: a virtual environment need not be activated."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from dgxops.errors import EnvironmentLacking


def tool(name: str) -> str:
    """Path of ``ansible-playbook`` or a sister of it; raises EnvironmentLacking where there is none."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise EnvironmentLacking(f"{name} is not installed", hint="pip install ansible-core")
    return found
