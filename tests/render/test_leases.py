"""Real DHCP clients, in network namespaces of their own, get what hardware.csv and the address plan say of them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dgxops.model.cluster import Cluster
from dgxops.model.hardware import HardwareRecord, PortRecord
from dgxops.render import dhcp
from tests.render.test_dns_dhcp import needs, written

pytestmark = pytest.mark.lab

BMC, PORT, BOND, STRANGER = (f"02:00:00:00:00:0{n}" for n in (1, 2, 3, 9))


@pytest.fixture(scope="module")
def delivered(mini: Cluster) -> Cluster:
    """The demo with the hardware addresses of one system."""
    ports = (PortRecord("BMC", BMC), PortRecord("Slot1P2", PORT), PortRecord("Slot2P2", BOND))
    return replace(mini, hardware=(HardwareRecord("dgx-001", ports=ports),))


@dataclass(frozen=True)
class Wire:
    """One cable between two namespaces, each with its end ``eth0``."""

    server: str
    client: str

    def as_client(self, mac: str, folder: Path) -> dict[str, str]:
        """What a client with this hardware address is told; nothing where no server offers anything."""
        _ip("-n", self.client, "link", "set", "eth0", "address", mac)
        script = folder / "bound.sh"
        script.write_text('#!/bin/sh\n[ "$1" != bound ] || env\n')
        script.chmod(0o755)
        words = ["udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "4", "-T", "1", "-s", str(script)]
        done = subprocess.run(
            [needs("ip"), "netns", "exec", self.client, needs("udhcpc"), *words[1:]],
            capture_output=True,
            text=True,
            check=False,
        )
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def _ip(*words: str) -> None:
    subprocess.run([needs("ip"), *words], check=True, capture_output=True)


@pytest.fixture
def wire(network: str, delivered: Cluster) -> Iterator[Wire]:
    """The server has the last address of the network, which nothing of the demo has."""
    subnet = delivered.network(network).subnet
    made = Wire(*(f"dgxops-{os.getpid()}-{end}" for end in ("server", "client")))
    _ip("netns", "add", made.server)
    try:
        _ip("netns", "add", made.client)
        _ip("-n", made.server, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", made.client)
        _ip("-n", made.server, "address", "add", f"{subnet[-2]}/{subnet.prefixlen}", "dev", "eth0")
        for namespace in (made.server, made.client):
            _ip("-n", namespace, "link", "set", "eth0", "up")
        yield made
    finally:
        for namespace in (made.server, made.client):
            subprocess.run([needs("ip"), "netns", "delete", namespace], check=False, capture_output=True)


@contextmanager
def serving(wire: Wire, words: list[str], ready: str, log: Path) -> Iterator[None]:
    """A server in its namespace, which has said that it is ready."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [needs("ip"), "netns", "exec", wire.server, *words],
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, "KEA_PIDFILE_DIR": str(log.parent), "KEA_LOCKFILE_DIR": "none"},
        )
    try:
        deadline = time.monotonic() + 20
        while ready not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def kea(cluster: Cluster, folder: Path) -> list[str]:
    """Its own configuration as a site would write it, around the list that dgxops renders."""
    (subnets,) = written({"kea-subnet4.json": dhcp.artifacts(cluster)["files/dhcp/kea-subnet4.json"]}, folder)
    conf = folder / "kea-dhcp4.conf"
    conf.write_text(
        '{"Dhcp4": {"interfaces-config": {"interfaces": ["eth0"]}, "valid-lifetime": 3600,'
        ' "lease-database": {"type": "memfile", "persist": false},'
        ' "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}],'
        f' "subnet4": <?include "{subnets}"?>}}}}'
    )
    return [needs("kea-dhcp4"), "-c", str(conf)]


def dnsmasq(cluster: Cluster, folder: Path) -> list[str]:
    (conf,) = written({"dnsmasq.conf": dhcp.artifacts(cluster)["files/dhcp/dnsmasq.conf"]}, folder)
    alone = ("--port=0", "--log-facility=-", "--keep-in-foreground", "--log-dhcp", "--dhcp-authoritative")
    return [needs("dnsmasq"), f"--conf-file={conf}", *alone, "--interface=eth0", f"--dhcp-leasefile={folder}/leases"]


@pytest.mark.parametrize("network", ["management", "oob"])
@pytest.mark.parametrize(("server", "ready"), [(kea, "DHCP4_STARTED"), (dnsmasq, "DHCP, static leases only")])
def test_a_machine_gets_its_address_and_a_stranger_none(
    server: Callable[[Cluster, Path], list[str]],
    ready: str,
    network: str,
    wire: Wire,
    delivered: Cluster,
    tmp_path: Path,
) -> None:
    mac, name, address = {
        "management": (PORT, "dgx-001", "10.10.1.1"),
        "oob": (BMC, "dgx-001-bmc", "10.20.32.1"),
    }[network]
    with serving(wire, server(delivered, tmp_path), ready, tmp_path / "log"):
        told = wire.as_client(mac, tmp_path)
        assert (told.get("ip"), told.get("hostname")) == (address, name), (tmp_path / "log").read_text()
        assert told["mask"] == str(delivered.network(network).subnet.prefixlen)
        assert told["domain"] == delivered.domain
        assert wire.as_client(STRANGER, tmp_path) == {}


@pytest.mark.parametrize("network", ["management"])
def test_dnsmasq_knows_a_bond_by_either_port(network: str, wire: Wire, delivered: Cluster, tmp_path: Path) -> None:
    with serving(wire, dnsmasq(delivered, tmp_path), "DHCP, static leases only", tmp_path / "log"):
        told = wire.as_client(BOND, tmp_path)
    assert told.get("ip") == "10.10.1.1"
