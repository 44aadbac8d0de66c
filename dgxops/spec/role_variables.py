"""What the roles say of what may be written: their public variables, and the accounts that are no person's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dgxops.paths import ansible_root

Option = Mapping[str, Any]
"""One option of an argument spec: type, elements, options, choices, default, no_log."""


@cache
def role_variables() -> Mapping[str, Option]:
    """Name of every public role variable -> its option."""
    files = sorted((ansible_root() / "roles").glob("*/meta/argument_specs.yml"))
    return {name: option for file in files for name, option in _options(file).items()}


@cache
def system_accounts() -> re.Pattern[str]:
    """Names that the role ``access`` refuses for a person: the one list, which lies with the role."""
    with (ansible_root() / "roles" / "access" / "vars" / "main.yml").open(encoding="utf-8") as stream:
        return re.compile("|".join(yaml.safe_load(stream)["__access_system_accounts"]))


def _options(file: Path) -> dict[str, Option]:
    with file.open(encoding="utf-8") as stream:
        entries = yaml.safe_load(stream)["argument_specs"].values()
    return {name: option for entry in entries for name, option in (entry.get("options") or {}).items()}
