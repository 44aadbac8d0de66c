"""Zone files (RFC 1035, section 5) and the statements that make BIND serve them.

The serial is a number of the spec, not a clock's or a digest's: a secondary takes a zone over only when its serial went
up (RFC 1982), which a digest does half of the time, and the same spec must give the same bytes. ``dgxops check`` says
when names changed since the last commit and the serial did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from dgxops.model.cluster import Cluster
from dgxops.render.dns.names import names
from dgxops.render.dns.reverse import ReverseZone, zones_of

FOLDER = "files/dns"
SERVED = ("management", "oob")
"""Networks whose addresses have names."""

_SERIAL = "; Secondary servers take over a change only when site.zones.serial of cluster.yml goes up with it.\n"
HEADER = "; Written by dgxops render: change cluster.yml and render again, not this file.\n"
_TIMES = "3600 900 1209600 300"  # refresh, retry, expire, negative TTL in seconds: our choice, within RFC 1912, 2.2
_TTL = 3600
_CONF = """\
// Written by dgxops render. For BIND's named.conf on the primary server, with the zone files in named's directory
// (options { directory ...; }):  include "named.conf.zones";
// Check before loading: named-checkconf -z
"""

Record = tuple[str, str, str]
"""Owner, type, data."""


def artifacts(cluster: Cluster) -> dict[str, str]:
    """files/dns/<zone>.zone, named.conf.zones, and parent-<zone>.txt where another one's zone must refer to ours."""
    every = list(names(cluster))
    forward = _file(cluster, cluster.domain, ((name, "A", str(ip)) for name, ip in every))
    made = {f"{FOLDER}/{cluster.domain}.zone": forward}
    served = [zone for zone in reverse_zones(cluster) if any(ip in zone.block for _, ip in every)]
    for zone in served:
        made[f"{FOLDER}/{zone.name}.zone"] = _file(cluster, zone.name, _pointers(cluster, zone, every))
        if zone.parent:
            made[f"{FOLDER}/parent-{zone.name}.txt"] = _parent(cluster, zone)
    made[f"{FOLDER}/named.conf.zones"] = _CONF + "".join(map(_statement, (cluster.domain, *(z.name for z in served))))
    return made


def reverse_zones(cluster: Cluster) -> tuple[ReverseZone, ...]:
    """Those of the networks with names, each once."""
    zones = (zone for network in cluster.networks if network.name in SERVED for zone in zones_of(network.subnet))
    return tuple({zone.name: zone for zone in zones}.values())


def _pointers(cluster: Cluster, zone: ReverseZone, every: Iterable[tuple[str, IPv4Address]]) -> Iterator[Record]:
    for name, ip in sorted(every, key=lambda pair: pair[1]):
        if ip in zone.block:
            yield zone.owner(ip), "PTR", f"{name}.{cluster.domain}."


def _file(cluster: Cluster, zone: str, records: Iterable[Record]) -> str:
    zones = cluster.zones
    head = (
        ("@", "SOA", f"{zones.servers[0]}. {_mailbox(zones.contact)} {zones.serial} {_TIMES}"),
        *(("@", "NS", f"{server}.") for server in zones.servers),
    )
    return f"{HEADER}{_SERIAL}$ORIGIN {zone}.\n$TTL {_TTL}\n" + "".join(map(_line, (*head, *records)))


def _line(record: Record) -> str:
    owner, kind, data = record
    return f"{owner}\tIN\t{kind}\t{data}\n"


def _mailbox(address: str) -> str:
    """A mail address as the SOA has it (RFC 1035, 8): dots of the person are escaped, the @ is a dot."""
    person, _, domain = address.partition("@")
    return person.replace(".", "\\.") + f".{domain}."


def _statement(zone: str) -> str:
    return f'zone "{zone}" {{ type primary; file "{zone}.zone"; }};\n'


def _parent(cluster: Cluster, zone: ReverseZone) -> str:
    """What the holder of the /24 adds to its zone: RFC 2317, section 4."""
    label = zone.name.removesuffix(f".{zone.parent}")
    aliases = ((str(int(ip) & 255), "CNAME", f"{int(ip) & 255}.{zone.name}.") for ip in zone.block)
    lines = (*((label, "NS", f"{server}.") for server in cluster.zones.servers), *aliases)
    return f"{HEADER}; Lines for the zone {zone.parent}, whoever holds it (RFC 2317).\n" + "".join(map(_line, lines))
