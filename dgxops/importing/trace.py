"""From nodes whose places are known along the cables to all that they meet: which device stands where dgxops has one.

A probe is built whose names say what each device is ("p0--leaf--7--2": leaf 7 of unit 2). A device of the sources that
meets the same ports of known devices is the same device, whatever it is called.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dgxops.importing.compare import worded
from dgxops.importing.facts import End, SeenCable
from dgxops.importing.inferred import Inferred
from dgxops.importing.template import Fields
from dgxops.render.cabling.plant import Plant
from dgxops.spec.names import TEMPLATE_FIELDS, TEXT_FIELDS

_KEYS = ("ufm", "leaf", "spine", "core", "switch", "rack")
_SHARED = ("head", "login")
_HEADS = 4
MOST_LOGINS = 10
_SUBNETS = {"networks.management.subnet": "10.0.0.0/12", "networks.oob.subnet": "10.16.0.0/12"}
RACK_PART = re.compile(r"(p\d--rack--\d+--\d+)(-.+)")
"""What stands in a rack and is called so: the rack of the probe, and what follows."""
_NAME = re.compile(r"p(\d)--([a-z]+)--(.+)")


def probe_of(found: Inferred, logins: int) -> Inferred:
    """The same with every head and so many login nodes, wide subnets, and names that say what a device is."""
    values = {k: v for k, v in found.values.items() if not k.startswith(("networks.", "slurm."))}
    several = len(found.parts) > 1
    values |= {"services.head": (_HEADS, "probe"), "services.login": (logins, "probe")}
    values |= {key: (subnet, "probe") for key, subnet in _SUBNETS.items()}
    values |= {f"naming.{key}": (_probe(0, key), "probe") for key in (*_SHARED, *(() if several else _KEYS))}
    parts = [
        replace(part, values=part.values | {f"naming.{key}": (_probe(n, key), "probe") for key in _KEYS})
        for n, part in enumerate(found.parts)
    ]
    return Inferred(values, [], list(parts if several else found.parts))


def _probe(number: int, key: str) -> str:
    fields = "--".join(f"{{{name}}}" for name in _ordered(key))
    return f"p{number}--{key}--{fields}"


def _ordered(key: str) -> tuple[str, ...]:
    return tuple(sorted(TEMPLATE_FIELDS[key]))


def meaning_of(name: str) -> tuple[int, str, Fields] | None:
    """Part, key of its template and fields of a name of the probe; None for what is called otherwise."""
    match = _NAME.fullmatch(name)
    if not match or match[2] not in (*_KEYS, *_SHARED):
        return None
    words = dict(zip(_ordered(match[2]), match[3].split("--"), strict=True))
    if any(not word.isdigit() for name, word in words.items() if name not in TEXT_FIELDS):
        return None
    fields: Fields = {name: word if name in TEXT_FIELDS else int(word) for name, word in words.items()}
    return int(match[1]), match[2], fields


def traced(plant: Plant, cables: Sequence[SeenCable], nodes: Sequence[str]) -> dict[str, str]:
    """Device of the probe -> device of the sources, beginning with the nodes, which are called alike."""
    others: dict[End, list[End]] = defaultdict(list)
    for cable in cables:
        others[cable.a].append(cable.z)
        others[cable.z].append(cable.a)
    meets = _meets(plant)
    found = {name: name for name in nodes}
    edge = list(nodes)
    while edge:
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for device, there in _votes(edge, found, meets, others):
            votes[device][there] += 1
        taken = set(found.values())
        edge = []
        for device, counted in sorted(votes.items()):
            free = [name for name, _ in counted.most_common() if name not in taken]
            if device not in found and free:
                found[device] = free[0]
                taken.add(free[0])
                edge.append(device)
    return found


_Meets = Mapping[str, Sequence[tuple[set[str], str, set[str]]]]


def _meets(plant: Plant) -> _Meets:
    """Device -> words for its port, the device there, words for the port there."""
    found: dict[str, list[tuple[set[str], str, set[str]]]] = defaultdict(list)
    for cable, a, z in worded(plant):
        near, far = {port for _, port in a}, {port for _, port in z}
        found[cable.a.name].append((near, cable.z.name, far))
        found[cable.z.name].append((far, cable.a.name, near))
    return found


def _votes(
    edge: Sequence[str], found: Mapping[str, str], meets: _Meets, others: Mapping[End, Sequence[End]]
) -> Iterator[tuple[str, str]]:
    for device in edge:
        for near, there, far in meets.get(device, ()):
            if there not in found:
                for port in near:
                    yield from ((there, name) for name, at in others.get((found[device], port), ()) if at in far)
