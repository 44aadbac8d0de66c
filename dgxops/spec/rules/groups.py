"""Rules about a cluster of several groups, and the way from a group's view to the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from dgxops.expand import grouping, naming
from dgxops.expand.addressing import Pool
from dgxops.expand.pools import OneSubnet
from dgxops.expand.services import SERVED_ROLES, counts, pools
from dgxops.model.fabric import Tier
from dgxops.model.node import HostRole
from dgxops.spec.document import Path
from dgxops.spec.rules import made, nodes
from dgxops.spec.rules.design_racks import low_management_rack
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, Rule, reads
from dgxops.spec.rules.networks import needed_prefix
from dgxops.spec.schema import ClusterSpec, Group

OWN_KEYS = tuple(key for key in Group.model_fields if key not in ("name", "share"))
"""Keys of a group that stand at the top of a cluster of one."""
_SHARED_NAMES = tuple(role.value for role in SERVED_ROLES)
MOST = (1 << grouping.SHARES_BITS) - 1


def broken_in(number: int, broken: frozenset[Path]) -> frozenset[Path]:
    """The broken places as the view of the group at ``number`` (from 0) sees them."""
    own = {p[2:] for p in broken if p[:2] == ("groups", number) and len(p) > 2}
    shared = {p for p in broken if p[0] not in ("groups", *OWN_KEYS) or p[:2] in {("naming", k) for k in _SHARED_NAMES}}
    return frozenset(own | shared)


def broken_together(broken: frozenset[Path]) -> frozenset[Path]:
    """The broken places with those of any group as if they stood at the top: what reads them cannot be held of all."""
    inside = {p[2:] for p in broken if p[0] == "groups" and len(p) > 2}
    whole = {(key,) for p in broken if p[0] == "groups" and len(p) <= 2 for key in OWN_KEYS}
    return broken | inside | whole


def outer(number: int, fault: Fault) -> Fault:
    """A fault in the view of a group, at its place in the document."""
    return fault._replace(path=_outer(number, fault.path), cause=_outer(number, fault.cause) if fault.cause else ())


def _outer(number: int, path: Path) -> Path:
    shared = path[:1] == ("naming",) and path[1:2] and path[1] in _SHARED_NAMES
    return ("groups", number, *path) if path[0] in OWN_KEYS and not shared else path


def worst(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults, but of a subnet that is too small for several groups only the one that wants the widest."""
    by_subnet: dict[Path, Fault] = {}
    for fault in faults:
        if fault.path[0] != "networks":
            yield fault
        elif fault.path not in by_subnet or needed_prefix(fault) < needed_prefix(by_subnet[fault.path]):
            by_subnet[fault.path] = fault
    yield from by_subnet.values()


def strays(spec: ClusterSpec, written: Sequence[str]) -> Iterator[Fault]:
    """What belongs to a group does not stand beside the groups."""
    for key in written:
        if key in (*OWN_KEYS, "shape", "provider") and key != "naming":
            yield Fault((key,), "stands beside groups", f"write {key} in each group that it is meant for")
    for key in sorted(spec.naming.model_fields_set - set(_SHARED_NAMES)):
        yield Fault(("naming", key), "stands beside groups", f"write it as naming.{key} in each group that it is for")


@dataclass(frozen=True)
class Together(Facts):
    """All groups with the machines that they share: of these alone are the pools, names and counts."""

    parts: tuple[Facts, ...] = ()

    @property
    def positions(self) -> dict[str, int]:
        """As of the groups, one after another; empty when one of them cannot be named."""
        each = [part.positions for part in self.parts]
        return {name: place for found in each for name, place in found.items()} if all(each) else {}

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(name for part in self.parts for name in part.nodes)

    def beyond(self, names: Sequence[str]) -> int | None:
        return next((p.beyond(names) for p in self.parts if p.positions.keys() >= set(names)), None)

    def of_group(self, number: int) -> frozenset[str]:
        return frozenset(self.parts[number].nodes)

    @property
    def planned(self) -> tuple[int, ...]:
        return ()

    @property
    def machines(self) -> dict[HostRole, int]:
        return counts(self.spec.services)

    @property
    def switches(self) -> dict[Tier, int]:
        return {}

    @property
    def access_switches(self) -> dict[tuple[str, Tier], int]:
        return {}

    @property
    def oob_switches(self) -> dict[bool, int]:
        return {}

    @property
    def devices(self) -> int:
        return 0

    @property
    def further(self) -> int:
        return 0

    def lanes(self, network: str) -> int:
        return 0

    def pools(self, network: str, subnet: IPv4Network) -> Iterator[tuple[Pool, int]]:
        """Of the machines, in the first share."""
        if network in ("management", "oob"):
            yield from pools(OneSubnet(subnet), self.machines)

    def names(self) -> Iterator[tuple[str, str]]:
        for role, count in self.machines.items():
            if not self.unnamed(role.value):
                yield from ((role.value, naming.host_name(self.spec.naming, role, i + 1)) for i in range(count))

    def racks(self) -> Iterator[str]:
        """None: the one of the machines is called by no template."""
        yield from ()


@reads("groups.*.name")
def named_once(facts: Facts) -> Iterator[Fault]:
    """No two groups share a name."""
    seen: set[str] = set()
    for number, group in enumerate(facts.spec.groups):
        if group.name == "default":
            place: Path = ("groups", number, "name")
            yield Fault(place, "default is no name: Slurm keeps it for settings of all partitions", "such as first")
        if group.name in seen:
            yield Fault(("groups", number, "name"), f"a group above is called {group.name} too", "names are used once")
        seen.add(group.name)


@reads("groups")
def one_hardware(facts: Facts) -> Iterator[Fault]:
    """What a site says of a system holds wherever it stands: variables go by platform, whatever it is called."""
    assert isinstance(facts, Together)  # noqa: S101 - as below
    first: dict[str, Group] = {}
    for number, group in enumerate(facts.spec.groups):
        part = facts.parts[number]
        other = first.setdefault(part.system.id if part.sound("platform") else group.platform, group)
        if other.hardware != group.hardware:
            message = f"differs from that of {other.name}, which has the same platform"
            yield Fault(("groups", number, "hardware"), message, "say the same in both", ("groups", number, "platform"))


@reads("groups.*.share")
def shared_once(facts: Facts) -> Iterator[Fault]:
    """Every group has an eighth of the subnets to itself."""
    groups = facts.spec.groups
    shares = [grouping.share_of(number, group) for number, group in enumerate(groups)]
    free = ", ".join(str(n) for n in range(1, MOST + 1) if n not in shares)
    for number, share in enumerate(shares):
        path: Path = ("groups", number, "share")
        if share > MOST:
            yield Fault(path, f"the subnets are shared by at most {MOST} groups", f"free: {free}" if free else "",
                        cause=("groups", number, "name"))  # fmt: skip
        elif share in shares[:number]:
            other = groups[shares.index(share)].name
            yield Fault(path, f"share {share} is {other}'s", f"free: {free}", cause=("groups", number, "name"))


@reads("groups")
def names_apart(facts: Facts) -> Iterator[Fault]:
    """No group calls anything as another does, or as what all of them share is called."""
    assert isinstance(facts, Together)  # noqa: S101 - for the type checker: these rules are held of nothing else
    known = [group.name for group in facts.spec.groups]
    owners = {(space, name): _owner(key, "", what) for space, key, name, what in _names(facts)}
    for number, part in enumerate(facts.parts):
        group, names = facts.spec.groups[number], list(_names(part))
        told: set[str] = set()
        for space, key, name, what in names:
            owner = owners.get((space, name)) or (space == "rack" and made.fixed_rack(name, known))
            if owner and key not in told:
                told.add(key)
                place: Path = ("groups", number, "naming", key)
                own = f"makes '{name}'" + (f", {what}" if what else "")
                yield Fault(place, f"{own}, as {owner}", _apart(group, key), ("groups", number, "name"))
        owners = {(space, name): _owner(key, group.name, what) for space, key, name, what in names} | owners


def _names(facts: Facts) -> Iterator[tuple[str, str, str, str]]:
    """(what it must be unique among, template, name in lower case, what that is where it follows from another name)."""
    yield from (("device", key, name.lower(), "") for key, name in facts.names())
    yield from (("device", one.key, one.name.lower(), one.what) for one in made.made(facts))
    yield from (("rack", "rack", rack.lower(), "") for rack in facts.racks())


def _owner(key: str, group: str, what: str) -> str:
    if what:
        return f"{what} is called"
    return f"naming.{key} of {group} does" if group else f"naming.{key} does"


def _apart(group: Group, key: str) -> str:
    written = key in group.naming.model_fields_set
    return "without a template the names begin with the group's" if written else "call the group otherwise"


@reads("groups")
def switches_apart(facts: Facts) -> Iterator[Fault]:
    """No two groups have a switch of one name in Slurm's topology."""
    assert isinstance(facts, Together)  # noqa: S101 - as above
    owners: dict[str, str] = {}
    for number, part in enumerate(facts.parts):
        group = facts.spec.groups[number].name
        names = list(made.slurm_switches(part))
        if twice := next((name for name in names if owners.get(name, group) != group), None):
            message = f"Slurm would call a switch '{twice}', as one of {owners[twice]}"
            yield Fault(("groups", number, "name"), message, "call the group otherwise")
        owners = dict.fromkeys(names, group) | owners


@reads("groups", "services")
def connected(facts: Facts) -> Iterator[Fault]:
    """The machines have their ports on the in-band leaves of the first group that has such a fabric."""
    assert isinstance(facts, Together)  # noqa: S101 - as above
    for number, part in enumerate(facts.parts):
        if part.machine_room is not None:
            whole = replace(part, spec=part.spec.model_copy(update={"services": facts.spec.services}))
            yield from (outer(number, fault) for fault in nodes.connected.check(whole))
            return


@reads("groups", "services")
def housed(facts: Facts) -> Iterator[Fault]:
    """The rack of the machines is as high as those of the first group."""
    assert isinstance(facts, Together)  # noqa: S101 - as above
    yield from (outer(0, fault) for fault in low_management_rack(facts.parts[0], facts.machines))


RULES: tuple[Rule, ...] = (
    named_once,
    one_hardware,
    shared_once,
    names_apart,
    switches_apart,
    nodes.places_apart,
    connected,
    housed,
)
