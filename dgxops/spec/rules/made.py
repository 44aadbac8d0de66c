"""Names that nobody writes because they follow from others: of BMCs, PDUs, trays and shelves, and Slurm's switches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dgxops.expand import naming, scheduling
from dgxops.expand.services import SERVED_ROLES
from dgxops.model.rack import pdu_names
from dgxops.spec.messages import shown
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads

_HOSTS = ("node", "ufm", *(role.value for role in SERVED_ROLES))
_BMC = "-bmc"
_LONGEST = 63  # RFC 1035, 2.3.4


class Made(NamedTuple):
    """A name, the naming template that it follows from, and what is called so."""

    key: str
    name: str
    what: str


def made(facts: Facts) -> Iterator[Made]:
    """Every such name of a device; they share one namespace with hosts and switches, as all of them are in DNS."""
    if facts.rented:
        return
    for key, name in facts.names():
        if key in _HOSTS:
            yield Made(key, f"{name}{_BMC}", f"the BMC of {name}")
    racks = facts.architecture.racks
    for rack in facts.racks():
        yield from (Made("rack", name, f"a PDU of rack {rack}") for name in pdu_names(rack, racks.pdus))
        for fixture in racks.fixtures:
            for index, _ in enumerate(fixture.units, start=1):
                name = fixture.name.format(rack=rack, index=index)
                yield Made("rack", name, f"{fixture.kind} {index} of rack {rack}")


@reads("platform", "scalable_units", "grow_to", "services", "naming")
def made_names(facts: Facts) -> Iterator[Fault]:
    """They are host names too, and no host or switch has one of them; the first of a template is shown."""
    written = {name: key for key, name in facts.names()}
    told: set[str] = set()
    for one in made(facts):
        if (key := written.get(one.name.lower())) is not None and key not in told:
            told.add(key)
            message = f"makes '{one.name.lower()}', the name of {one.what}"
            yield Fault(("naming", key), message, "change one of them", cause=("naming", one.key))
        elif _LONGEST < len(one.name) <= _LONGEST + len(_BMC) and one.key not in told:
            told.add(one.key)
            message = f"leaves no room for the {_BMC} of a BMC's name: {shown(one.name)}"
            yield Fault(("naming", one.key), message, f"a host name has at most {_LONGEST}")


def slurm_switches(facts: Facts) -> Iterator[str]:
    """What Slurm's tree calls the switches of one of several groups at its planned size."""
    if facts.spec.plain:
        yield scheduling.leaf_switch(facts.group, 0)
        return
    by_rack = facts.architecture.slurm.topology == "block"
    units = range(1, facts.units + 1)
    yield from facts.racks() if by_rack else (scheduling.leaf_switch(facts.group, su) for su in units)
    yield scheduling.root_switch(facts.group)


def fixed_rack(rack: str, groups: Iterable[str]) -> str:
    """Words for the rack of switches that has this name, which no template makes, and whose group; empty for none."""
    own = (g for g in groups if rack.startswith(f"{g}-") and naming.is_fixed_rack(rack[len(g) + 1 :]))
    return next((f"a rack of switches of {group} is called" for group in own), "")
