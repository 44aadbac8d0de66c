"""The same for dnsmasq, which gives an address to whichever port of a bond asks for it.

Options: dnsmasq(8). A site's own dnsmasq.conf takes the file in with ``conf-file=``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.model.cluster import Cluster
from dgxops.nodeset import fold
from dgxops.render.dhcp.reservations import missing, reservations, served

_HEADER = "# Written by dgxops render: change cluster.yml or hardware.csv and render again, not this file.\n"


def conf(cluster: Cluster) -> str:
    """Ranges without free addresses, options by network, and a line a host."""
    return _HEADER + "".join(f"{line}\n" for line in _lines(cluster))


def _lines(cluster: Cluster) -> Iterator[str]:
    made = reservations(cluster)
    for network, subnet in served(cluster):
        here = tuple(r for r in made if r.network == network.name and r.ip in subnet.subnet)
        name = f"{network.name}-{subnet.number}" if subnet.number else network.name
        yield f"\n# {name}" + (f": {subnet.said}" if subnet.said else "")
        if lacking := missing(here):
            yield f"# no hardware address is known of {fold(lacking)}"
        yield f"dhcp-range=set:{name},{subnet.subnet.network_address},static,{subnet.subnet.netmask}"
        yield f"dhcp-option=tag:{name},option:router" + (f",{subnet.gateway}" if subnet.gateway else "")
        if cluster.site.dns_servers:
            yield f"dhcp-option=tag:{name},option:dns-server,{','.join(cluster.site.dns_servers)}"
        yield f"dhcp-option=tag:{name},option:domain-name,{cluster.domain}"
        yield from (f"dhcp-host={','.join(r.macs)},{r.ip},{r.name}" for r in here if r.macs)
