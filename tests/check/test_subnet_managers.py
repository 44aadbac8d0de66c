"""An InfiniBand fabric without UFM is told, until the site says that it brings a subnet manager."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxops.check.subnet_managers import subnet_managers
from dgxops.cli.common import load_cluster
from dgxops.errors import DgxopsError
from dgxops.model.cluster import Cluster
from dgxops.render.cabling.plant import plant_of
from dgxops.render.exports import bom
from tests.conftest import cluster_of


def without(cluster: Cluster) -> list[str]:
    """Fabrics that are warned of; the bill of materials has a row for each, and for what the site brings itself."""
    told = [f.message.removeprefix("the design has no UFM for ") for p in subnet_managers(cluster) for f in p.findings]
    rows = bom.artifacts(plant_of(cluster))["site/bom.csv"].splitlines()
    brought = sum(len(group.managed_elsewhere) for group in cluster.groups)
    assert sum(row.startswith("not designed,subnet manager,") for row in rows) == len(told) + brought
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


def test_a_plain_group_says_it_like_others(tmp_path: Path) -> None:
    """As `check` tells its reader to; appliances it has none."""
    text = "name: p\nplatform: dgx-h100\nscalable_units: none\nnodes: 8\nfabric: QM9700\n"
    (tmp_path / "cluster.yml").write_text(text)
    assert without(load_cluster(tmp_path)) == ["compute"]
    (tmp_path / "cluster.yml").write_text(f"{text}design: {{ufm: {{elsewhere: [compute]}}}}\n")
    assert without(load_cluster(tmp_path)) == []
    (tmp_path / "cluster.yml").write_text(f"{text}design: {{ufm: {{elsewhere: [compute], links: 4}}}}\n")
    with pytest.raises(DgxopsError, match="a plain group has none"):
        load_cluster(tmp_path)


def test_nothing_is_told_where_the_site_brings_a_subnet_manager() -> None:
    made = cluster_of(omit="none", scalable_units=1, design={"ufm": {"elsewhere": ["compute", "storage"]}})
    assert without(made) == []
