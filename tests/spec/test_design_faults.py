"""A fault that the schema finds inside `design:` hides none of its other faults, and makes none up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dgxops import spec
from dgxops.errors import DgxopsError

ERRORS = Path(__file__).parents[1] / "errors"
DESIGNS = sorted(p for p in ERRORS.glob("design-*.yml") if "design" in yaml.safe_load(p.read_text()))


def faults(tmp_path: Path, document: dict[str, Any]) -> set[tuple[str, str]]:
    file = tmp_path / "cluster.yml"
    file.write_text(yaml.safe_dump(document))
    try:
        spec.load(file)
    except DgxopsError as error:
        return {(p.path, p.message) for p in error.problems}
    return set()


@pytest.mark.parametrize("path", DESIGNS, ids=lambda p: p.stem)
@pytest.mark.parametrize(
    "keys", [("compute", "links_per_cable"), ("ufm", "at"), ("switches", "QM8790", "part")], ids=".".join
)
def test_all_faults_are_told_in_one_run(tmp_path: Path, path: Path, keys: tuple[str, ...]) -> None:
    """Those of the same part may follow from the key."""
    document = yaml.safe_load(path.read_text())
    before = faults(tmp_path, document)
    place = document["design"]
    for key in keys[:-1]:
        place = place.setdefault(key, {})
    place[keys[-1]] = ["many"]
    own, after = f"design.{'.'.join(keys)}", faults(tmp_path, document)
    assert own in {place for place, _ in after}
    assert {f for f in before if f[0].startswith("design") and not f[0].startswith(f"design.{keys[0]}.")} <= after


def test_nothing_follows_from_a_value_that_is_not_known(tmp_path: Path) -> None:
    """40 nodes a leaf want 40 uplinks: how many there are to be is what does not fit."""
    document = {"name": "pod", "platform": "dgx-h100", "design": {"compute": {"nodes_per_leaf": 40, "uplinks": "many"}}}
    assert {place for place, _ in faults(tmp_path, document)} == {"design.compute.uplinks"}


def test_a_model_of_which_something_does_not_fit_is_not_said_to_lack_it(tmp_path: Path) -> None:
    told = {"fabric": "infiniband", "radix": "many", "rate_gbps": 400}
    document = {
        "name": "pod",
        "platform": "dgx-h100",
        "design": {"compute": {"switch": "NEW"}, "switches": {"NEW": told}, "racks": {"node_units": [3, 4, 23, 33]}},
    }
    found = faults(tmp_path, document)
    assert "design.switches.NEW.radix" in {place for place, _ in found}
    assert not any("no switch is called" in message or "lack" in message for _, message in found)


def test_nothing_follows_from_the_ports_of_such_a_model(tmp_path: Path) -> None:
    told = {"fabric": "infiniband", "radix": "many", "rate_gbps": 400}
    design = {"compute": {"switch": "NEW", "nodes_per_leaf": 40}, "switches": {"NEW": told}, "rails": 4}
    found = faults(tmp_path, {"name": "pod", "platform": "dgx-h100", "design": design})
    assert {place for place, _ in found} == {"design.switches.NEW.radix", "design.rails"}
