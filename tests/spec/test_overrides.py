"""site.yml against the groups of the inventory and the variables of the roles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dgxops import spec
from dgxops.errors import InputError
from dgxops.render.groups import groups
from dgxops.spec.role_variables import role_variables
from tests.conftest import cluster_of

CLUSTER = "name: pod1\nplatform: dgx-h100\nscalable_units: 2\n"


def load(folder: Path, site: str) -> dict[str, Any]:
    (folder / "cluster.yml").write_text(CLUSTER)
    (folder / "site.yml").write_text(site)
    return dict(spec.load(folder / "cluster.yml").overrides)


def test_every_group_of_an_inventory_may_have_variables(tmp_path: Path) -> None:
    names = ["all", *(group.name for group in groups(cluster_of(scalable_units=2)))]
    site = "".join(f"{name}: {{dgx_os_nofile: 1000000}}\n" for name in names)
    assert load(tmp_path, site) == {name: {"dgx_os_nofile": 1000000} for name in names}


@pytest.mark.parametrize("name", sorted(role_variables()))
def test_the_default_of_every_variable_is_a_value_it_may_have(name: str, tmp_path: Path) -> None:
    option = role_variables()[name]
    if option.get("no_log") or "{{" in json.dumps(option.get("default")):
        with pytest.raises(InputError):
            load(tmp_path, f'all: {{{name}: "{{{{ x }}}}"}}')
    elif "default" in option:
        site = f"all: {{{name}: {json.dumps(option['default'])}}}"
        assert load(tmp_path, site) == {"all": {name: option["default"]}}


def test_numbers_are_plain_numbers_or_the_text_that_was_written(tmp_path: Path) -> None:
    found = load(tmp_path, "all: {dgx_os_nofile: 7, dgx_os_timezone: 1.10, dgx_os_sysctl: {vm.swappiness: 1}}")["all"]
    assert found == {"dgx_os_nofile": 7, "dgx_os_timezone": "1.10", "dgx_os_sysctl": {"vm.swappiness": 1}}
    assert {type(found["dgx_os_nofile"]), type(found["dgx_os_sysctl"]["vm.swappiness"])} == {int}


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_site_file_overrides_nothing(text: str, tmp_path: Path) -> None:
    assert load(tmp_path, text) == {}


def test_a_site_file_is_not_needed(tmp_path: Path) -> None:
    (tmp_path / "cluster.yml").write_text(CLUSTER)
    assert spec.load(tmp_path / "cluster.yml").overrides == {}
