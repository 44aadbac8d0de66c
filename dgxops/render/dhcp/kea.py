"""The list of subnets for Kea's DHCPv4 server, with a reservation each.

Keys: Kea Administrator Reference Manual, DHCPv4 server. It is the value of ``subnet4``: a site's own kea-dhcp4.conf has
``"subnet4": <?include "/etc/kea/kea-subnet4.json"?>``. There are no pools: who is not known gets no address.
``match-client-id`` is off, or a machine that boots from the network and then its system would be two clients.
"""

from __future__ import annotations

import json
from ipaddress import AddressValueError, IPv4Address

from dgxops.model.cluster import Cluster
from dgxops.model.network import Network, Subnet
from dgxops.nodeset import fold
from dgxops.render.dhcp.reservations import NETWORKS, Reservation, missing, reservations, served

_COMMENT = "Written by dgxops render: change cluster.yml or hardware.csv and render again, not this file."


def subnets(cluster: Cluster) -> str:
    """The list as JSON."""
    made = reservations(cluster)
    found = [_subnet(cluster, network, subnet, made) for network, subnet in served(cluster)]
    return json.dumps(found, indent=2) + "\n"


def _subnet(cluster: Cluster, network: Network, subnet: Subnet, made: tuple[Reservation, ...]) -> dict[str, object]:
    here = tuple(r for r in made if r.network == network.name and r.ip in subnet.subnet)
    said = {"holds": subnet.said} if subnet.said else {}
    return {
        "id": NETWORKS.index(network.name) + 1 + len(NETWORKS) * subnet.number,
        "subnet": str(subnet.subnet),
        "user-context": {"comment": _COMMENT, "network": network.name, **said, "missing": fold(missing(here))},
        "match-client-id": False,
        "option-data": options(cluster, network, subnet.gateway),
        "reservations": [_reservation(r) for r in here if r.macs],
    }


def _reservation(one: Reservation) -> dict[str, object]:
    """Kea gives an address to one hardware address: the first of a bond's."""
    return {"hw-address": one.macs[0], "ip-address": str(one.ip), "hostname": one.name}


def options(cluster: Cluster, network: Network, gateway: IPv4Address | None) -> list[dict[str, object]]:
    """What every client of a subnet with this router is told; nothing that the spec leaves open."""
    site = cluster.site
    said = {
        "routers": str(gateway or ""),
        "domain-name-servers": ", ".join(site.dns_servers),
        "domain-name": cluster.domain,
        "domain-search": ", ".join((cluster.domain, *site.dns_search)),
        "ntp-servers": ", ".join(filter(_is_address, site.ntp_servers)),
        "interface-mtu": str(network.mtu or ""),
    }
    return [{"name": name, "data": data} for name, data in said.items() if data]


def _is_address(server: str) -> bool:
    """DHCP knows time servers by address alone (RFC 2132, 8.3)."""
    try:
        IPv4Address(server)
    except AddressValueError:
        return False
    return True
