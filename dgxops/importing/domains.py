"""Names with a domain behind them, which is the cluster's, and names in capitals, which host names are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from dgxops.importing.facts import End, SeenCable, Sources
from dgxops.spec.forms import DOMAIN


def shortened(sources: Sources) -> tuple[Sources, str]:
    """The sources without the one domain that names have, and that domain; as they are where there is none or more."""
    domains = {name.partition(".")[2] for name in _names(sources) if "." in name}
    domain = domains.pop() if len(domains) == 1 else ""
    if not domain or not re.fullmatch(DOMAIN, domain):
        return sources, ""

    return renamed(sources, lambda name: name.removesuffix(f".{domain}")), domain


def lowered(sources: Sources) -> Sources:
    """The sources with all names in small letters, as host names mean the same in either; unless two become one."""
    names = set(_names(sources))
    return renamed(sources, str.lower) if len({name.lower() for name in names}) == len(names) else sources


def renamed(sources: Sources, called: Callable[[str], str]) -> Sources:
    """The sources with other names for everything."""

    def end(of: End) -> End:
        return called(of[0]), of[1]

    cables = (SeenCable(end(c.a), end(c.z), called(c.a_rack), called(c.z_rack)) for c in sources.cables)
    settings = replace(sources.settings, controllers=tuple(map(called, sources.settings.controllers)))
    return replace(
        sources,
        cables=tuple(cables),
        nodes=tuple(replace(n, name=called(n.name)) for n in sources.nodes),
        hosts=tuple(replace(h, name=called(h.name)) for h in sources.hosts),
        partitions=tuple(replace(p, nodes=tuple(map(called, p.nodes))) for p in sources.partitions),
        addresses=tuple(replace(a, name=called(a.name)) for a in sources.addresses),
        settings=settings,
    )


def _names(sources: Sources) -> Iterator[str]:
    yield from (end[0] for cable in sources.cables for end in (cable.a, cable.z))
    yield from (node.name for node in sources.nodes)
    yield from (host.name for host in sources.hosts)
    yield from (address.name for address in sources.addresses)
    yield from sources.settings.controllers
