"""Templates of the names of switches, machines and racks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from dgxops.expand.plain import PLAIN_RACK
from dgxops.importing.facts import Sources
from dgxops.importing.inferred import Inferred, OnePart
from dgxops.importing.machines import MOST, machines
from dgxops.importing.template import Pairs, template_of
from dgxops.importing.trace import RACK_PART, meaning_of, traced
from dgxops.model.cluster import Cluster
from dgxops.nodeset import fold
from dgxops.render.cabling.plant import plant_of
from dgxops.spec.forms import FORMS, LABEL
from dgxops.spec.names import Naming

_Named = dict[tuple[int, str], list[tuple[Mapping[str, int | str], str]]]


def name_all(found: Inferred, sources: Sources, probe: Cluster) -> None:
    """All names that the cables, the racks and what else is told about machines allow."""
    named: _Named = defaultdict(list)
    places = traced(plant_of(probe), sources.cables, found.all_nodes)
    for device, name in places.items():
        if meaning := meaning_of(device):
            named[meaning[:2]].append((meaning[2], name))
    _racks(named, sources, probe, places)
    for (number, key), pairs in sorted(named.items()):
        if key not in MOST:
            _template(found, number, key, sorted(pairs, key=lambda p: sorted(map(str, p[0].values()))))
    shared = found if len(found.parts) == 1 else Inferred(found.values, found.open, [OnePart()])
    for role, each in machines(found, sources, {role: named[0, role] for role in MOST}).items():
        _template(shared, 0, role, each)
    for part in found.parts:
        _by_rack(part, part.values if len(found.parts) > 1 else found.values)


def without_names(found: Inferred, why: str) -> bool:
    """Take out all names but the nodes', where they make no valid spec; whether there were any."""
    taken = []
    for keys in (found.values, *(part.values for part in found.parts)):
        names = [key for key in keys if key.startswith("naming.") and key != "naming.node"]
        taken += [(key, keys.pop(key)) for key in names]
    if taken:
        told = ", ".join(dict.fromkeys(key for key, _ in taken))
        found.open.append(f"{told}: what the cables say of them fits no cluster, and the defaults stand: {why}")
    return bool(taken)


def _racks(named: _Named, sources: Sources, probe: Cluster, places: Mapping[str, str]) -> None:
    """Racks by what stands in them: nodes where the list has racks, else PDUs and the like, which are called so."""
    racks = sources.racks()
    seen = {}
    for device, name in places.items():
        if (match := RACK_PART.fullmatch(device)) and name.endswith(match[2]):
            seen[match[1]] = name.removesuffix(match[2])
    seen |= {host.rack: racks[host.name] for host in probe.nodes if host.name in racks}
    for rack, name in seen.items():
        if meaning := meaning_of(rack):
            named[meaning[:2]].append((meaning[2], name))


def _template(found: Inferred, number: int, key: str, pairs: Pairs) -> None:
    """Write a template unless it is the default; a name that none makes is told."""
    several = len(found.parts) > 1
    part = found.parts[number]
    default = str(Naming.model_fields[key].default)
    if key == "rack" and part.value("scalable_units") == "none":
        default = PLAIN_RACK
    default = f"{part.value('name')}-{default}" if several else default
    fields = frozenset(pairs[0][0]) if len(pairs) == 1 else frozenset[str]()
    template = template_of(pairs, default, fields, str(Naming.model_fields[key].default))
    names = fold(name for _, name in pairs)
    if odd := [name for _, name in pairs if not re.fullmatch(LABEL, name)]:
        found.open.append(f"naming.{key}: {odd[0]} is no host name ({FORMS[LABEL]}); the default stands")
    elif template is None:
        found.open.append(f"naming.{key}: no template makes {names[:200]}; the default stands")
    elif template != default:
        values = part.values if several else found.values
        values[f"naming.{key}"] = template, f"makes {names[:200]}"


def _by_rack(part: OnePart, values: dict[str, tuple[object, str]]) -> None:
    """{rack} in the place of what makes a rack's name."""
    if "naming.rack" not in values or "naming.node" not in values:
        return
    rack = str(values["naming.rack"][0]).replace("{index", "{rack_index")
    node, why = values["naming.node"]
    if "{" in rack and rack in str(node):
        values["naming.node"] = str(node).replace(rack, "{rack}"), why
        part.values["naming.node"] = values["naming.node"]
