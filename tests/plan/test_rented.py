"""A plan of rented machines: each is wanted in its roles, and its own names and addresses fold away."""

from __future__ import annotations

from pathlib import Path

from dgxops import catalogue, spec
from dgxops.expand import expand
from dgxops.plan import read_desired
from dgxops.plan.fold import identities

ROOT = Path(__file__).parents[2]


def test_every_rented_machine_is_wanted_in_the_roles_of_its_kind() -> None:
    cluster = expand(spec.load(ROOT / "inventories" / "cloud-oci" / "cluster.yml"), catalogue.load())
    desired = read_desired(cluster.name, ROOT / "inventories" / "cloud-oci" / "rendered", ROOT, None)
    roles = {host.name: {w.role for w in desired.wanted if w.host == host.name} for host in cluster.hosts}
    base = {"dgx_os", "name_resolution", "time_sync", "access", "munge"}
    assert all(base <= those for those in roles.values())
    assert {name for name, those in roles.items() if "slurm_node" in those} == {n.name for n in cluster.nodes}
    assert set(identities(cluster)) == set(cluster.by_name)
