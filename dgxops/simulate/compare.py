"""The cabling as it was found against the design: what differs, by the names of both ends. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dgxops.nodeset import fold
from dgxops.simulate.discovered import Discovered
from dgxops.simulate.netfile import Device, Net, Plug
from dgxops.simulate.report import Finding, FindingKind
from dgxops.simulate.swaps import Swap, swapped_cables, swapped_machines


@dataclass
class _Case:
    """The design, what was found, and the found cables that a finding has explained already."""

    net: Net
    peers: Mapping[Plug, Plug]  # as found
    devices: Mapping[str, Device] = field(init=False)
    absent: frozenset[str] = field(init=False)
    explained: set[frozenset[Plug]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.devices = {d.name: d for d in self.net.devices}

    def words(self, plug: Plug) -> str:
        device = self.devices.get(plug[0])
        if device and not device.is_switch:
            return device.label
        return f"{plug[0]} port {plug[1]}"


def compare(net: Net, found: Discovered) -> tuple[Finding, ...]:
    """Every difference; none where the fabric is as designed.

    Machines that do not answer come first (and their cables only there), then strangers, machines and cables in each
    other's place, cables in a wrong port, cables without a link, and cables that nobody asked for.
    """
    case = _Case(net, found.named_peers())
    case.absent = frozenset(case.devices) - set(found.by_name)
    open_ = {a: z for a, z in net.cables if not {a[0], z[0]} & case.absent and case.peers.get(a) != z}
    swaps = swapped_cables(open_, case.peers)
    machines, cables = swapped_machines(swaps, net)
    for swap in swaps:
        case.explained.update((frozenset((swap.a, swap.other_z)), frozenset((swap.other_a, swap.z))))
        del open_[swap.a], open_[swap.other_a]
    return (
        *_absent(case),
        *_strangers(case, found),
        *(_machines(pair, count) for pair, count in machines.items()),
        *(_cables(case, swap) for swap in cables),
        *_moved(case, open_),
        *_missing(case, open_),
        *_unexpected(case),
    )


def _absent(case: _Case) -> Iterator[Finding]:
    """Switches; then hosts, of whose adapters those behind a switch that does not answer say nothing."""
    peer = dict(end for a, z in case.net.cables for end in ((a[0], z), (z[0], a)))
    cables = Counter(end[0] for cable in case.net.cables for end in cable)
    hosts: defaultdict[str, list[Device]] = defaultdict(list)
    every: Counter[str] = Counter()
    for device in case.net.devices:
        every[device.unit] += 1
        if device.name not in case.absent:
            continue
        if device.is_switch:
            text = f"{device.name} does not answer; none of its {cables[device.name]} cables has a link"
            yield Finding(FindingKind.ABSENT, text, (device.name,))
        elif device.name in peer and peer[device.name][0] not in case.absent:
            hosts[device.unit].append(device)
    for host, adapters in hosts.items():
        yield from _absent_host(case, host, adapters, every[host], peer)


def _absent_host(
    case: _Case, host: str, adapters: list[Device], of: int, peer: Mapping[str, Plug]
) -> Iterator[Finding]:
    """A host as a whole where no adapter of it answers, else adapter by adapter."""
    if of > 1 and sum(d.unit == host and d.name in case.absent for d in case.net.devices) == of:
        yield Finding(FindingKind.ABSENT, f"{host} does not answer on any of its {of} adapters", (host,))
        return
    for device in adapters:
        text = f"{device.label}, which belongs in {case.words(peer[device.name])}, does not answer"
        yield Finding(FindingKind.ABSENT, text, (host,), ((device.name, 1), peer[device.name]))


def _strangers(case: _Case, found: Discovered) -> Iterator[Finding]:
    """Devices that the design does not have, and names that more than one device gives itself."""
    met: defaultdict[str, list[Plug]] = defaultdict(list)
    for a, z in sorted(case.peers.items()):
        if z[0] not in case.devices:
            met[z[0]].append(a)
            case.explained.add(frozenset((a, z)))
    for name, ends in met.items():
        text = f"{name!r} is not in the design; it is plugged in {_some([case.words(end) for end in ends])}"
        yield Finding(FindingKind.UNKNOWN, text, (name,), tuple(ends))
    for name, count in Counter(d.name for d in found.devices.values()).items():
        if count > 1:
            yield Finding(FindingKind.UNKNOWN, f"{count} devices call themselves {name!r}", (name,))


def _machines(pair: tuple[str, str], count: int) -> Finding:
    text = f"{pair[0]} and {pair[1]} are in each other's place, with all {count} cables"
    return Finding(FindingKind.SWAPPED_MACHINES, text, pair)


def _cables(case: _Case, swap: Swap) -> Finding:
    a, z, b, y = (case.words(p) for p in (swap.a, swap.z, swap.other_a, swap.other_z))
    units = tuple(dict.fromkeys(case.devices[p[0]].unit for p in (swap.a, swap.other_a)))
    what = f"two cables of {units[0]} are swapped" if len(units) == 1 else "two cables are swapped"
    text = f"{what}: {a} is in {y} instead of {z}, and {b} is in {z} instead of {y}"
    return Finding(FindingKind.SWAPPED_CABLES, text, units, (swap.a, swap.z, swap.other_a, swap.other_z))


def _moved(case: _Case, open_: Mapping[Plug, Plug]) -> Iterator[Finding]:
    for a, z in open_.items():
        if (now := case.peers.get(a)) is None:
            continue
        case.explained.add(frozenset((a, now)))
        text = f"{case.words(a)} is in {case.words(now)} instead of {case.words(z)}"
        yield Finding(FindingKind.MOVED, text, (case.devices[a[0]].unit,), (a, z, now))


def _missing(case: _Case, open_: Mapping[Plug, Plug]) -> Iterator[Finding]:
    """Cables whose lower end has no link, by the machine of that end."""
    groups: defaultdict[str, list[tuple[Plug, Plug]]] = defaultdict(list)
    for a, z in open_.items():
        if a not in case.peers:
            groups[a[0]].append((a, z))
    every = Counter(a[0] for a, _ in case.net.cables)
    for name, cables in groups.items():
        text = _missing_words(case, name, cables, every[name])
        yield Finding(FindingKind.MISSING, text, (name,), tuple(end for cable in cables for end in cable))


def _missing_words(case: _Case, name: str, cables: list[tuple[Plug, Plug]], of: int) -> str:
    if len(cables) == 1:
        (a, z), *_ = cables
        return f"the cable from {case.words(a)} to {case.words(z)} has no link"
    ports, to = ",".join(str(a[1]) for a, _ in cables), fold(dict.fromkeys(z[0] for _, z in cables))
    return f"{len(cables)} of {of} cables up from {name} have no link: ports {ports}, to {to}"


def _some(words: Sequence[str], most: int = 4) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _unexpected(case: _Case) -> Iterator[Finding]:
    wanted = {frozenset(cable) for cable in case.net.cables}
    for a, z in sorted(case.peers.items()):
        cable = frozenset((a, z))
        if cable in wanted or cable in case.explained:
            continue
        case.explained.add(cable)
        text = f"a cable that is not in the design joins {case.words(a)} and {case.words(z)}"
        yield Finding(FindingKind.UNEXPECTED, text, (a[0], z[0]), (a, z))
