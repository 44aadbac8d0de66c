"""An InfiniBand fabric without UFM is told, until the site says that it brings a subnet manager."""

from __future__ import annotations

import pytest

from dgxops.check.subnet_managers import subnet_managers
from dgxops.model.cluster import Cluster
from dgxops.render.cabling.plant import plant_of
from dgxops.render.exports import bom
from tests.conftest import cluster_of


def without(cluster: Cluster) -> list[str]:
    """Fabrics that are warned of; the bill of materials has a row for each of them."""
    told = [f.message.removeprefix("the design has no UFM for ") for p in subnet_managers(cluster) for f in p.findings]
    rows = bom.artifacts(plant_of(cluster))["site/bom.csv"].splitlines()
    assert sum(row.startswith("not designed,subnet manager,") for row in rows) == len(told)
    return [text.partition(":")[0] for text in told]


@pytest.mark.parametrize(
    ("keys", "fabrics"),
    [
        ({"platform": "dgx-h100"}, []),
        ({"platform": "dgx-h100", "omit": "none"}, ["compute", "storage"]),
        ({"platform": "dgx-a100"}, ["storage"]),
        ({"platform": "dgx-b300", "architecture": "b300-xdr"}, []),
        ({"platform": "dgx-b300", "architecture": "b300-spectrum-x"}, []),
        ({"platform": "dgx-gb200-nvl72"}, []),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_fabric_that_no_ufm_of_the_design_manages_is_told_once(keys: dict[str, str], fabrics: list[str]) -> None:
    assert without(cluster_of(**keys, scalable_units=1)) == fabrics


def test_nothing_is_told_where_the_site_brings_a_subnet_manager() -> None:
    made = cluster_of(omit="none", scalable_units=1, design={"ufm": {"elsewhere": ["compute", "storage"]}})
    assert without(made) == []
