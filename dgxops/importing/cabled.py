"""Which devices are cabled like a kind of system: by the ports that have cables, in any of the words for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from dgxops.importing.facts import End, Sources
from dgxops.importing.names import skeleton
from dgxops.model.system import HostPort, PortRole, System
from dgxops.render.cabling.nics import numbered

_TOLD = (PortRole.COMPUTE, PortRole.STORAGE, PortRole.INBAND)
"""Ports that tell a DGX system: other machines have a BMC too."""

_SWITCH_PORT = re.compile(r"swp\d+(s\d+)?|sw\d+p\d+|fnm\d+|mgmt\d*")
_NUMBERS = 4  # ports: a machine of which only one or two numbers are known may be anything

Ports = Mapping[str, set[str]]
"""Device -> its ports that have a cable, without breakout lanes."""


_WORDS: dict[str, tuple[tuple[HostPort, ...], Mapping[str, HostPort]]] = {}  # by id: devices ask for them one by one


def ports_by_device(sources: Sources) -> dict[str, set[str]]:
    """Device -> its ports that have a cable, without breakout lanes."""
    found: dict[str, set[str]] = {}
    for device, port in (end for cable in sources.cables for end in (cable.a, cable.z)):
        found.setdefault(device, set()).add(port.partition("/")[0])
    return found


def words_of(system: System) -> Mapping[str, HostPort]:
    """Every word for a port of a system: printed, interface, RDMA device, and what Cable Validation counts."""
    ports, words = _WORDS.get(system.id, ((), {}))
    if ports is not system.ports:
        words = _words(system)
        _WORDS[system.id] = system.ports, words
    return words


def _words(system: System) -> dict[str, HostPort]:
    found: dict[str, HostPort] = {}
    rails = sorted(system.ports_of(PortRole.COMPUTE), key=lambda p: p.rail or 0)
    found |= {f"rail{n}": port for n, port in enumerate((*rails, *rails), 1)}  # twice as many with two planes
    found |= {f"hca {n}": port for n, port in numbered(system)}
    for port in system.ports:
        names = (port.name, port.interface, port.rdma, port.second_interface, port.second_rdma)
        found |= {name: port for name in names if name}
    return found


def spelled(sources: Sources, systems: Iterable[System]) -> Sources:
    """The sources with ports as the catalogue and switches spell them, where only capitals are otherwise."""
    known = {word for system in systems for word in words_of(system)}
    called = {word.lower(): word for word in sorted(known)}

    def end(of: End) -> End:
        port, slash, lane = of[1].partition("/")
        if port in known or port.isdigit():
            return of
        plain = port.lower()
        return of[0], called.get(plain, plain if _SWITCH_PORT.fullmatch(plain) else port) + slash + lane

    cables = tuple(replace(c, a=end(c.a), z=end(c.z)) for c in sources.cables)
    return sources if cables == sources.cables else replace(sources, cables=cables)


def exact(system: System, have: Collection[str]) -> bool:
    """Whether all compute ports of a system are among these, and no port that it lacks."""
    met = _met(system, have)
    compute = {p.name for p in system.ports_of(PortRole.COMPUTE)}
    if met is None or not compute or not compute <= met:
        return False
    return len(met) >= _NUMBERS or not all(word.startswith("hca ") for word in have)


def with_compute(system: System, ports: Ports) -> tuple[str, ...]:
    """Devices with cabled compute ports of a system and no strange port.

    One at least must have them all. Others may lack cables; those with less than half are such a system if they are
    named like one that has them all.
    """
    some = some_compute(system, ports)
    families = {skeleton(device) for device in some if exact(system, ports[device])}
    half = len(system.ports_of(PortRole.COMPUTE)) / 2
    return tuple(d for d, count in some.items() if families and (count >= half or skeleton(d) in families))


def some_compute(system: System, ports: Ports) -> Mapping[str, int]:
    """Devices without a strange port -> how many compute ports of a system have cables, where there are some."""
    compute = {p.name for p in system.ports_of(PortRole.COMPUTE)}
    counted = {device: len(compute & (_met(system, have) or set())) for device, have in ports.items()}
    return {device: count for device, count in counted.items() if count}


def without_compute(system: System, ports: Ports) -> tuple[str, ...]:
    """Devices of a list without the compute fabric: no strange port, and one of the in-band or storage network.

    One at least must have all ports of its in-band or of its storage network.
    """
    told = {role: {p.name for p in system.ports_of(role)} for role in _TOLD}
    met = {device: found for device, have in ports.items() if (found := _met(system, have))}
    likely = {device: found for device, found in met.items() if any(found & names for names in told.values())}
    whole = any(names and names <= found for found in likely.values() for names in told.values())
    return tuple(likely) if whole else ()


def _met(system: System, have: Collection[str]) -> set[str] | None:
    """The ports that these words are, by their printed names; None where one is no port of the system."""
    words = words_of(system)
    return {words[word].name for word in have} if all(word in words for word in have) else None


def compute_words(system: System) -> set[str]:
    """Every word for a compute port."""
    return {word for word, port in words_of(system).items() if port.role is PortRole.COMPUTE}


def most(systems: Sequence[System], found: Mapping[str, set[str]]) -> list[System]:
    """The systems that most devices are, by id; those that exactly the same devices are come together."""
    first = max(systems, key=lambda s: len(found[s.id]), default=None)
    return [s for s in systems if first and found[first.id] and found[s.id] == found[first.id]]
