"""What is wrong with names, serials and hardware addresses is found; what is right is proved with its figures."""

from __future__ import annotations

from dataclasses import replace

from dgxops.check.addresses import held, single_use
from dgxops.check.hardware import with_hardware
from dgxops.check.places import names
from dgxops.check.zones import in_dns, parse
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Severity
from dgxops.model.hardware import HardwareRecord, PortRecord
from dgxops.model.proof import Proof
from dgxops.render import dns
from tests.conftest import cluster_of

FEW = {"head": 1, "login": 0}
FORWARD, BACK = "files/dns/pod.example.com.zone", "files/dns/1.10.10.in-addr.arpa.zone"


def prove_zones(cluster: Cluster, files: dict[str, str], before: dict[str, str] | None = None) -> Proof:
    return in_dns(names(cluster), files, before or {})


def test_forward_is_reverse_at_any_prefix(pod1: Cluster) -> None:
    for cluster in (
        pod1,
        cluster_of(nodes=1, networks={"management": {"subnet": "10.8.0.0/16"}}),
        cluster_of(
            scalable_units="none",
            nodes=2,
            services={"head": 1, "login": 0},
            networks={"oob": {"subnet": "10.9.9.128/25"}},
        ),
    ):
        proof = prove_zones(cluster, dns.artifacts(cluster))
        assert proof.findings == ()
        hosts, switches = len(cluster.hosts), sum(len(f.switches) for f in cluster.fabrics)
        devices = sum(len(rack.devices) for rack in cluster.racks)
        assert proof.figures["dns names"] == 2 * hosts + switches + devices


def test_a_name_that_is_not_found_back_and_one_used_twice(mini: Cluster) -> None:
    files = dns.artifacts(mini)
    without = files | {BACK: files[BACK].replace("1\tIN\tPTR\tdgx-001.pod.example.com.\n", "", 1)}
    assert [f.evidence for f in prove_zones(mini, without).findings] == ["dgx-001.pod.example.com. 10.10.1.1"]
    twice = files | {FORWARD: files[FORWARD] + "DGX-002\tIN\tA\t10.10.1.9\n"}
    assert {f.message for f in prove_zones(mini, twice).findings} == {
        "a name has more than one address",
        "a name is found forward and not back",
    }


def test_a_changed_zone_needs_a_later_serial(mini: Cluster) -> None:
    before = dns.artifacts(mini)
    zones = {path: text for path, text in before.items() if path.endswith(".zone")}
    assert prove_zones(mini, before, zones).findings == ()
    grown = cluster_of(nodes=5, services={"head": 1, "login": 1})
    stuck = prove_zones(grown, dns.artifacts(grown), zones)
    assert stuck.holds
    assert len(stuck.findings) == 3  # forward, in-band and out-of-band
    assert {f.severity for f in stuck.findings} == {Severity.WARNING}
    assert {f.repair for f in stuck.findings} == {"site: {zones: {serial: 2}} in cluster.yml"}
    raised = replace(grown, zones=replace(grown.zones, serial=2))
    assert prove_zones(raised, dns.artifacts(raised), zones).findings == ()


def test_serials_go_round_as_rfc_1982_has_it(mini: Cluster) -> None:
    def at(serial: int, nodes: int) -> dict[str, str]:
        cluster = cluster_of(nodes=nodes, site={"zones": {"serial": serial}})
        return {path: text for path, text in dns.artifacts(cluster).items() if path.endswith(".zone")}

    assert parse(at(7, 1)[FORWARD]).serial == 7
    assert prove_zones(mini, at(5, 2), at(2**32 - 1, 1)).findings == ()
    assert len(prove_zones(mini, at(4, 2), at(5, 1)).findings) == 3


def test_no_mac_twice_and_who_has_none(mini: Cluster) -> None:
    addresses = single_use(held(mini))
    assert with_hardware(addresses, mini) == addresses
    port = PortRecord("BMC", "02:00:00:00:00:01", "0x0000000000000001")
    one, other = HardwareRecord("dgx-001", ports=(port,)), HardwareRecord("dgx-002", ports=(port,))
    proof = with_hardware(addresses, replace(mini, hardware=(one, other)))
    errors = [f.evidence for f in proof.findings if f.severity is Severity.ERROR]
    assert errors == ["02:00:00:00:00:01: dgx-001 BMC, dgx-002 BMC", "0x0000000000000001: dgx-001 BMC, dgx-002 BMC"]
    inband, oob = (f.hosts for f in proof.findings if f.severity is Severity.WARNING)
    assert set(inband) == {h.name for h in mini.hosts}
    assert not {"dgx-001", "dgx-002"} & set(oob)
    assert "spine-01" in oob
