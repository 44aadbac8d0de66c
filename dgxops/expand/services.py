"""Where the machines beside heads, logins and DGX systems stand, and what they are plugged into.

Fourteen places are kept for management machines, as many as there may be heads (4) and logins (10): each is a place in
the management rack, an address in band and one out of band, a port on each in-band leaf and one on an out-of-band
switch. A machine of another kind has the place of a head or login that is not there, always the same one. So a kind
that comes, goes or grows moves nothing; two machines that would share a place are a fault of the spec. Which places
is ours: those first that the in-band leaves with the fewest ports have too, and those of a third and fourth login late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dgxops.model.node import FURTHER_ROLES, HostRole

if TYPE_CHECKING:
    from dgxops.expand.addressing import Pool
    from dgxops.expand.pools import Pools
    from dgxops.spec.schema import Services

Place = tuple[HostRole, int]
"""That of the head or login (or UFM appliance) of this number, from 1."""

_HEAD, _LOGIN = HostRole.HEAD, HostRole.LOGIN
_KUBERNETES: tuple[Place, ...] = ((_HEAD, 3), (_HEAD, 4), (_LOGIN, 6), (_LOGIN, 7), (_LOGIN, 8), (_LOGIN, 9))
_PLACES: dict[HostRole, tuple[Place, ...]] = {
    HostRole.K8S: _KUBERNETES,
    HostRole.K8S_ADMIN: _KUBERNETES[:3],
    HostRole.K8S_USER: _KUBERNETES[3:],
    HostRole.SERVICE: ((_LOGIN, 5), (_LOGIN, 10), (_LOGIN, 4), (_LOGIN, 3)),
}
SERVED_ROLES = (HostRole.HEAD, HostRole.LOGIN, *FURTHER_ROLES)
"""Machines that the spec counts under ``services``, in the order in which they are listed everywhere."""


def place_of(role: HostRole, index: int) -> Place:
    """Whose place the ``index``-th machine of a role (from 1) has: its own, or that of a head or login."""
    return _PLACES[role][index - 1] if role in _PLACES else (role, index)


def counts(services: Services) -> dict[HostRole, int]:
    """How many machines of each role the spec asks for."""
    return {role: getattr(services, role.value) for role in SERVED_ROLES}


def pools(network: Pools, machines: Mapping[HostRole, int]) -> Iterator[tuple[Pool, int]]:
    """Address pools of so many machines of each role in a network, with the highest index that is needed of each.

    Whoever has the place of a head or login has a pool of one.
    """
    for role, count in machines.items():
        if role not in _PLACES:
            yield network.machines(role), count
            continue
        for like, number in _PLACES[role][:count]:
            pool = network.machines(like)
            yield replace(pool, name=f"{role.value} machines", first=pool.first + number - 1), 1
