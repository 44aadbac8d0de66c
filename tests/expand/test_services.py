"""Machines beside heads, logins and DGX systems: each has a place of its own, and whoever comes moves nobody."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops import catalogue, spec
from dgxops.check import check
from dgxops.check.git import Committed
from dgxops.errors import InputError
from dgxops.expand import expand
from dgxops.model.cluster import Cluster
from dgxops.model.node import FURTHER_ROLES, HostRole
from dgxops.paths import ansible_root
from dgxops.render.tree import render
from tests.conftest import cluster_of
from tests.expand.test_growth import standing

WIDE = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.1.0.0/16"}}
ALL_TEN = {"head": 2, "login": 2, "k8s_admin": 3, "k8s_user": 3}
"""Mission Control's control plane for GB200, and that of the DGX Rubin NVL8 reference architecture."""
SITES = (
    {"platform": "dgx-h100"},
    {"platform": "dgx-a100"},
    {"platform": "dgx-b200"},
    {"platform": "dgx-b300", "architecture": "b300-xdr"},
    {"platform": "dgx-gb200-nvl72"},
    {"platform": "dgx-gb300-nvl72"},
)


def text_of(services: dict[str, int], **keys: Any) -> bytes:
    every = {"name": "pod1", **keys, "services": services}
    return "\n".join(f"{key}: {value}" for key, value in every.items()).encode()


def allowed(services: dict[str, int], **keys: Any) -> bool:
    try:
        spec.loads("cluster.yml", text_of(services, **keys))
    except InputError:
        return False
    return True


def links(cluster: Cluster) -> set[str]:
    return {link.id for fabric in cluster.fabrics for link in fabric.links}


def switches(cluster: Cluster) -> set[object]:
    return {switch for fabric in cluster.fabrics for switch in fabric.switches}


counts = st.fixed_dictionaries(
    {
        "head": st.integers(1, 4), "login": st.integers(0, 10), "k8s": st.integers(0, 6),
        "k8s_admin": st.integers(0, 3), "k8s_user": st.integers(0, 3), "service": st.integers(0, 4),
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SITES), st.integers(1, 3), counts, counts)
def test_a_kind_or_a_machine_more_moves_nothing(
    site: dict[str, str], units: int, one: dict[str, int], other: dict[str, int]
) -> None:
    """Of two selections that are allowed, what both have stands alike in both, down to every cable."""
    keys = {**site, "scalable_units": units, "networks": WIDE}
    less = {role: min(count, other[role]) for role, count in one.items()}
    if not allowed(one, **keys):
        return
    few, many = (cluster_of(**keys, services=counts) for counts in (less, one))
    assert standing(few).items() <= standing(many).items()
    assert links(few) <= links(many)
    assert switches(few) <= switches(many)


def test_the_property_is_not_empty() -> None:
    """Selections of every further kind are allowed where a document publishes such."""
    assert allowed(ALL_TEN, platform="dgx-gb200-nvl72")
    assert allowed({**ALL_TEN, "login": 4, "service": 2}, platform="dgx-gb300-nvl72")
    assert allowed({"k8s": 3}, platform="dgx-h100")
    assert allowed({"service": 1, "login": 4}, platform="dgx-h100")


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(SITES), st.integers(1, 4), st.integers(1, 4))
def test_growth_moves_no_machine(site: dict[str, str], some: int, more: int) -> None:
    services = {"k8s_admin": 3, "service": 1}
    few, many = (
        cluster_of(**site, scalable_units=units, networks=WIDE, services=services) for units in sorted((some, more))
    )
    assert standing(few).items() <= standing(many).items()


@pytest.mark.parametrize("site", SITES[2:], ids=lambda site: "-".join(site.values()))
def test_ten_machines_have_everything_that_a_head_has(site: dict[str, str]) -> None:
    """A place, a BMC, a link to each in-band leaf of their set and one out of band."""
    cluster = expand(spec.loads("cluster.yml", text_of(ALL_TEN, **site)), catalogue.load())
    report = check(cluster, Committed(why="not of a repository"))
    assert [(p.name, p.findings) for p in report.proofs if not p.holds] == []
    ports = {
        h.name: sorted((f.name, k.a.port, f.name) for f in cluster.fabrics for k in f.links if k.a.device == h.name)
        for h in cluster.hosts
    }
    machines = [h for h in cluster.hosts if h.role not in (HostRole.DGX, HostRole.UFM)]
    assert len(machines) == 10
    assert {tuple(ports[h.name]) for h in machines} == {tuple(ports["head-01"])}
    assert {tuple(a.network for a in h.addresses) for h in machines} == {("management", "oob")}
    assert len({(h.rack, h.rack_unit) for h in machines}) == 10


@pytest.mark.parametrize("name", ["k8s-admin-03", "k8s-user-01", "service-01"])
def test_they_are_in_every_file_of_the_site_and_in_none_of_slurm(name: str) -> None:
    files = render(cluster_of(platform="dgx-gb200-nvl72", services={**ALL_TEN, "service": 1}))
    holding = {path for path, text in files.items() if isinstance(text, str) and name in text}
    assert holding >= {
        "hosts.yml", "files/hosts", "files/dns/pod.example.com.zone",
        "cabling/cables.csv", "cabling/labels.csv", "cabling/racks/mgmt-01.csv",
        "cabling/mission-control/p2p_ethernet.csv", "site/addresses.csv", "site/racks.csv", "site/racks.svg",
        "site/netbox/6-devices.csv", "site/netbox/7-interfaces.csv", "site/netbox/8-cables.csv",
    }  # fmt: skip
    assert not [path for path in holding if path.startswith(("files/slurm/", "files/chrony/", "group_vars/slurm_"))]


def test_the_bill_counts_them_by_kind() -> None:
    bill = render(cluster_of(platform="dgx-gb200-nvl72", services=ALL_TEN))["site/bom.csv"]
    assert isinstance(bill, str)
    machines = [line.split(",")[1::2][:2] for line in bill.splitlines() if line.startswith("machine,")]
    assert [m for m in machines if m[0] != "ufm machine"] == [
        [f"{role} machine", str(count)] for role, count in ALL_TEN.items()
    ]


def test_no_play_of_slurm_acts_on_them() -> None:
    plays = yaml.safe_load((ansible_root() / "playbooks" / "slurm.yml").read_text(encoding="utf-8"))
    assert not {"managed", "all", *FURTHER_ROLES} & {name for play in plays for name in play["hosts"].split(":")}
