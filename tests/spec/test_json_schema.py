"""The JSON Schema: every key described, and the same judgement as ``validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dgxops.spec.json_schema import json_schema

INVENTORIES = sorted((Path(__file__).parents[2] / "inventories").glob("*/cluster.yml"))
PARTS = {"the top": json_schema(), **json_schema()["$defs"]}


@pytest.mark.parametrize("part", PARTS)
def test_every_key_is_described_and_no_other_is_allowed(part: str) -> None:
    assert PARTS[part]["additionalProperties"] is False
    undescribed = [key for key, value in PARTS[part]["properties"].items() if not value.get("description")]
    assert undescribed == []


@pytest.mark.parametrize("file", INVENTORIES, ids=lambda file: file.parent.name)
def test_the_example_clusters_fit_it(file: Path) -> None:
    jsonschema.validate(yaml.safe_load(file.read_text()), json_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Pod_1"},
        {"platform": "dgx-h10"},
        {"scalable_units": 1025},
        {"scalable_unit": 1},
        {"networks": {"oob": {"gateway": "maybe"}}},
        {"slurm": {"partitions": []}},
        {"secrets": {"source": "env"}},
        {"overrides": {}},
    ],
    ids=str,
)
def test_what_validate_refuses_does_not_fit_it(wrong: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())
    assert list(validator.iter_errors({"name": "pod1", "platform": "dgx-h100"})) == []
    assert list(validator.iter_errors({"name": "pod1", "platform": "dgx-h100"} | wrong))
