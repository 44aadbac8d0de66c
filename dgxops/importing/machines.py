"""Which machines are heads and login nodes: by their ports, by what Slurm and an inventory say, by their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network

from dgxops.expand.addressing import host_pool
from dgxops.expand.grouping import part
from dgxops.importing.facts import Role, Sources
from dgxops.importing.inferred import Inferred
from dgxops.importing.template import Pairs
from dgxops.model.node import HostRole
from dgxops.nodeset import fold

MOST = {"head": 4, "login": 10}
_ROLES = {"head": HostRole.HEAD, "login": HostRole.LOGIN}


def machines(found: Inferred, sources: Sources, cabled: Mapping[str, Pairs]) -> dict[str, Pairs]:
    """Role -> number and name of each; writes how many there are where a source tells all of them."""
    for pairs, whole in _told(found, sources, cabled):
        if pairs["head"]:
            for role, each in pairs.items():
                _count(found, role, each, whole)
            return {role: each[: MOST[role]] for role, each in pairs.items() if each}
    found.open.append("services: which machines are heads and login nodes; the defaults stand")
    return {}


def _count(found: Inferred, role: str, each: Pairs, whole: bool) -> None:
    names = fold(name for _, name in each) if each else "none is told, while heads are"
    if each or whole:
        highest = max((int(fields["index"]) for fields, _ in each), default=0)
        found.values[f"services.{role}"] = min(highest, MOST[role]), names
    else:
        found.open.append(f"services.{role}: no source says which machines are login nodes; the default stands")
    if len(each) > MOST[role]:
        found.open.append(f"services.{role}: there are {len(each)}, {MOST[role]} are written: {names}")


def _told(found: Inferred, sources: Sources, cabled: Mapping[str, Pairs]) -> Iterator[tuple[dict[str, Pairs], bool]]:
    """What each kind of source says, the surest first, and whether it would name login nodes too."""
    yield dict(cabled), True
    nodes = set(found.all_nodes)
    named = dict.fromkeys((*sources.settings.controllers, *sources.with_role(Role.HEAD)))
    heads = [name for name in named if name not in nodes]
    if both := nodes & set(named):
        found.open.append(f"services.head: {fold(both)} are nodes too; dgxops wants machines of their own as heads")
    logins = [name for name in sources.with_role(Role.LOGIN) if name not in {*heads, *nodes}]
    yield {"head": _numbered(heads), "login": _numbered(logins)}, bool(sources.hosts)
    yield _by_address(found, sources), True
    yield _by_name(sources), True


def _numbered(names: Iterable[str]) -> Pairs:
    return [({"index": number}, name) for number, name in enumerate(sorted(names), 1)]


def _by_address(found: Inferred, sources: Sources) -> dict[str, Pairs]:
    """Machines at the addresses that dgxops gives to heads and login nodes."""
    told = found.value("networks.management.subnet")
    subnet = IPv4Network(str(told)) if told else None
    if subnet and len(found.parts) > 1:
        subnet = part(subnet, 0)
    names = {texts[0]: name for name, texts in sources.written("management").items()}
    pairs: dict[str, Pairs] = {}
    for role, host_role in _ROLES.items():
        pool = host_pool(subnet, host_role) if subnet else None
        numbers = range(1, (pool.capacity if pool else 0) + 1)
        pairs[role] = [({"index": n}, names[at]) for n in numbers if pool and (at := str(pool.at(n))) in names]
    return pairs


def _by_name(sources: Sources) -> dict[str, Pairs]:
    """Devices with a cable that are called as dgxops would call a head or a login node."""
    devices = {end[0] for cable in sources.cables for end in (cable.a, cable.z)}
    return {
        role: [({"index": n}, name) for n in range(1, most + 1) if (name := f"{role}-{n:02d}") in devices]
        for role, most in MOST.items()
    }
