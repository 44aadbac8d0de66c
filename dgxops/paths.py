"""Where the parts that are not Python live: in the wheel under ``dgxops/_ansible``, in a checkout at its root."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def ansible_root() -> Path:
    """The folder that holds roles/, playbooks/ and plugins/."""
    installed = _PACKAGE / "_ansible"
    return installed if installed.is_dir() else _PACKAGE.parent


def catalogue_root() -> Path:
    return _PACKAGE / "catalogue"
