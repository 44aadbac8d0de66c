"""Rules about the DNS zones that are rendered."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from dgxops.spec.document import Path
from dgxops.spec.messages import meant, shown
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads

_SERVING = ("head", "login")


@reads("site.zones.servers.*", "domain", "naming", "services", "platform", "scalable_units", "grow_to")
def servers(facts: Facts) -> Iterator[Fault]:
    """A server is called by a name, once; one in the cluster's own domain is a machine that has an address there."""
    if facts.spec.site.zones.servers is None or facts.unnamed(*_SERVING):
        return
    seen: set[str] = set()
    domain, hosts = facts.spec.domain, {name for key, name in facts.names() if key in _SERVING}
    for number, server in enumerate(facts.spec.site.zones.servers):
        place: Path = ("site", "zones", "servers", number)
        name = server.lower().removesuffix(f".{domain}")
        if _is_address(server):
            yield Fault(place, f"{server} is an address: a zone names its servers", "such as ns1.example.com")
        elif ("." not in name or name != server.lower()) and name not in hosts:
            message = f"no head or login node is called {shown(name)}, so it has no address in {domain}"
            yield Fault(place, message, meant(name, hosts) or "a server elsewhere is written with its domain")
        elif name in seen:
            yield Fault(place, f"{server} is listed already", "each server once")
        seen.add(name)


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
