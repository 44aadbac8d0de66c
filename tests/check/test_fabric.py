"""The laws of fabrics hold for fabrics that are no DGX H100's."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from dgxops.check.fabric import prove_fabrics
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint, Fabric, Link, LinkKind, Switch, Tier
from dgxops.model.proof import Proof
from tests.conftest import cluster_of


def switch(name: str, tier: Tier, radix: int = 8) -> Switch:
    return Switch(name, "compute", tier, "toy", radix, 0, None, 1, "rack", 1, IPv4Address("10.0.0.1"))


def toy(pod: Cluster, switches: list[Switch], cables: list[tuple[str, str, int]]) -> dict[str, Proof]:
    """Proofs of a fabric with so many cables between two devices; ports count up at each device."""
    used: dict[str, int] = {}

    def port(device: str) -> Endpoint:
        used[device] = used.get(device, 0) + 1
        return Endpoint(device, str(used[device]))

    links = tuple(Link(LinkKind.LEAF_SPINE, port(a), port(z)) for a, z, count in cables for _ in range(count))
    cluster = replace(pod, fabrics=(Fabric("compute", tuple(switches), links),))
    return {p.name: p for p in prove_fabrics(cluster)}


LEAVES = [switch("l1", Tier.LEAF), switch("l2", Tier.LEAF)]
SPINES = [switch("s1", Tier.SPINE), switch("s2", Tier.SPINE)]
HEADS = [("head-01", "l1", 4), ("login-01", "l2", 4)]


def trunks(a: int, b: int, c: int, d: int) -> list[tuple[str, str, int]]:
    return [("l1", "s1", a), ("l1", "s2", b), ("l2", "s1", c), ("l2", "s2", d)]


def test_an_even_fabric_is_even(mini: Cluster) -> None:
    proofs = toy(mini, LEAVES + SPINES, HEADS + trunks(2, 2, 2, 2))
    assert proofs["uplinks"].statement == "4 of 4 switch pairs alike (leaf x2)"
    assert proofs["bisection"].figures == {"compute leaf": 1.0}
    assert all(proofs[name].holds for name in ("ports", "uplinks", "bisection", "connected"))


@pytest.mark.parametrize("uneven", [(1, 2, 2, 2), (3, 1, 2, 2), (2, 2, 0, 4)])
def test_an_uneven_pair_is_named(mini: Cluster, uneven: tuple[int, int, int, int]) -> None:
    proof = toy(mini, LEAVES + SPINES, trunks(*uneven))["uplinks"]
    assert not proof.holds
    assert "links to" in proof.findings[0].evidence


def test_planes_are_even_each_for_itself(mini: Cluster) -> None:
    """Two leaves below one spine each share nothing: no pair is missing, but the fabric is in two pieces."""
    proofs = toy(mini, LEAVES + SPINES, [*HEADS, ("l1", "s1", 4), ("l2", "s2", 4)])
    assert proofs["uplinks"].holds
    assert proofs["connected"].findings[0].hosts == ("l2", "s2")


def test_oversubscription_is_the_computed_ratio(mini: Cluster) -> None:
    proof = toy(mini, LEAVES + SPINES, HEADS + trunks(1, 1, 1, 1))["bisection"]
    assert proof.figures == {"compute leaf": 0.5}
    assert [f.evidence for f in proof.findings] == ["l1: 1:2 up to down", "l2: 1:2 up to down"]


def test_the_middle_of_three_tiers_is_held_to_it_too(mini: Cluster) -> None:
    cores = [switch("c1", Tier.CORE)]
    cables = [("head-01", "l1", 2), ("l1", "s1", 2), ("l2", "s1", 2), ("s1", "c1", 3)]
    proof = toy(mini, [*LEAVES, SPINES[0], *cores], cables)["bisection"]
    assert [f.evidence for f in proof.findings] == ["s1: 3:4 up to down"]


def test_two_machines_joined_directly_are_a_fabric(mini: Cluster) -> None:
    proofs = toy(mini, [], [("head-01", "login-01", 2)])
    assert proofs["connected"].statement == "2 machines joined directly in one piece"
    assert not proofs["bisection"].proved
    assert all(proofs[name].holds for name in ("ports", "single use", "endpoints", "uplinks", "connected"))


def test_a_switch_without_cables_is_cut_off(mini: Cluster) -> None:
    proof = toy(mini, [*LEAVES, *SPINES, switch("spare", Tier.SPINE)], HEADS + trunks(2, 2, 2, 2))["connected"]
    assert [f.hosts for f in proof.findings] == [("spare",)]


def test_an_out_of_band_switch_without_uplinks_is_a_warning() -> None:
    """Upper layers for 32 units stand beside the in-band leaves of one: these have too few ports for all."""
    wide = {"management": "10.0.0.0/12", "oob": "10.16.0.0/12", "compute": "100.64.0.0/12", "storage": "100.80.0.0/12"}
    networks = {name: {"subnet": subnet} for name, subnet in wide.items()}
    cluster = cluster_of(scalable_units=1, grow_to=32, networks=networks)
    proof = next(p for p in prove_fabrics(cluster) if p.name == "cabled")
    assert proof.holds
    assert [(f.message, f.severity.value) for f in proof.findings] == [
        ("an out-of-band switch has no uplink", "warning")
    ] * len(proof.findings)
    assert proof.findings
