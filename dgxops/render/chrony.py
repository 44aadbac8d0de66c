"""chrony.conf for those who serve time (the heads) and for those who follow (all others)."""

from __future__ import annotations

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host, HostRole
from dgxops.model.release import Release

SERVER = "files/chrony/server.conf"
CLIENT = "files/chrony/client.conf"
HEADER = "# Written by dgxops render: change cluster.yml and render again, not this file.\n"

# Stratum of a head that has no time server to follow: far below any real one, so a real one always wins.
LOCAL_STRATUM = 10

COMMON = """
driftfile /var/lib/chrony/chrony.drift
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
keyfile /etc/chrony/chrony.keys
rtcsync
# Step the clock when it is more than a second off, but only in the first three measurements after a start
makestep 1 3
"""


def artifacts(cluster: Cluster) -> dict[str, str]:
    """server.conf for the heads, client.conf for every other host, which hears of leap seconds from the heads."""
    heads = cluster.hosts_of(HostRole.HEAD)
    server = [*_upstream(cluster, heads), COMMON, f"leapseclist {cluster.release.leap_seconds}\n", _serve(cluster)]
    return {
        SERVER: HEADER + "".join(server),
        CLIENT: HEADER + "".join(_source(str(h.management_ip), h.name) for h in heads) + COMMON,
    }


def _upstream(cluster: Cluster, heads: tuple[Host, ...]) -> list[str]:
    """What heads follow: the site's servers, or the distribution's public ones where the site names none, and each
    other, so that they agree when those are away.

    One file serves all heads: chronyd tells itself apart and never follows itself (seen with 4.6: the others follow
    the first head, which goes on alone).
    """
    site = [_source(server) for server in cluster.site.ntp_servers] or _public(cluster.release)
    one_another = [_source(str(h.management_ip), h.name) for h in heads] if len(heads) > 1 else []
    return [*site, *one_another, f"local stratum {LOCAL_STRATUM} orphan\n"]


def _public(release: Release) -> list[str]:
    return [f"pool {release.time_pool} iburst\n"] if release.time_pool else []


def _source(server: str, name: str = "") -> str:
    comment = f"# {name}\n" if name else ""
    return f"{comment}server {server} iburst\n"


def _serve(cluster: Cluster) -> str:
    return f"allow {cluster.network('management').subnet}\n"
