"""Names with a domain behind them: the domain is the cluster's, and the names are those in front of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dgxops.importing.facts import End, SeenCable, Sources
from dgxops.spec.forms import DOMAIN


def shortened(sources: Sources) -> tuple[Sources, str]:
    """The sources without the one domain that names have, and that domain; as they are where there is none or more."""
    domains = {name.partition(".")[2] for name in _names(sources) if "." in name}
    domain = domains.pop() if len(domains) == 1 else ""
    if not domain or not re.fullmatch(DOMAIN, domain):
        return sources, ""

    def short(name: str) -> str:
        return name.removesuffix(f".{domain}")

    def end(of: End) -> End:
        return short(of[0]), of[1]

    cables = (SeenCable(end(c.a), end(c.z), c.a_rack, c.z_rack) for c in sources.cables)
    settings = replace(sources.settings, controllers=tuple(map(short, sources.settings.controllers)))
    return replace(
        sources,
        cables=tuple(cables),
        nodes=tuple(replace(n, name=short(n.name)) for n in sources.nodes),
        hosts=tuple(replace(h, name=short(h.name)) for h in sources.hosts),
        partitions=tuple(replace(p, nodes=tuple(map(short, p.nodes))) for p in sources.partitions),
        addresses=tuple(replace(a, name=short(a.name)) for a in sources.addresses),
        settings=settings,
    ), domain


def _names(sources: Sources) -> Iterator[str]:
    yield from (end[0] for cable in sources.cables for end in (cable.a, cable.z))
    yield from (node.name for node in sources.nodes)
    yield from (host.name for host in sources.hosts)
    yield from (address.name for address in sources.addresses)
    yield from sources.settings.controllers
