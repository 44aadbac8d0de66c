"""The lab's network on the host: a bridge with the gateway's address, and NAT in a table of the lab's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from dgxops.errors import EnvironmentLacking
from dgxops.lab.shell import run, succeeds
from dgxops.lab.state import Lab


def refuse_overlap(lab: Lab, others: tuple[Lab, ...]) -> None:
    """EnvironmentLacking when the lab's subnet is in use here: by another lab, a route or a name server."""
    holder = next(_holders(lab, others), None)
    if holder:
        raise EnvironmentLacking(
            f"the management network {lab.subnet} of {lab.cluster} overlaps {holder}",
            hint=f"change networks.management.subnet in {lab.spec}, or take the other down",
        )


def _holders(lab: Lab, others: tuple[Lab, ...]) -> Iterator[str]:
    for other in others:
        if other.cluster != lab.cluster and other.subnet.overlaps(lab.subnet):
            yield f"{other.subnet} of the lab {other.cluster}"
    for network, interface in _routes():
        if interface != lab.bridge and network.overlaps(lab.subnet):
            yield f"the route to {network} by {interface} of this machine"
    for server in name_servers():
        if server in lab.subnet:
            yield f"this machine's name server {server}"


def _routes() -> Iterator[tuple[IPv4Network, str]]:
    for route in json.loads(run("ip", "-4", "-j", "route", "show", "table", "main")):
        if route["dst"] != "default":
            yield IPv4Network(route["dst"]), route.get("dev", "?")


def name_servers() -> tuple[IPv4Address, ...]:
    """The host's IPv4 name servers that other machines can reach too."""
    words = [line.split() for line in resolver_text().splitlines()]
    found = (w[1] for w in words if len(w) > 1 and w[0] == "nameserver" and ":" not in w[1])
    return tuple(ip for ip in map(IPv4Address, found) if not ip.is_loopback)


def resolver_text() -> str:
    """The host's resolver configuration; the one behind systemd-resolved's stub where it has one."""
    real = Path("/run/systemd/resolve/resolv.conf")
    path = real if real.exists() else Path("/etc/resolv.conf")
    return path.read_text() if path.exists() else ""


def raise_network(lab: Lab) -> None:
    """Make the bridge and the NAT table; what is there already is left as it is."""
    if not Path("/sys/class/net", lab.bridge).exists():
        run("ip", "link", "add", "name", lab.bridge, "address", _bridge_mac(lab), "type", "bridge", "stp_state", "0")
    run("ip", "address", "replace", f"{lab.gateway}/{lab.subnet.prefixlen}", "dev", lab.bridge)
    run("ip", "link", "set", lab.bridge, "up")
    run("nft", "-f", "-", stdin=_rules(lab))


def lower_network(lab: Lab) -> None:
    """Take away what :func:`raise_network` made, however far it got."""
    if succeeds(["nft", "list", "table", "ip", lab.table]):
        run("nft", "delete", "table", "ip", lab.table)
    if Path("/sys/class/net", lab.bridge).exists():
        run("ip", "link", "delete", lab.bridge)


def _bridge_mac(lab: Lab) -> str:
    """Fixed and locally administered: a bridge without one changes it as machines come and go."""
    return "02:dd:" + ":".join(lab.tag[i : i + 2] for i in range(0, 8, 2))


def _rules(lab: Lab) -> str:
    """Masquerade what leaves the lab; segments are held to the way out, which may be narrower than the bridge."""
    return f"""table ip {lab.table}
delete table ip {lab.table}
table ip {lab.table} {{
  chain leave {{
    type nat hook postrouting priority srcnat;
    ip saddr {lab.subnet} oifname != "{lab.bridge}" masquerade
  }}
  chain narrow {{
    type filter hook forward priority mangle;
    iifname "{lab.bridge}" tcp flags syn tcp option maxseg size set rt mtu
    oifname "{lab.bridge}" tcp flags syn tcp option maxseg size set rt mtu
  }}
}}
"""
