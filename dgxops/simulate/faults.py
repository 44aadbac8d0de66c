"""Mistakes that are made in a machine room, as functions Fabric -> Fabric: what is cabled instead of the design.

All are pure and refuse with KeyError or ValueError what the fabric does not have. They serve the tests, and anyone who
wants to see what a simulation says of a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from dgxops.model.fabric import Endpoint, Fabric, Link, LinkKind


def link_of(fabric: Fabric, device: str, port: str) -> Link:
    """The cable in a port."""
    end = Endpoint(device, port)
    for link in fabric.links:
        if end in (link.a, link.z):
            return link
    raise KeyError(f"no cable in port {port} of {device}")


def links_between(fabric: Fabric, lower: str, upper: str) -> tuple[Link, ...]:
    return tuple(link for link in fabric.links if (link.a.device, link.z.device) == (lower, upper))


def free_port(fabric: Fabric, switch: str) -> Endpoint:
    """The lowest port of a switch without a cable."""
    radix = next(s.radix for s in fabric.switches if s.name == switch)
    used = {int(end.port) for link in fabric.links for end in (link.a, link.z) if end.device == switch}
    free = set(range(1, radix + 1)) - used
    if not free:
        raise ValueError(f"{switch} has no free port")
    return Endpoint(switch, str(min(free)))


def rotate_cables(fabric: Fabric, *links: Link) -> Fabric:
    """Each cable's upper end in the place of the next one's, the last one's in that of the first: two are a swap."""
    follower = dict(zip(links, (*links[1:], links[0]), strict=True))
    return _mapped(fabric, lambda k: replace(k, z=follower[k].z) if k in follower else k)


def cross_rails(fabric: Fabric, host: str, one: int, other: int) -> Fabric:
    """The cables of two of a host's ports, counted from 0, swapped: each meets the leaf of the other's rail."""
    own = [link for link in fabric.links if link.a.device == host]
    return rotate_cables(fabric, own[one], own[other])


def move_cable(fabric: Fabric, link: Link, upper: Endpoint) -> Fabric:
    """A cable's upper end in another, free port."""
    return _mapped(fabric, lambda k: replace(k, z=upper) if k == link else k)


def cut(fabric: Fabric, links: Iterable[Link]) -> Fabric:
    """Cables without a link."""
    dead = set(links)
    return replace(fabric, links=tuple(link for link in fabric.links if link not in dead))


def halve_uplinks(fabric: Fabric, switch: str) -> Fabric:
    """Every other cable up from a switch without a link."""
    return cut(fabric, [link for link in fabric.links if link.a.device == switch][::2])


def without_machine(fabric: Fabric, name: str) -> Fabric:
    """A switch or a host that is switched off, with all its cables."""
    switches = tuple(s for s in fabric.switches if s.name != name)
    links = tuple(link for link in fabric.links if name not in (link.a.device, link.z.device))
    return replace(fabric, switches=switches, links=links)


def swap_machines(fabric: Fabric, one: str, other: str) -> Fabric:
    """Two hosts, or two switches, each in the other's place in the rack, with all cables."""
    turned = {one: other, other: one}

    def end(e: Endpoint) -> Endpoint:
        return replace(e, device=turned.get(e.device, e.device))

    return _mapped(fabric, lambda link: replace(link, a=end(link.a), z=end(link.z)))


def with_stranger(fabric: Fabric, name: str, switch: str) -> Fabric:
    """A host that the design does not have, in a free port of a switch."""
    link = Link(LinkKind.NODE_LEAF, Endpoint(name, "HCA1"), free_port(fabric, switch))
    return replace(fabric, links=(*fabric.links, link))


def with_strange_switch(fabric: Fabric, name: str, like: str, below: str) -> Fabric:
    """A switch that the design does not have, of the kind of ``like``, joined to a free port of ``below``."""
    kind = next(s for s in fabric.switches if s.name == like)
    link = Link(LinkKind.LEAF_SPINE, free_port(fabric, below), Endpoint(name, "1"))
    return replace(fabric, switches=(*fabric.switches, replace(kind, name=name)), links=(*fabric.links, link))


def with_extra_cable(fabric: Fabric, one: str, other: str) -> Fabric:
    """A cable between free ports of two switches."""
    link = Link(LinkKind.LEAF_SPINE, free_port(fabric, one), free_port(fabric, other))
    return replace(fabric, links=(*fabric.links, link))


def _mapped(fabric: Fabric, change: Callable[[Link], Link]) -> Fabric:
    return replace(fabric, links=tuple(map(change, fabric.links)))
