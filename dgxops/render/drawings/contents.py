"""What stands in each rack, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, Switch
from dgxops.model.node import Host
from dgxops.model.rack import MACHINE_UNITS, PDU, Fixture, Rack

FABRIC_WORDS = {"inband": "in-band", "oob": "out-of-band"}
"""Name of a fabric in the model -> the word for it where it is not the same."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a rack. ``kind`` names its colour, ``what`` says what it is, ``unit`` is its lowest rack unit."""

    name: str
    kind: str
    what: str
    model: str
    unit: int
    height: int
    power_kw: float = 0
    absent: str = ""  # why, where it is away
    noun: str = ""  # in a count of many, where the kind is not the word


def items_of(cluster: Cluster) -> dict[str, list[Item]]:
    """Everything that stands in racks, by rack, from the lowest unit up."""
    racks = {rack.name: [*map(_fixture, rack.fixtures), *_pdus(rack)] for rack in cluster.racks}
    for rack, item in (*_hosts(cluster), *_switches(cluster)):
        racks.setdefault(rack, []).append(item)
    return {rack: sorted(items, key=lambda i: (i.unit, i.name)) for rack, items in racks.items()}


def _hosts(cluster: Cluster) -> Iterator[tuple[str, Item]]:
    for host in cluster.hosts:
        yield host.rack, _host(host)


def _host(host: Host) -> Item:
    system = host.system
    if system is None:
        return Item(host.name, "machine", "management machine", host.role.value, host.rack_unit, MACHINE_UNITS)
    height, power = system.rack_units or 1, system.power_kw or 0
    absent = str(host.absence or "")
    return Item(
        host.name, "system", system.of_a_host, system.of_a_host, host.rack_unit, height, power, absent, system.noun
    )


def _switches(cluster: Cluster) -> Iterator[tuple[str, Item]]:
    for fabric in cluster.fabrics:
        for switch in fabric.switches:
            yield switch.rack, _switch(switch)


def _switch(switch: Switch) -> Item:
    what = f"{fabric_words(switch)} {switch.tier.value}"
    return Item(switch.name, switch_kind(switch), what, switch.model, switch.rack_unit, switch.height)


def fabric_words(of: Fabric | Switch) -> str:
    """What a person calls a fabric: in-band, or compute of the group old."""
    words = FABRIC_WORDS.get(of.kind, of.kind)
    return f"{of.group} {words}" if of.group else words


def switch_kind(switch: Switch) -> str:
    """Colour of a switch: by tier in the compute fabric, by fabric elsewhere."""
    if switch.kind == "compute":
        return switch.tier.value
    return switch.kind if switch.kind in ("storage", "inband", "oob") else "other"


def _pdus(rack: Rack) -> Iterator[Item]:
    """Those that take units of the rack."""
    for name, unit in rack.pdu_places:
        if unit:
            yield Item(name, "power", PDU, "", unit, rack.pdu_units)


def _fixture(fixture: Fixture) -> Item:
    words = fixture.kind.lower()
    kind = "nvlink" if "nvlink" in words else "power" if "power" in words else "other"
    noun = "NVLink tray" if kind == "nvlink" else ""
    return Item(fixture.name, kind, fixture.kind, "", fixture.unit, fixture.height, noun=noun)
