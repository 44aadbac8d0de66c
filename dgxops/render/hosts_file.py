"""The whole /etc/hosts of every host: in-band names and BMCs, those of BlueField cards too."""

from __future__ import annotations

from dgxops.model.cluster import Cluster

HEADER = "# Written by dgxops render: change cluster.yml and render again, not this file.\n"
LOCAL = """127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
"""


def artifacts(cluster: Cluster) -> dict[str, str]:
    """files/hosts: every name of the cluster with its address, the same on every host."""
    in_band = [_line(str(h.management_ip), h.name, cluster.domain) for h in cluster.hosts]
    bmcs = [_line(str(one.ip), one.name, cluster.domain) for h in cluster.hosts for one in h.controllers]
    out_of_band = ["\n# BMCs, out of band\n", *bmcs] if bmcs else []
    return {"files/hosts": "".join([HEADER, LOCAL, "\n# in-band\n", *in_band, *out_of_band])}


def _line(address: str, name: str, domain: str) -> str:
    """The full name first: that is what a host takes for its own (``hostname --fqdn``)."""
    return f"{address}\t{name}.{domain} {name}\n"
